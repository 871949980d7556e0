"""`figures:COUNT` as training data: drawn when they are read, siblings, refusals."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attnpaint.cli import app
from attnpaint.config import DataConfig
from attnpaint.data.check import check
from attnpaint.data.figure_items import VIEWS, figure_items
from attnpaint.data.layouts import Layout
from attnpaint.data.pairs import batches
from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.figures.figure import render
from attnpaint.images import write_picture
from attnpaint.parts import ACCESSORIES, UNKNOWN
from attnpaint.training.run_folder import RunFolder


@pytest.mark.parametrize(
    ("asked", "seed"), [("figures:3", 0), ("figures:2:7", 7), ("figures:4:123456", 123456)]
)
def test_a_view_is_read_as_it_is_drawn(asked: str, seed: int) -> None:
    items = list(figure_items(asked, 96))
    assert len(items) == VIEWS * int(asked.split(":")[1])
    item = items[VIEWS + 2]
    colour, line = item.open()
    drawn = render(seed, 1, 2, 96)
    np.testing.assert_array_equal(colour, drawn.colour)
    assert line is not None
    np.testing.assert_array_equal(line[..., 1], drawn.line)
    parts = item.open_parts(96, 96)
    assert parts is not None
    np.testing.assert_array_equal(parts, np.where(drawn.parts > ACCESSORIES, UNKNOWN, drawn.parts))


def test_views_of_a_figure_are_siblings_and_other_figures_are_not() -> None:
    items = find_items(["figures:3", "figures:2:1"]).items
    groups: dict[str, int] = {}
    for item in items:
        groups[item.character] = groups.get(item.character, 0) + 1
    assert groups == {
        f"figures/{who}": VIEWS for who in ("0-00000", "0-00001", "0-00002", "1-00000", "1-00001")
    }
    assert {item.source for item in items} == {"figures"}
    assert [item.name for item in items] == sorted(item.name for item in items)


@pytest.mark.parametrize(
    "asked", ["figures:", "figures:0", "figures:ten", "figures:3:", "figures:-2", "figures:1:2:3"]
)
def test_other_forms_are_refused(asked: str) -> None:
    with pytest.raises(UsageError, match="figures:COUNT:SEED"):
        find_items([asked])


def test_they_lie_beside_pictures_and_are_left_out_for_their_licence(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        write_picture(
            tmp_path / name, np.random.default_rng(0).integers(0, 255, (32, 32, 3)).astype(np.uint8)
        )
    both = find_items([tmp_path, "figures:2"])
    assert len(both.items) == 2 + 2 * VIEWS
    assert both.layouts == (Layout.pictures, Layout.figures)
    assert len(check(both.items).items) == len(both.items)
    assert len(find_items([tmp_path, "figures:2"], ["CC0-1.0"]).items) == 2
    with pytest.raises(AttnpaintError, match=r"CC0-1\.0"):
        find_items(["figures:2"], ["CC0-1.0"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 3, 11])
def test_batches_hold_their_parts_and_are_equal_for_any_workers(seed: int) -> None:
    config = replace(DataConfig(), size=64, batch_size=2, workers=0, regions=24, siblings=1.0)
    items = find_items(["figures:2:5"], figure_side=64).items
    (alone,) = batches(items, config, seed, 0, 1)
    (helped,) = batches(items, replace(config, workers=1), seed, 0, 1)
    np.testing.assert_array_equal(alone.sketch, helped.sketch)
    np.testing.assert_array_equal(alone.truth, helped.truth)
    assert alone.regions is not None
    assert (alone.regions.part >= 0).any()
    assert not alone.lost


def test_a_resumed_run_asks_for_the_same_figures(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.root.mkdir()
    folder.write_data([Path("figures:20:3"), tmp_path], [Path("figures:4")], "")
    assert folder.read_data() == ([Path("figures:20:3"), tmp_path.resolve()], [Path("figures:4")], "")


def test_training_on_figures_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["train", "--data", "figures:4:2", "--out", str(tmp_path / "run"), "--dry-run"]
    small = ["--recipe", "pix2pix", "--set", "data.size=64", "--set", "data.batch_size=2"]
    small += ["--set", "generator.width=8", "--set", "discriminator.width=8", "--device", "cpu"]
    assert app.main([*asked, *small]) == 0
    told = "".join(capsys.readouterr())
    assert "16 pictures, 16 with their own drawing" in told
    assert "drawn when they are read" in told
