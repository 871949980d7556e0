"""`python -m attnpaint` is the command `attnpaint`."""

import sys

from attnpaint.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
