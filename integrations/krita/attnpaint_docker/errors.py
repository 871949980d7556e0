"""What goes wrong, in one line that the docker shows."""


class Failure(Exception):
    """A problem and what to do about it: "problem; remedy"."""
