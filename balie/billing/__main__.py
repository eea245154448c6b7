"""`python -m balie.billing` serves the stub, on this machine only unless told otherwise."""

import sys

import uvicorn

from balie.billing.service import create_app
from balie.settings import BadSettings, load_settings


def main() -> None:
    """Serve until stopped."""
    try:
        settings = load_settings()
    except BadSettings as error:
        sys.exit(f"The billing stub cannot start: {error}")
    uvicorn.run(
        create_app(settings),
        host=settings.billing_host,
        port=settings.billing_port,
        log_level=settings.log_level.lower(),
        access_log=False,  # its lines carry customers' ids
    )


if __name__ == "__main__":
    main()
