"""The command's outer shell: help, version, exit codes, and one line for every failure."""

from collections.abc import Callable

import pytest

from attnpaint import __version__
from attnpaint.cli import app
from attnpaint.errors import AttnpaintError, UsageError

COMMANDS = ["colorize", "extract-hist", "import-weights", "train"]


def stand_in(error: BaseException) -> Callable[..., Callable[..., None]]:
    """What to put in the place of `build_app`: an application that raises when it runs."""

    def run(*arguments: object, **options: object) -> None:
        raise error

    return lambda *_: run


def test_no_arguments_show_the_help_with_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main([]) == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in COMMANDS)


@pytest.mark.parametrize("command", app.COMMANDS)
def test_a_command_alone_is_what_it_is_among_all(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main([command, "--help"]) == 0
    alone = capsys.readouterr().out
    app.build_app()([command, "--help"], prog_name="attnpaint", standalone_mode=False)
    assert capsys.readouterr().out == alone
    assert f"attnpaint {command} " in alone


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_that_says_what_it_does(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"attnpaint {command}" in shown
    assert "--help" in shown


@pytest.mark.parametrize("arguments", [["--version"], ["--version", "train"]])
def test_version_is_printed_alone(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(arguments) == 0
    assert capsys.readouterr().out == f"{__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "says", "see"),
    [
        (["paint"], "No such command 'paint'", "attnpaint --help"),
        (["attention"], "Missing argument", "attnpaint attention --help"),
        (["train", "--stepz", "3"], "No such option: --stepz", "attnpaint train --help"),
        (["train", "--steps", "many"], "--steps", "attnpaint train --help"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    arguments: list[str], says: str, see: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert shown.err.startswith("attnpaint: ")
    assert says in shown.err
    assert shown.err.endswith(f"; see {see}\n")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (AttnpaintError("a\nb", "do c"), 1, "attnpaint: a b; do c\n"),
        (
            UsageError("no pictures given", "name a folder"),
            2,
            "attnpaint: no pictures given; name a folder\n",
        ),
        (KeyboardInterrupt(), 130, "attnpaint: stopped\n"),
    ],
)
def test_failures_are_one_line_and_their_own_exit_code(
    error: BaseException,
    code: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(app, "build_app", stand_in(error))
    assert app.main(["anything"]) == code
    assert capsys.readouterr() == ("", line)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["colorize", "x", "--gap", "wide"], "Invalid value for '--gap': it is no number; see attnpaint"),
        (["colorize", "x", "--strength", "3"], "Invalid value for '--strength': it is over 1"),
        (["colorize", "x", "--format", "gif"], "Invalid value for '--format': 'gif' is not one of 'png', "),
        (["app", "--port", "x"], "Invalid value for '--port': it is no whole number; see attnpaint app"),
        (["train", "--steps", "-3"], "Invalid value for '--steps': it is under 1; see attnpaint train"),
        (["extract-hist", "x", "--workers", "1.5"], "Invalid value for '--workers': it is no whole number"),
    ],
)
def test_wrong_values_are_told_in_our_words(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(arguments) == 2
    assert told in capsys.readouterr().err


def test_a_programming_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "build_app", stand_in(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        app.main(["anything"])
