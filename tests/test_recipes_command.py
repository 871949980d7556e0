"""`attnpaint recipes`: the list and its numbers, and recipes printed so that they can be read back."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from attnpaint.cli.app import main
from attnpaint.config import DataConfig, GeneratorConfig, GuideConfig, OptimiserConfig, Recipe
from attnpaint.model.build import build_generator
from attnpaint.model.conditioning import Conditioning, Palette, inputs
from attnpaint.model.cost import cost
from attnpaint.model.known_costs import KNOWN
from attnpaint.recipe_file import comment_of, load_recipe, recipe_names, to_toml


def test_the_list_tells_every_recipe_with_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert list(rows) == recipe_names()
    ancestor = rows["attentioned-deep-paint"]
    assert ancestor["parameters"] == 48_573_641  # as published
    assert ancestor["gflop"] == pytest.approx(840, rel=0.01)
    assert ancestor["inputs"] == ["sketch", "histogram"]
    assert (rows["attnpaint-1"]["parameters"], rows["attnpaint-1"]["gflop"]) == (17_456_993, 69.1)
    assert rows["attnpaint-1"]["inputs"] == ["sketch", "histogram", "tokens"]
    assert (rows["pix2pix"]["inputs"], rows["pix2pix"]["stages"]) == (["sketch"], 1)
    assert (rows["sgru"]["pictures"], rows["two-stage"]["stages"]) == (9, 2)
    assert rows["two-stage"]["parameters"] == 13_396_035 + 13_397_763


@pytest.mark.parametrize("name", recipe_names())
def test_what_the_list_says_is_what_is_counted(name: str) -> None:
    found = cost(load_recipe(name))
    assert KNOWN.get(name) == replace(found, gflop=round(found.gflop, 1)), "write this into known_costs.py"


def test_a_recipe_that_is_not_known_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = KNOWN["pix2pix"]
    monkeypatch.delitem(KNOWN, "pix2pix")
    assert main(["recipes", "--json"]) == 0
    row = next(row for row in json.loads(capsys.readouterr().out) if row["name"] == "pix2pix")
    assert (row["parameters"], row["gflop"]) == (known.parameters, known.gflop)


def test_the_table_names_every_recipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in recipe_names())
    assert "48,573,641" in shown


@pytest.mark.parametrize(
    "net",
    [
        GeneratorConfig(widths=(8, 16, 24), token_width=16),
        GeneratorConfig(kind="pix2pix-unet", width=2),
        GeneratorConfig(kind="double-conv-unet", conditioning=("style",), width=2),
    ],
)
def test_the_count_is_that_of_a_picture_painted_in_earnest(
    net: GeneratorConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(generator=net, guide=GuideConfig(width=8))
    network = build_generator(net, 8).eval()
    monkeypatch.setattr(torch.backends.mha, "_is_fastpath_enabled", False)  # what it does is not counted
    palette = Palette(torch.zeros(1, 4, 4, 3), torch.ones(1, 4, 4))
    x, beside = inputs(net, torch.zeros(1, 1, 512, 512), Conditioning(palette, style=torch.zeros(1, 8)))
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        network(x, **beside)
    found = cost(recipe)
    assert found.gflop * 1e9 == pytest.approx(counter.get_total_flops(), rel=1e-9)
    assert found.parameters == sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize("name", recipe_names())
def test_what_is_shown_reads_back_to_the_same_recipe(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recipes", "show", name, "--set", "data.size=48", "--set", "training.seed=7"]) == 0
    file = tmp_path / "mine.toml"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert load_recipe(file) == load_recipe(name, ["data.size=48", "training.seed=7"])
    assert file.read_text(encoding="utf-8").startswith(comment_of(name) + "name = ")
    assert comment_of(name).startswith("# ")
    assert main(["recipes", "show", str(file)]) == 0
    assert capsys.readouterr().out == file.read_text(encoding="utf-8")


def test_odd_values_read_back_too(tmp_path: Path) -> None:
    odd = Recipe(
        name='a "quoted"\\ name\nin two lines\x7f\x00\t· ünïcödé',
        guide=GuideConfig(weights=r"C:\weights\vgg.pth"),
        data=DataConfig(boost={"plain": 2.0, "with.dots and spaces": 0.5, 'quo"te': 1e-7, "": 1e22}),
        optimiser=OptimiserConfig(lr=1e-5),
    )
    (tmp_path / "odd.toml").write_text(to_toml(odd), encoding="utf-8", newline="")
    assert load_recipe(tmp_path / "odd.toml") == odd
    assert load_recipe(tmp_path / "odd.toml") != replace(odd, name="")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "nope"], "no recipe nope; use a .toml file or one of: attentioned-deep-paint, attnpaint"),
        (["show", "attnpaint", "--set", "data.sze=3"], "did you mean data.size?"),
        (["show", "attnpaint", "--set", "data.size=0"], "data.size = 0 cannot work"),
        (["show"], "Missing argument"),
        (["shw"], "No such command"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes", *arguments]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert says in said.err


def test_no_torch_is_loaded() -> None:
    code = "import sys; from attnpaint.cli.app import main; main(sys.argv[1:]); print('torch' in sys.modules)"
    for arguments in ([], ["--help"], ["show", "--help"], ["show", "pix2pix"]):
        command = [sys.executable, "-c", code, "recipes", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.endswith("\nFalse\n")
