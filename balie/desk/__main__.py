"""`python -m balie.desk`: serve the desk."""

import logging
import sys

import uvicorn

from balie.content import ContentErrors
from balie.desk.app import create_app
from balie.desk.hours import BadHours
from balie.desk.origins import BadOrigin
from balie.desk.rates import BadRate
from balie.settings import BadSettings, InsecureSettings, load_settings

_WRONG_SET_UP = (
    InsecureSettings,
    ContentErrors,
    BadHours,
    BadOrigin,
    BadRate,
    OSError,  # a file that is not there, a folder that cannot be made
)


def main() -> None:
    """Serve until told to stop."""
    try:
        settings = load_settings()
    except BadSettings as error:
        sys.exit(f"The desk cannot start: {error}")
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s %(message)s")
    for chatty in ("httpx", "httpcore", "sse_starlette"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # sse_starlette logs what it streams
    try:
        app = create_app(settings)
    except _WRONG_SET_UP as error:
        sys.exit(f"The desk cannot start: {error}")
    uvicorn.run(
        app,
        host=settings.desk_host,
        port=settings.desk_port,
        log_config=None,
        access_log=False,  # it would keep people's addresses
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        ws="none",
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
