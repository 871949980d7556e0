"""`attnpaint palette`: what it writes and says, and what it refuses before it begins."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.cli.app import main
from attnpaint.extract import FIGURE, measure
from attnpaint.images import read_picture
from attnpaint.palettes import read_palette

BANDS = ((200, 30, 40), (20, 160, 60), (30, 60, 190), (240, 240, 230))


@pytest.fixture
def refs(tmp_path: Path) -> Path:
    """stripes.png: each band one colour; noise.png: many."""
    stripes = np.repeat(np.array(BANDS, np.uint8), 10, axis=0)[:, None].repeat(20, axis=1)
    Image.fromarray(stripes).save(tmp_path / "stripes.png")
    noise = np.random.default_rng(0).integers(0, 256, (40, 30, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    return tmp_path


def test_without_output_the_palette_is_shown(refs: Path, capsys) -> None:
    assert main(["palette", str(refs / "stripes.png")]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["1", "top"],
        ["2", "upper"],
        ["3", "lower"],
        ["4", "bottom"],
    ]
    assert [line.split()[2] for line in lines] == [f"#{bytes(color).hex()}" for color in BANDS]
    assert max(map(len, lines)) <= 80
    assert said.err == ""
    assert main(["palette", str(refs / "noise.png")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_every_output_is_written_and_reads_as_the_reference(refs: Path, capsys) -> None:
    ref = refs / "noise.png"
    names = ["p.json", "p.gpl", "p.aco", "p.ase", "p.svg", "card.png"]
    assert main(["palette", str(ref), *(part for name in names for part in ("-o", str(refs / name)))]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "card.png" in said.err
    expected = measure(read_picture(ref), FIGURE)
    for name in names[:4]:
        found = read_palette(refs / name)
        assert np.array_equal(found.colors, expected.colors)
        assert np.array_equal(found.weights, expected.weights)
        assert main(["palette", str(refs / name), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["bands"][1][0]["color"] == f"#{bytes(expected.colors[1, 0].tolist()).hex()}"
        assert told["bands"][1][0]["weight"] == pytest.approx(expected.weights[1, 0], abs=1e-4)
        assert told["outputs"] == []


def test_references_are_combined_and_edited(refs: Path, capsys) -> None:
    stripes, noise, out = str(refs / "stripes.png"), str(refs / "noise.png"), str(refs / "p.json")
    swap = f"#{bytes(BANDS[0]).hex()}=#123456"
    assert main(["palette", f"{stripes}@1,3", noise, "--swap", swap, "-o", out]) == 0
    found, expected = read_palette(out), measure(read_picture(noise), FIGURE)
    assert found.colors[0, 0].tolist() == [0x12, 0x34, 0x56]
    assert found.colors[2, 0].tolist() == list(BANDS[2])
    assert np.array_equal(found.colors[3], expected.colors[3])
    capsys.readouterr()
    assert main(["palette", f"{stripes}*3", f"{noise}*1", "--saturation", "0", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bands"][0][0]["weight"] >= 0.75
    for band in told["bands"]:
        levels = bytes.fromhex(band[0]["color"][1:])
        assert max(levels) - min(levels) <= 1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["none.png"], 1, "none.png does not exist"),
        (["none.gpl"], 1, "none.gpl does not exist"),
        (["stripes.png@5"], 2, "there is no band 5"),
        (["stripes.png@2"], 2, "no reference gives bands 1, 3 and 4"),
        (["stripes.png@1", "noise.png@1"], 2, "band 1 is given by two"),
        (["stripes.png*no"], 2, "'no' is no weight"),
        (["stripes.png", "--swap", "red=blue"], 2, "does not swap colours"),
        (["stripes.png", "--swap", "#000=#fff"], 2, "no colour like #000000; the nearest is"),
        (["stripes.png", "--hue", "nan"], 2, "cannot turn by nan"),
        (["stripes.png", "--saturation", "-1"], 2, "saturation"),
        (["stripes.png", "-o", "stripes.png"], 2, "would replace"),
        (["stripes.png", "-o", "p.txt"], 1, "no palette suffix"),
        (["stripes.png", "-o", "none/p.gpl"], 1, "there is no folder"),
        (["stripes.png", "-o", "p.gpl", "-o", "./p.gpl"], 2, "the same file twice"),
        ([], 2, "REF"),
    ],
)
def test_wrong_use_is_one_line(
    arguments: list[str], code: int, told: str, refs: Path, capsys, monkeypatch
) -> None:
    monkeypatch.chdir(refs)
    before = sorted(refs.iterdir())
    assert main(["palette", *arguments]) == code
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.startswith("attnpaint: ")
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert sorted(refs.iterdir()) == before


def test_a_transparent_reference_is_told(refs: Path, capsys) -> None:
    Image.new("RGBA", (8, 8), (1, 2, 3, 0)).save(refs / "clear.png")
    assert main(["palette", str(refs / "clear.png"), "--json"]) == 0
    said = capsys.readouterr()
    assert "wholly transparent" in said.err
    assert json.loads(said.out)["bands"][0][0]["color"] == "#ffffff"


def test_it_imports_no_torch(refs: Path) -> None:
    program = (
        "import sys; from attnpaint.cli.app import main; "
        f"code = main(['palette', {str(refs / 'noise.png')!r}, '-o', {str(refs / 'p.ase')!r}]); "
        "sys.exit(code or bool({'torch', 'scipy', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True).returncode == 0
