"""`python -m actions` runs the action server on the settings' port, on loopback."""

import logging

from actions.resources import resources
from actions.server import create_server
from balie.settings import load_settings


def main() -> None:
    """Run until stopped."""
    settings = load_settings()
    logging.basicConfig(level=settings.log_level)
    resources().assistant()  # read the content now, not in the first customer's turn
    create_server(settings).run(
        "127.0.0.1", settings.actions_port, access_log=False, workers=1, motd=False
    )


if __name__ == "__main__":
    main()
