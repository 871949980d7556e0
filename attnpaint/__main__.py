"""`python -m attnpaint` is the command `attnpaint`."""

import sys

from attnpaint.cli.app import run

if __name__ == "__main__":
    sys.exit(run())
