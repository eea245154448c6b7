"""What the figures were measured on, and what the processes weigh."""

import os
import platform
from pathlib import Path


def describe() -> str:
    """The machine in one line."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def memory_mb(pid: int) -> float:
    """Resident memory of a process in megabytes (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def folder_mb(folder: Path) -> float:
    """Size of a folder's files in megabytes; links are not followed."""
    return sum(p.lstat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6
