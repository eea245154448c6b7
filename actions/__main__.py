"""`python -m actions` runs the action server on the settings' port, on loopback."""

import logging
import sys

from actions.resources import resources
from actions.server import create_server
from balie.content import ContentErrors
from balie.settings import BadSettings, InsecureSettings, load_settings


def main() -> None:
    """Run until stopped."""
    try:
        settings = load_settings()
    except BadSettings as error:
        sys.exit(f"The action server cannot start: {error}")
    logging.basicConfig(level=settings.log_level)
    try:
        server = create_server(settings)
        resources().assistant()  # read the content now, not in the first customer's turn
    except (InsecureSettings, ContentErrors) as error:
        sys.exit(f"The action server cannot start: {error}")
    server.run("127.0.0.1", settings.actions_port, access_log=False, workers=1, motd=False)


if __name__ == "__main__":
    main()
