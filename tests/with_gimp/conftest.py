"""The real GIMP 2.10 without a screen. For `make test-gimp` alone: a plain `pytest` leaves this folder out,
as it needs GIMP."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "integrations" / "gimp"
EVAL = ["--batch-interpreter", "plug-in-script-fu-eval"]
QUIT = "(gimp-quit 0)"
Gimp = Callable[..., str]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    here = Path(__file__).parent
    asked = [Path(config.invocation_params.dir, str(arg).split("::")[0]).resolve() for arg in config.args]
    return None if any(path == here or here in path.parents for path in asked) else True


@pytest.fixture(scope="session")
def gimp(tmp_path_factory: pytest.TempPathFactory) -> Gimp:
    """Runs a line of Script-Fu in a GIMP with the plug-in, and returns all that it printed."""
    program = shutil.which("gimp")
    assert program, "there is no gimp; make test-gimp installs it"
    folder = tmp_path_factory.mktemp("gimp")
    for name in ("plug-ins", "scripts", "gradients", "palettes"):
        (folder / name).mkdir()
    shutil.copytree(PLUGIN / "attnpaint_paint", folder / "plug-ins" / "attnpaint_paint")
    shutil.copy(PLUGIN / "attnpaint.scm", folder / "scripts")

    def run(script: str, path: str = "") -> str:
        here = str(Path(sys.executable).parent)
        environment = {
            **os.environ,
            "GIMP2_DIRECTORY": str(folder),
            "PATH": path or f"{here}:{os.environ['PATH']}",
        }
        command = [program, "-i", "-d", "-f", *EVAL, "-b", script, "-b", QUIT]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        return done.stdout + done.stderr

    return run
