"""`python -m balie` is the command `balie`."""

from balie.cli.main import app

if __name__ == "__main__":
    app(prog_name="balie")
