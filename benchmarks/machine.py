"""What the figures were measured on, and what processes and installations weigh."""

import os
import platform
import re
from importlib.metadata import distributions
from pathlib import Path

_NAME = re.compile(r"^([A-Za-z0-9._-]+)", re.MULTILINE)


def describe() -> str:
    """The machine in one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {platform.machine()}, {platform.system()} {platform.release()}"


def load() -> float:
    """How many programs wanted a core during the last minute."""
    return os.getloadavg()[0]


def memory_mb(pid: int) -> float:
    """Resident memory of a process in megabytes (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def site_packages(environment: Path) -> Path:
    """Where an environment's packages are."""
    return next(environment.glob("lib/python3.*/site-packages"))


def environment_mb(environment: Path, *locks: Path) -> float:
    """Megabytes that the packages of these lock files take as installed, without bytecode."""
    wanted = {_normal(name) for lock in locks for name in _names(lock)}
    total = 0
    for package in distributions(path=[str(site_packages(environment))]):
        if wanted and _normal(package.name) not in wanted:
            continue
        for file in package.files or ():
            if file.suffix != ".pyc":
                path = Path(str(package.locate_file(file)))
                total += path.lstat().st_size if path.exists() else 0
    return total / 1e6


def _names(lock: Path) -> list[str]:
    return _NAME.findall(lock.read_text(encoding="utf-8"))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
