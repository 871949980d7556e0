"""`attnpaint info`: what it tells, what it keeps to itself, and what it tells of a broken installation."""

import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import typer
from conftest import of_children
from painting import recipe_of, saved
from typer.testing import CliRunner

from attnpaint import __version__
from attnpaint.cli import info as command
from attnpaint.cli import system_info
from attnpaint.cli.info import GIVES, gather, info, unnamed
from attnpaint.cli.packages import TOOLS
from attnpaint.errors import AttnpaintError

ROOT = Path(__file__).parents[1]


def told(*arguments: str) -> str:
    app = typer.Typer()
    app.command()(info)
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_versions_machine_and_model_are_told() -> None:
    found = json.loads(told("--json"))
    assert found["attnpaint"] == __version__
    assert found["packages"]["numpy"] == metadata.version("numpy")
    assert found["packages"]["torch"] == metadata.version("torch")
    assert found["cpu"]["threads"] >= 1
    assert 0 < found["memory"]["free_gib"] <= found["memory"]["gib"]
    assert found["devices"] is None
    model = found["model"]
    assert (model["recipe"], model["licence"]) == ("attnpaint", "CC BY-SA 4.0")
    assert 17.4e6 < model["parameters"] < 20e6
    assert model["steps"] > 0
    assert "illustrations" in model["data"]


def test_the_list_says_the_same_on_lines_of_markdown() -> None:
    lines = told().splitlines()
    assert all(line.startswith("- ") for line in lines)
    assert f"- attnpaint: {__version__}" in lines
    assert sum(line.startswith("- extra ") for line in lines) >= len(GIVES) - 2
    assert any(re.match(r"- model: attnpaint; 19,9\d\d,\d{3} parameters; ", line) for line in lines)


def test_every_extra_says_what_it_gives() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert extras.keys() - {TOOLS} == GIVES.keys()


def test_an_extra_is_here_when_all_it_needs_is(monkeypatch: pytest.MonkeyPatch) -> None:
    needs = [
        "numpy>=1",
        'numpy>=1; extra == "psd"',
        'no-such-package>=2; extra == "psd"',
        'numpy>=1; extra == "onnx"',
        'numpy>=999; extra == "hub"',
        'no-such-tool; extra == "dev"',
        "no-such-need>=1",
    ]
    monkeypatch.setattr(metadata, "requires", lambda name: needs)
    found = gather()
    missing = {name: extra["missing"] for name, extra in found["extras"].items()}
    assert missing == {"psd": ["no-such-package>=2"], "onnx": [], "hub": ["numpy>=999"]}
    assert found["packages"]["no-such-need"] is None
    assert "no-such-package" not in found["packages"]
    shown = told()
    assert "no-such-need MISSING" in shown
    assert (
        '- extra psd (layers in .psd files): missing no-such-package>=2: pip install "attnpaint[psd]"'
        in shown
    )


def test_a_copy_that_was_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", nothing)
    assert "- packages: " in told()
    assert gather()["extras"] == {}


def test_opencv_packages_that_overwrite_each_other_are_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "WARNING" not in told()
    monkeypatch.setattr(command, "_version", lambda name: "5.0")
    assert "WARNING: several OpenCV packages" in told()


def test_home_and_name_are_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "alice"
    home.mkdir()
    monkeypatch.setattr(Path, "home", lambda: home)
    nested = {"a": [f"{home}/x", f"{home}", "/data/alice/y"], "b": f"{home}2/z", "c": 3, "d": "alice"}
    assert unnamed(nested) == {"a": ["~/x", "~", "/data/USER/y"], "b": f"{home}2/z", "c": 3, "d": "alice"}
    monkeypatch.setattr(Path, "home", lambda: Path("/"))
    assert unnamed("/a/b") == "/a/b"


def test_no_path_of_the_home_folder_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "alice"
    folder = saved(home / "models/mine", recipe_of("residual-unet", width=8))
    monkeypatch.setattr(Path, "home", lambda: home)
    for arguments in ((), ("--json",)):
        shown = told("--model", str(folder), *arguments)
        assert "~/models/mine" in shown
        assert "alice" not in shown


def test_a_model_of_ones_own(tmp_path: Path) -> None:
    folder = saved(tmp_path / "model", recipe_of("residual-unet", width=8))
    found = gather(folder)["model"]
    assert (found["recipe"], found["steps"], found["data"], found["licence"]) == (
        "tiny residual-unet", 0, None, None,
    )  # fmt: skip
    assert found["parameters"] > 0
    (folder / "README.md").write_text(
        '---\nlicense: "mit"\n---\n# Mine\n\n## Data\n\nTwo pictures: both mine.\n'
    )
    found = gather(folder)["model"]
    assert (found["data"], found["licence"]) == ("Two pictures", "mit")


def test_parameters_are_those_of_the_network(tmp_path: Path) -> None:
    from attnpaint.model.build import build_generator

    recipe = recipe_of("attention-unet", width=2)  # with batch norm, whose counts are no parameters
    folder = saved(tmp_path / "model", recipe)
    net = build_generator(recipe.generator)
    assert gather(folder)["model"]["parameters"] == sum(one.numel() for one in net.parameters())


def test_what_is_no_model_folder_is_refused_but_a_missing_default_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(AttnpaintError, match="is no model folder"):
        gather(tmp_path)
    monkeypatch.setattr("attnpaint.model.model_config.DEFAULT_MODEL", tmp_path)
    assert "- model: " in told()
    assert "is no model folder" in gather()["model"]["error"]


def test_all_says_what_can_compute() -> None:
    found = json.loads(told("--all", "--json"))["devices"]
    assert found["auto"] in {"cpu", "cuda", "mps"}
    assert found["devices"][0]["name"] == "cpu"
    assert isinstance(found["devices"][0]["bf16"], bool)
    assert "- device cpu: " in told("--all")


def test_a_torch_that_does_not_load_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)  # importing it fails
    assert system_info.devices()["error"].startswith("ModuleNotFoundError: ")
    assert "- devices: torch does not load: ModuleNotFoundError" in told("--all")


def test_a_containers_limit_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(system_info, "LIMIT", tmp_path / "memory.max")
    assert gather()["memory"]["limit_gib"] is None
    for text, limit in (("max\n", None), (f"{2 * 2**30}\n", 2.0)):
        system_info.LIMIT.write_text(text)
        assert system_info.system_info()["memory"]["limit_gib"] == limit
    assert ", 2.0 GiB allowed" in told()


def test_it_answers_within_a_second_without_torch() -> None:
    code = "import sys; from attnpaint.cli.info import info; info(); print('torch' in sys.modules)"
    seconds = []
    for _ in range(3):
        began = of_children()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        seconds.append(of_children() - began)
    assert done.stdout.endswith("\nFalse\n")
    assert min(seconds) < 1.5  # 0.4 on an idle machine
