"""Several pictures of one drawing: finished alike, numbered, and together on a sheet."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from painting import drawing, knowing, recipe_of, saved

from attnpaint.cli.app import main
from attnpaint.errors import UsageError
from attnpaint.images import Picture, read_picture, write_picture
from attnpaint.sheets.labels import contact_sheet

pytestmark = pytest.mark.slow

NINE = recipe_of("swish-unet", "none", width=3, variants=9)
COLORS = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]


def in_three_colors(x: torch.Tensor) -> torch.Tensor:
    return (torch.tensor(COLORS) / 127.5 - 1).view(1, 3, 3, 1, 1).expand(-1, -1, -1, *x.shape[-2:])


@pytest.mark.parametrize("size", [(80, 120), (700, 900)])
def test_every_picture_has_the_lines_and_the_alpha_of_the_drawing(size: tuple[int, int]) -> None:
    sketch = np.dstack([drawing(*size), np.full(size, 255, np.uint8)])
    sketch[:, : size[1] // 2, 3] = 99
    three = recipe_of("swish-unet", "none", width=3, variants=3)
    coloring = knowing((three, in_three_colors)).colorize(sketch)
    assert len(coloring.variants) == 3
    assert (coloring.variants[0] == coloring.picture).all()
    for picture, color in zip(coloring.variants, COLORS, strict=True):
        assert (picture[..., 3] == sketch[..., 3]).all()
        assert (picture[size[0] // 2, -30, :3] == color).all()
        assert (picture[11:13, size[1] * 3 // 4 : -20, :3] == 0).all()


def test_a_network_of_one_picture_has_one_variant_and_refuses_more() -> None:
    plain = recipe_of("pix2pix-unet", "none")
    colorizer = knowing((plain, lambda x: x.expand(-1, 3, -1, -1)))
    coloring = colorizer.colorize(drawing())
    assert len(coloring.variants) == 1
    with pytest.raises(UsageError, match=r"paints one picture of a drawing, not 2; .*sgru, sgru-ssn"):
        colorizer.needs.check(False, False, 2)
    colorizer.needs.check(False, False, 1)


def plain_picture(height: int, width: int, color: tuple[int, int, int]) -> Picture:
    return np.full((height, width, 3), color, np.uint8)


@pytest.mark.parametrize(("count", "rows", "columns"), [(2, 1, 2), (4, 2, 2), (5, 2, 3), (9, 3, 3)])
def test_the_sheet_holds_every_picture_in_order(count: int, rows: int, columns: int) -> None:
    colors = [(20 * i, 255 - 20 * i, 128) for i in range(1, count + 1)]
    names = [Path(f"out.{number}.png") for number in range(1, count + 1)]
    sheet = contact_sheet([plain_picture(50, 100, color) for color in colors], names)
    assert columns * 384 < sheet.shape[1] < columns * 384 + 150
    assert rows * 192 < sheet.shape[0] < rows * 192 + 60 * rows + 60
    centres = [np.argwhere((sheet == color).all(axis=2)).mean(axis=0) for color in colors]
    assert centres == sorted(centres, key=lambda at: (round(at[0]), at[1]))


def test_the_command_writes_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(tmp_path / "model", NINE)
    write_picture("sketch.png", drawing())
    command = ["colorize", "sketch.png", "--model", "model", "--device", "cpu"]
    assert main([*command, "-o", "out.png", "--variants", "9", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    names = [f"out.{i}.png" for i in range(1, 10)]
    assert (said["output"], said["variants"]) == ("out.png", names)
    pictures = [read_picture(name) for name in names]
    assert {picture.shape for picture in pictures} == {(80, 120, 3)}
    assert len({picture.tobytes() for picture in pictures}) == 9
    assert read_picture("out.png").shape[1] > 3 * 384
    before = {name: Path(name).read_bytes() for name in ("out.png", *names)}
    assert main([*command, "-o", "out.png", "--variants", "9"]) == 0
    assert {name: Path(name).read_bytes() for name in before} == before
    assert main([*command, "-o", "one.png"]) == 0
    assert (read_picture("one.png") == pictures[0]).all()
    assert sorted(path.name for path in tmp_path.glob("one*")) == ["one.png"]
    assert main([*command, "-o", "two.webp", "--variants", "2"]) == 0
    assert sorted(path.name for path in tmp_path.glob("two*")) == ["two.1.webp", "two.2.webp", "two.webp"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--variants", "10"], "--variants"),
        (["--variants", "0"], "--variants"),
        (["-o", "s.png", "--variants", "3", "--attention", "s.2.png"], "same file"),
        (["-o", "sketch.png", "--variants", "1"], "would replace sketch.png"),
        (["-o", "ref.png", "--variants", "2"], "would replace ref.1.png"),
    ],
)
def test_what_cannot_be_is_wrong_usage(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(tmp_path / "model", NINE)
    write_picture("sketch.png", drawing())
    write_picture("ref.1.png", drawing())
    before = sorted(tmp_path.rglob("*"))
    command = ["colorize", "sketch.png", "--ref", "ref.1.png", "--model", "model", *arguments]
    assert main(command) == 2
    assert says in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before
