"""The command `attnpaint`: finds the sub-command, and turns every failure into one line and an exit code."""

import errno
import gc
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from attnpaint import __version__
from attnpaint.cli.interrupts import INTERRUPTED, heeding
from attnpaint.cli.streams import fail, flush_output, guard_streams
from attnpaint.errors import AttnpaintError, Stopped, in_words

if TYPE_CHECKING:
    import typer

CODES = (
    "Exit codes: 0 done, 1 it failed, 2 wrong usage, 3 some pictures failed and the others are done, "
    "4 a network's weights or a package are not there, 130 stopped by Ctrl-C (143 by SIGTERM, 129 by SIGHUP)."
)
TELLTALES = {"triton", "onnx"}  # these print on stderr what is not collected at the end
COMMANDS = {
    "colorize": "colorize:colorize",
    "app": "app_command:app",
    "site": "site:site",
    "palette": "palette:palette",
    "extract-hist": "extract_hist:extract_hist",
    "convert-hist": "convert_hist:convert_hist",
    "prepare": "prepare:prepare",
    "figures": "figures:figures",
    "recipes": "recipes:recipes",
    "train": "train:train",
    "attention": "attention:attention",
    "evaluate": "evaluate:evaluate",
    "study": "study:study",
    "export": "export:export",
    "info": "info:info",
    "doctor": "doctor:doctor",
    "import-weights": "import_weights:import_weights",
}
"""Where each is, in attnpaint.cli: module:name, in the order of the help."""
COMPLETING = "_ATTNPAINT_COMPLETE"  # a shell sets it that asks how a line may go on


def run() -> int:
    """`main` as a whole process: a tenth faster, because torch's import makes many objects and no garbage."""
    gc.set_threshold(100_000, 50, 100)
    guard_streams()
    with heeding() as received:
        try:
            code = received.code(_ended())
        except KeyboardInterrupt:  # while it ends
            code = received.code(INTERRUPTED)
    if TELLTALES.isdisjoint(sys.modules):
        gc.freeze()  # nor is there anything to collect at the end
    return code


def _ended() -> int:
    """`main`, and what it has printed is written."""
    try:
        code = main()
    except KeyboardInterrupt:  # before a command began
        return fail("stopped", INTERRUPTED)
    try:
        flush_output()
    except AttnpaintError as error:
        return fail(str(error), error.exit_code)
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done, 1 a failure, 2 wrong usage, 3 some pictures failed and the others are done, 4 a network's weights
    or a package are not there, 130 stopped by Ctrl-C.
    `arguments` are those after the program's name; by default the process's own.
    """
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if given[0] == "--version":  # answered before anything slow is imported
        print(__version__)
        return 0
    if "" in given:  # as a path it would be the working folder
        return fail("an argument is empty; give a name, or look at the variable that it came from", 2)
    try:
        os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return fail("the working folder does not exist any more; change to another one", 1)
    if COMPLETING in os.environ:
        os.environ["COLUMNS"] = "1000"  # typer folds a long help, and shells take each line for a word
    import typer

    try:
        code = build_app(given[0])(given, prog_name="attnpaint", standalone_mode=False)
    except Stopped as error:  # what was done until then has been told
        return fail(str(error), error.exit_code)
    except AttnpaintError as error:
        return _failed(given, str(error), error.exit_code)
    except typer.TyperException as error:  # wrong usage that typer itself finds
        _put_in_words(error)
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "attnpaint"
        told = " ".join(error.format_message().split()).rstrip(".")
        return _failed(given, f"{told}; see {command} --help", error.exit_code)
    except OSError as error:
        if given[0] == "--install-completion":
            return fail(f"completion cannot be installed ({error}); --show-completion prints it", 1)
        if error.errno == errno.ENAMETOOLONG:
            return fail(f"a name is too long for a file ({str(error.filename)[:60]}…); give a shorter one", 1)
        raise
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:  # typer hands a Ctrl-C inside a command over as this code
        return fail("stopped", INTERRUPTED)
    return code if isinstance(code, int) else 0


def _put_in_words(error: "typer.TyperException") -> None:
    """The value of an option that pydantic found wrong, told in our words."""
    findings = getattr(error.__cause__, "errors", None)
    if callable(findings) and (found := findings()):
        error.message = in_words(found[0])


def _failed(given: Sequence[str], message: str, code: int) -> int:
    """As `fail`; with --json an object as well, on standard output unless the picture goes there."""
    if "--json" in given:
        piped = any(pair in (("-o", "-"), ("--output", "-")) for pair in pairwise(given))
        lists: dict[str, list[str]] = {"done": [], "failed": [], "skipped": []}
        told = {"error": message, "exit_code": code, **(lists if given[0] == "colorize" else {})}
        print(json.dumps(told), file=sys.stderr if piped else sys.stdout)
    return fail(message, code)


def build_app(only: str = "") -> "typer.Typer":
    """Every command under its name; only: that one alone, where it is one, as each takes time to be made.

    A command's module imports its heavy parts only when the command runs.
    """
    import typer

    def options(
        version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    ) -> None:
        """Colour a line drawing with the colours of a reference picture."""

    app = typer.Typer(
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
        epilog=CODES,
    )
    app.callback()(options)
    for name in [only] if only in COMMANDS else COMMANDS:
        module, attribute = COMMANDS[name].split(":")
        command = getattr(import_module(f"attnpaint.cli.{module}"), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app
