"""Shell completion, by the protocol that the shells speak and by the shells that are here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from attnpaint.cli.app import COMPLETING

PROGRAM = Path(sys.executable).with_name("attnpaint")
BASH = """
source <(attnpaint --show-completion)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
complete -p attnpaint
_attnpaint_completion attnpaint
printf '%s\\n' "${COMPREPLY[@]}"
"""


def ask(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}", **variables}
    return subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True)


def complete(shell: str, *words: str, action: str = "get-args") -> subprocess.CompletedProcess[str]:
    """What a shell asks; the last word is the one that the cursor stands at the end of."""
    line = " ".join(("attnpaint", *words))
    return ask(
        *(sys.executable, "-m", "attnpaint"),
        **{COMPLETING: f"complete_{shell}"},
        COMP_WORDS=line,
        COMP_CWORD=str(len(words)),
        _TYPER_COMPLETE_ARGS=line,
        _TYPER_COMPLETE_FISH_ACTION=action,
    )


def needed(shell: str) -> str:
    found = shutil.which(shell)
    if not found or not PROGRAM.exists():
        pytest.skip(f"no {shell}, or attnpaint is not installed")
    return found


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        (["pal"], ["palette"]),
        (["colorize", "--fini"], ["--finish"]),
        (["colorize", "--finish", ""], ["painted", "flat", "blend"]),
        (["recipes", "sh"], ["show"]),
        (["colorize", "'draw"], []),  # a quote that is not closed yet
    ],
)
def test_bash_is_answered_with_words(words: list[str], answers: list[str]) -> None:
    done = complete("bash", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == answers


def test_fish_is_answered_with_a_line_for_each_word_and_its_help() -> None:
    done = complete("fish", "colorize", "--")
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert all(line.startswith("--") for line in lines)  # a folded help would begin lines of its own
    options = dict(line.split("\t") for line in lines if "\t" in line)
    assert options["--no-lines"] == "Write the colour alone."
    assert {"--ref", "--palette", "--finish", "--model"} <= options.keys()


@pytest.mark.parametrize(("words", "code"), [(["col"], 0), (["colorize", "sketch"], 1)])
def test_fish_is_told_by_the_exit_code_whether_files_are_meant(words: list[str], code: int) -> None:
    assert complete("fish", *words, action="is-args").returncode == code


def test_zsh_is_answered_with_commands_of_its_own() -> None:
    assert complete("zsh", "colorize", "drawing").stdout == "_files\n"
    assert '"palette":"' in complete("zsh", "pal").stdout


@pytest.mark.parametrize("words", [["colorize", "draw"], ["colorize", "--ref", ""]])
def test_paths_are_left_to_the_shell(words: list[str]) -> None:
    assert complete("bash", *words).stdout.strip() == ""


def test_what_no_shell_asks_is_refused_in_one_line() -> None:
    for asked in ("nonsense", "complete_tcsh"):
        done = ask(sys.executable, "-m", "attnpaint", **{COMPLETING: asked})
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_completing_loads_no_torch() -> None:
    code = "import atexit, sys; atexit.register(lambda: print('torch' in sys.modules)); sys.argv[1:] = []\n"
    code += "from attnpaint.cli.app import main; main()"
    line = "attnpaint colorize --dev"
    done = ask(
        *(sys.executable, "-c", code),
        **{COMPLETING: "complete_bash"},
        COMP_WORDS=line,
        COMP_CWORD="2",
    )
    assert done.stdout.split() == ["--device", "False"]


@pytest.mark.slow
def test_bash_itself_completes_words_and_leaves_files_to_its_own() -> None:
    bash = needed("bash")
    first = ask(bash, "--norc", "-c", BASH, "bash", "attnpaint", "colorize", "--finish", "")
    assert first.stderr == ""
    assert first.stdout.splitlines() == [
        "complete -o default -F _attnpaint_completion attnpaint",
        "painted",
        "flat",
        "blend",
    ]
    second = ask(bash, "--norc", "-c", BASH, "bash", "attnpaint", "colorize", "draw")
    assert second.stdout.split("\n", 1)[1].strip() == ""  # so -o default completes files


@pytest.mark.slow
def test_fish_itself_completes_words_and_files(tmp_path: Path) -> None:
    fish = needed("fish")
    (tmp_path / "drawing.png").touch()
    questions = ["attnpaint pal", "attnpaint colorize --finish ", f"attnpaint colorize {tmp_path}/draw"]
    asked = "; ".join(f'complete -C "{question}"' for question in questions)
    done = ask(fish, "-c", f"attnpaint --show-completion | source; {asked}", HOME=str(tmp_path))
    words = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert words == ["palette", "blend", "flat", "painted", f"{tmp_path}/drawing.png"]


@pytest.mark.parametrize(
    ("shell", "file"),
    [
        ("bash", ".bash_completions/attnpaint.sh"),
        ("zsh", ".zfunc/_attnpaint"),
        ("fish", ".config/fish/completions/attnpaint.fish"),
    ],
)
def test_it_is_installed_for_the_shell_that_asks(shell: str, file: str, tmp_path: Path) -> None:
    done = ask(needed(shell), "-c", "attnpaint --install-completion; true", HOME=str(tmp_path))
    assert str(tmp_path / file) in done.stdout
    assert COMPLETING in (tmp_path / file).read_text()


def test_where_it_cannot_be_installed_one_line_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.touch()
    done = ask(needed("bash"), "--norc", "-c", "attnpaint --install-completion; exit $?", HOME=str(home))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("attnpaint: completion cannot be installed")
    assert done.stderr.endswith("--show-completion prints it\n")
