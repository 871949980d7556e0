"""The stream of training pairs: its order, its augmentation, strangers, and bad pictures."""

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attnpaint.config import DataConfig
from attnpaint.data.augment import View, colour_turn, crop, recolour
from attnpaint.data.layouts import Blob, Item
from attnpaint.data.pairs import QUICK, Batch, batches
from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError
from attnpaint.extract import measure
from attnpaint.images import Picture, letterbox, resize, write_picture

PLAIN = DataConfig(size=32, batch_size=4, workers=0, flip=False, line_art=1.0)
BUSY = DataConfig(
    size=32,
    batch_size=4,
    workers=0,
    zoom=0.6,
    rotate=8.0,
    recolour=0.5,
    other_crop=0.5,
    permute_bands=0.3,
    drop_ranks=0.3,
    strangers=0.25,
    wear=0.5,
)


def saved(path: Path, picture: Picture) -> Blob:
    write_picture(path, picture)
    return Blob(str(path))


def shapes(height: int = 60, width: int = 44) -> Picture:
    """Two black shapes on white: a picture that is its own drawing."""
    picture = np.full((height, width, 3), 255, np.uint8)
    picture[height // 6 : height // 2, width // 8 : width // 3] = 0
    picture[height // 2 : height - 8, width // 2 : width - 4] = 0
    return picture


def taken(items: Sequence[Item], config: DataConfig, first: int, last: int, seed: int = 0) -> list[Batch]:
    return list(batches(tuple(items), config, seed, first, last))


def assert_equal(one: Sequence[Batch], other: Sequence[Batch]) -> None:
    for a, b in zip(one, other, strict=True):
        assert all(torch.equal(getattr(a, field.name), getattr(b, field.name)) for field in fields(Batch))


def test_shapes_and_ranges(layouts: dict[str, Path]) -> None:
    (batch,) = taken(find_items([layouts["named"]]).items, BUSY, 0, 1)
    assert batch.sketch.shape == (4, 1, 32, 32)
    assert batch.truth.shape == (4, 3, 32, 32)
    assert batch.colors.shape == (4, 4, 4, 3)
    assert batch.weights.shape == (4, 4, 4)
    for tensor in (batch.sketch, batch.truth):
        assert tensor.dtype == torch.float32
        assert -1 <= tensor.min() < tensor.max() <= 1
    assert torch.allclose(batch.weights.sum(dim=2), torch.ones(4, 4))
    assert (batch.weights.diff(dim=2) <= 0).all()  # heaviest first


def test_a_batch_depends_on_seed_and_step_alone(layouts: dict[str, Path]) -> None:
    items = find_items([layouts["named"]]).items
    whole = taken(items, BUSY, 0, 4)
    assert_equal(taken(items, BUSY, 2, 4), whole[2:])
    assert_equal(taken(items, replace(BUSY, workers=2), 1, 4), whole[1:])
    assert not torch.equal(taken(items, BUSY, 0, 1, seed=1)[0].truth, whole[0].truth)
    assert not torch.equal(whole[0].truth, whole[1].truth)


def test_torchs_random_numbers_are_left_alone(layouts: dict[str, Path]) -> None:
    before = torch.get_rng_state()
    taken(find_items([layouts["named"]]).items, BUSY, 0, 1)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("line_scale", [1, 2])
def test_the_drawing_stays_on_its_picture_under_every_view(line_scale: int, tmp_path: Path) -> None:
    color = saved(tmp_path / "x.color.png", shapes())
    line = saved(tmp_path / "x.line.png", resize(shapes(), 60 * line_scale, 44 * line_scale))
    config = replace(PLAIN, zoom=1.0, rotate=30.0, flip=True, recolour=1.0)
    found = taken([Item("x", color, line)], config, 0, 6)
    sketch, truth = (torch.cat([getattr(batch, name) for batch in found]) for name in ("sketch", "truth"))
    assert len({view.numpy().tobytes() for view in truth}) == len(truth)
    off = (sketch - truth.mean(dim=1, keepdim=True)).abs().mean(dim=(1, 2, 3))
    assert off.max() < 0.05
    apart = (sketch - truth.mean(dim=1, keepdim=True).roll(1, 0)).abs().mean(dim=(1, 2, 3))
    assert apart.min() > 0.1


def test_without_chance_the_view_is_the_letterbox() -> None:
    picture = resize(shapes(), 128, 64)
    view = View.draw(128, 64, 32, np.random.default_rng(0))
    assert np.array_equal(view.of(picture), letterbox(picture, 32)[0])


def test_a_genuine_drawing_is_used_as_often_as_told(tmp_path: Path) -> None:
    item = Item("x", saved(tmp_path / "c.png", shapes()), saved(tmp_path / "l.png", shapes() // 4 + 100))
    found = taken([item], replace(PLAIN, line_art=0.5), 0, 8)
    genuine = torch.cat([batch.sketch.amin(dim=(1, 2, 3)) > -0.5 for batch in found])
    assert 6 < genuine.sum() < 26


def test_strangers_are_marked_and_carry_another_palette(tmp_path: Path) -> None:
    plain = [
        Item(name, saved(tmp_path / name, np.full((20, 20, 3), color, np.uint8)))
        for name, color in (("a.png", (200, 40, 40)), ("b.png", (40, 40, 200)))
    ]
    found = taken(plain, replace(PLAIN, strangers=0.5), 0, 8)
    assert all(batch.stranger.tolist() == [True, True, False, False] for batch in found)
    stranger = torch.cat([batch.stranger for batch in found])
    shown = torch.cat([batch.truth[:, :, 16, 16] for batch in found])
    told = torch.cat([batch.palette().colors[:, 2, 0] for batch in found])
    same = (shown - told).abs().amax(dim=1) < 0.02
    assert same[~stranger].all()
    assert 0 < same[stranger].sum() < stranger.sum()  # by chance the stranger is the same picture


def test_without_chance_the_histogram_is_that_of_the_truth(layouts: dict[str, Path]) -> None:
    (batch,) = taken(find_items([layouts["pictures"]]).items, replace(PLAIN, size=64), 0, 1)
    truth = ((batch.truth + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    for picture, colors in zip(truth, batch.colors, strict=True):
        assert np.array_equal(measure(picture, QUICK).colors, colors.numpy())


def test_dropped_ranks_repeat_the_last_colour_without_weight(layouts: dict[str, Path]) -> None:
    (batch,) = taken(find_items([layouts["pictures"]]).items, replace(PLAIN, drop_ranks=1.0), 0, 1)
    assert (batch.weights[:, :, 3] == 0).all()
    assert torch.allclose(batch.weights.sum(dim=2), torch.ones(4, 4))
    empty = batch.weights == 0
    assert torch.equal(batch.colors[:, :, 1:][empty[:, :, 1:]], batch.colors[:, :, :-1][empty[:, :, 1:]])


def test_a_turn_of_the_colours_leaves_greys_alone() -> None:
    ramp = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    for seed in range(20):
        turned = recolour(ramp, colour_turn(np.random.default_rng(seed)))
        assert np.abs(turned.astype(int) - ramp).max() <= 1


def test_a_turn_of_the_colours_keeps_their_distances_and_is_seldom_none() -> None:
    turns = [colour_turn(np.random.default_rng(seed)) for seed in range(20)]
    assert all(np.allclose(turn @ turn.T, np.eye(3), atol=1e-5) for turn in turns)
    assert np.ptp([np.linalg.det(turn) for turn in turns]) > 1.9  # some mirror the colours
    assert sum(np.abs(turn - np.eye(3)).max() > 0.2 for turn in turns) > 15


def test_recolouring_and_measuring_commute() -> None:
    random = np.random.default_rng(4)
    for seed in range(5):
        colors = random.integers(
            90, 165, (4, 4, 3), dtype=np.uint8
        )  # far from the cube's faces: nothing is clipped
        rows = np.repeat(colors, [10, 7, 5, 2], axis=1)  # distinct weights
        picture = np.repeat(rows, 6, axis=0)
        turn = colour_turn(np.random.default_rng(seed))
        first, then = measure(recolour(picture, turn)), measure(picture)
        assert np.array_equal(first.weights, then.weights)
        assert np.abs(first.colors - then.colors @ turn.T).max() < 2


def test_a_crop_is_a_part_with_at_least_six_tenths_of_each_side() -> None:
    picture = (
        np.arange(50 * 40, dtype=np.uint16).view(np.uint8)[: 50 * 40].reshape(50, 40, 1).repeat(3, axis=2)
    )
    for seed in range(50):
        part = crop(picture, np.random.default_rng(seed))
        assert 30 <= part.shape[0] <= 50
        assert 24 <= part.shape[1] <= 40
        assert np.shares_memory(part, picture)


def test_unreadable_pictures_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    blob = saved(tmp_path / "good.png", shapes())
    good = Item("good", blob, line=blob)
    bad = Item("bad", Blob(str(tmp_path / "bad.png")))
    gone = Item("gone", Blob(str(tmp_path / "gone.png")))
    assert_equal(taken([bad, good, gone], PLAIN, 0, 2), taken([good], PLAIN, 0, 2))


def test_only_unreadable_pictures_end_the_run_with_the_name_of_one(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(AttnpaintError, match=r"20 pictures in a row cannot be read; bad\.png"):
        taken([Item("bad.png", Blob(str(tmp_path / "bad.png")))], PLAIN, 0, 1)
