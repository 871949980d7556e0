"""What can go wrong for a user: each error says what is wrong and what to do about it."""

SOME_FAILED = 3  # the exit code where some pictures failed and the others are done


class AttnpaintError(Exception):
    """A failure that a person can act on, shown as one line `problem; remedy`."""

    exit_code = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}; {self.remedy}"


class UsageError(AttnpaintError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class WeightsMissing(AttnpaintError):
    """A feature network's weights are not at hand; the remedy says where to get them."""

    exit_code = 4


class PackageMissing(AttnpaintError):
    """A package that this needs is not installed; the remedy is the command that installs it."""

    exit_code = 4

    def __init__(self, package: str, extra: str = "", problem: str = "") -> None:
        """extra: of attnpaint, which brings the package; none: attnpaint itself does. problem: default: that
        it is not installed."""
        remedy = f'pip install "attnpaint[{extra}]"' if extra else f"pip install -U {package}"
        super().__init__(problem or f"{package} is not installed", remedy)


class Stopped(AttnpaintError):
    """The work was stopped by Ctrl-C; the remedy says how to go on."""

    exit_code = 130


class PictureError(AttnpaintError):
    """A picture that cannot be read or written."""
