"""The stream of training pairs: its order, its augmentation, strangers, and bad pictures."""

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attnpaint.config import DataConfig
from attnpaint.data.layouts import Blob, Item
from attnpaint.data.pairs import Batch, batches
from attnpaint.data.reference import QUICK
from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import Histogram, measure
from attnpaint.images import Picture, resize, write_picture

PLAIN = DataConfig(size=32, batch_size=4, workers=0, flip=False, line_art=1.0)
BUSY = DataConfig(
    size=32,
    batch_size=4,
    workers=0,
    zoom=0.6,
    rotate=8.0,
    shear=5.0,
    shift=0.1,
    noise=0.1,
    shift_bands=0.3,
    drop_bands=0.3,
    recolour=0.5,
    other_crop=0.5,
    permute_bands=0.3,
    drop_ranks=0.3,
    strangers=0.25,
    wear=0.5,
)

TENSORS = [field.name for field in fields(Batch) if field.name not in ("lost", "hint", "draft", "regions")]
CPU = torch.device("cpu")
COLORS = np.random.default_rng(0).integers(0, 256, (4, 4, 3), dtype=np.uint8)


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
        assert all(torch.equal(getattr(a, name), getattr(b, name)) for name in TENSORS)


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
    assert not torch.equal(taken(items, BUSY, 0, 1, seed=1)[0].truth, whole[0].truth)
    assert not torch.equal(whole[0].truth, whole[1].truth)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_draw_the_same_pictures(layouts: dict[str, Path], workers: int) -> None:
    items = find_items([layouts["named"]]).items
    assert_equal(taken(items, replace(BUSY, workers=workers), 1, 4), taken(items, BUSY, 1, 4))


@pytest.mark.parametrize("render_on", [None, CPU])
def test_parts_and_shares_cut_the_same_pictures_into_pieces(
    layouts: dict[str, Path], render_on: torch.device | None
) -> None:
    items, config = find_items([layouts["named"]]).items, replace(BUSY, batch_size=8)
    whole = list(batches(items, config, 0, 1, 3, render_on=render_on))
    cut = [
        list(batches(items, config, 0, 1, 3, parts=2, share=(i, 2), render_on=render_on)) for i in range(2)
    ]
    for step, batch in enumerate(whole):
        pieces = [cut[i][2 * step + part] for part in range(2) for i in range(2)]
        for name in TENSORS:
            assert torch.equal(torch.cat([getattr(piece, name) for piece in pieces]), getattr(batch, name))
        assert [int(piece.unpaired.sum()) for piece in pieces] == [0, 1, 0, 1]


def test_a_batch_that_cannot_be_cut_so_is_refused(layouts: dict[str, Path]) -> None:
    with pytest.raises(UsageError, match=r"a batch of 4 cannot be taken in 3 parts by 2 processes; .*=6"):
        next(batches(find_items([layouts["named"]]).items, BUSY, 0, 0, 1, parts=3, share=(0, 2)))


def test_a_device_renders_the_pictures_that_a_worker_would(layouts: dict[str, Path]) -> None:
    items = find_items([layouts["pictures"]]).items
    config = replace(BUSY, size=64, batch_size=16, wear=0.0, noise=0.0)
    (one,), (other,) = (list(batches(items, config, 0, 0, 1, render_on=on)) for on in (None, CPU))
    for name in ("colors", "weights", "unpaired"):
        assert torch.equal(getattr(one, name), getattr(other, name))
    assert (one.truth - other.truth).abs().max() < 1.01 / 127.5
    assert ((one.sketch - other.sketch).abs() > 2.01 / 127.5).float().mean() < 0.002
    assert other.sketch.dtype == other.truth.dtype == torch.float32
    steps = (other.sketch + 1) * 127.5
    assert (steps - steps.round()).abs().max() < 1e-3


def test_genuine_drawings_go_through_the_device_as_they_are(layouts: dict[str, Path]) -> None:
    items = find_items([layouts["named"]]).items
    (one,), (other,) = (list(batches(items, PLAIN, 0, 0, 1, render_on=on)) for on in (None, CPU))
    assert torch.allclose(one.sketch, other.sketch, atol=1e-6)
    assert torch.allclose(one.truth, other.truth, atol=1e-6)


def test_torchs_random_numbers_are_left_alone(layouts: dict[str, Path]) -> None:
    before = torch.get_rng_state()
    taken(find_items([layouts["named"]]).items, BUSY, 0, 1)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("line_scale", [1, 2])
def test_the_drawing_stays_on_its_picture_under_every_view(line_scale: int, tmp_path: Path) -> None:
    color = saved(tmp_path / "x.color.png", shapes())
    line = saved(tmp_path / "x.line.png", resize(shapes(), 60 * line_scale, 44 * line_scale))
    config = replace(PLAIN, zoom=1.0, rotate=30.0, shear=20.0, shift=0.1, flip=True, recolour=1.0)
    found = taken([Item("x", color, line)], config, 0, 6)
    sketch, truth = (torch.cat([getattr(batch, name) for batch in found]) for name in ("sketch", "truth"))
    assert len({view.numpy().tobytes() for view in truth}) == len(truth)
    off = (sketch - truth.mean(dim=1, keepdim=True)).abs().mean(dim=(1, 2, 3))
    assert off.max() < 0.05
    apart = (sketch - truth.mean(dim=1, keepdim=True).roll(1, 0)).abs().mean(dim=(1, 2, 3))
    assert apart.min() > 0.1


def test_a_genuine_drawing_is_used_as_often_as_told(tmp_path: Path) -> None:
    item = Item("x", saved(tmp_path / "c.png", shapes()), saved(tmp_path / "l.png", shapes() // 4 + 100))
    found = taken([item], replace(PLAIN, line_art=0.5), 0, 8)
    genuine = torch.cat([batch.sketch.amin(dim=(1, 2, 3)) > -0.5 for batch in found])
    assert 6 < genuine.sum() < 26


def test_a_prepared_drawing_is_used_where_none_is_made_later(tmp_path: Path) -> None:
    color, grey = saved(tmp_path / "c.png", shapes()), saved(tmp_path / "d.png", shapes() // 4 + 100)
    black = saved(tmp_path / "e.png", shapes() // 4)
    item = Item("x", color, drawings=(grey, black))
    found = torch.cat([batch.sketch.amin(dim=(1, 2, 3)) for batch in taken([item], PLAIN, 0, 4)])
    assert sorted({round(float(tone * 127.5 + 127.5)) for tone in found}) == [0, 100]
    (made,) = batches((item,), PLAIN, 0, 0, 1, render_on=CPU)
    assert (made.sketch.amax(dim=(1, 2, 3)) == 1).all()  # white paper: extracted


def test_a_stranger_is_taken_from_its_prepared_histogram(tmp_path: Path) -> None:
    table = tmp_path / "x.histogram.json"
    table.write_text(json.dumps(Histogram(COLORS, np.full((4, 4), 0.25, np.float32)).to_numbers()))
    item = Item("x", saved(tmp_path / "c.png", shapes()), histogram=Blob(str(table)))
    (batch,) = taken([item], replace(PLAIN, strangers=1.0, other_crop=1.0), 0, 1)
    assert batch.unpaired.all()
    assert (batch.colors.numpy() == COLORS).all()
    (moved,) = taken([item], replace(PLAIN, strangers=1.0, shift_bands=1.0), 0, 1)
    assert not (moved.colors.numpy() == COLORS).all()
    assert (moved.weights.sum(dim=2) - 1).abs().max() < 1e-5


def test_every_picture_may_be_a_strangers(layouts: dict[str, Path]) -> None:
    (batch,) = taken(find_items([layouts["named"]]).items, replace(PLAIN, strangers=1.0), 0, 1)
    assert batch.unpaired.all()


def test_moved_edges_change_the_histogram_alone(layouts: dict[str, Path]) -> None:
    items = find_items([layouts["pictures"]]).items
    still, moved = (taken(items, replace(PLAIN, size=64, shift_bands=p), 0, 2) for p in (0.0, 1.0))
    assert torch.equal(still[0].truth[0], moved[0].truth[0])
    assert not torch.equal(still[0].colors[0], moved[0].colors[0])


def test_noise_lies_on_the_drawing_alone(layouts: dict[str, Path]) -> None:
    items = find_items([layouts["named"]]).items
    for on in (None, CPU):
        (still,), (noisy,) = (
            list(batches(items, replace(PLAIN, batch_size=8, noise=most), 0, 0, 1, render_on=on))
            for most in (0.0, 0.2)
        )
        assert torch.equal(still.truth[0], noisy.truth[0])
        apart = (still.sketch[0] - noisy.sketch[0]) / 2
        assert 0.001 < apart.std() < 0.2


def test_strangers_are_marked_and_carry_another_palette(tmp_path: Path) -> None:
    plain = [
        Item(name, saved(tmp_path / name, np.full((20, 20, 3), color, np.uint8)))
        for name, color in (("a.png", (200, 40, 40)), ("b.png", (40, 40, 200)))
    ]
    found = taken(plain, replace(PLAIN, strangers=0.5), 0, 8)
    assert all(batch.unpaired.tolist() == [False, True, False, True] for batch in found)
    unpaired = torch.cat([batch.unpaired for batch in found])
    shown = torch.cat([batch.truth[:, :, 16, 16] for batch in found])
    told = torch.cat([batch.palette().colors[:, 2, 0] for batch in found])
    same = (shown - told).abs().amax(dim=1) < 0.02
    assert same[~unpaired].all()
    assert 0 < same[unpaired].sum() < unpaired.sum()  # by chance the stranger is the same picture


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


@pytest.mark.parametrize("workers", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_unreadable_pictures_are_passed_over(workers: int, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    blob = saved(tmp_path / "good.png", shapes())
    good = Item("good", blob, line=blob)
    bad = Item("bad", Blob(str(tmp_path / "bad.png")))
    gone = Item("gone", Blob(str(tmp_path / "gone.png")))
    found = taken([bad, good, gone], replace(PLAIN, workers=workers), 0, 4)
    assert_equal(found, taken([good], PLAIN, 0, 4))
    lost = [line for batch in found for line in batch.lost]
    assert {line.split(" (")[0] for line in lost} == {"bad cannot be read", "gone cannot be read"}
    assert [batch.lost for batch in found] == [batch.lost for batch in taken([bad, good, gone], PLAIN, 0, 4)]


def test_only_unreadable_pictures_end_the_run_with_the_name_of_one(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(AttnpaintError, match=r"20 pictures in a row cannot be read; bad\.png"):
        taken([Item("bad.png", Blob(str(tmp_path / "bad.png")))], PLAIN, 0, 1)


def test_regions_of_a_picture_depend_on_seed_and_place_alone(layouts: dict[str, Path]) -> None:
    items = find_items([layouts["named"]]).items
    config = replace(BUSY, regions=6, siblings=0.5, mirror=0.5, unknown=0.3)
    (one,), (other,) = (taken(items, config, 3, 4) for _ in range(2))
    assert one.regions is not None
    assert other.regions is not None
    assert one.regions.color.shape == (4, 6, 3)
    assert one.regions.reference.entries.points.shape[:2] == (4, 16)
    assert torch.equal(one.regions.color, other.regions.color)
    assert torch.equal(one.regions.regions.points, other.regions.regions.points)
    assert torch.equal(one.regions.reference.sketch, other.regions.reference.sketch)


def test_the_reference_may_be_another_view_of_the_picture(layouts: dict[str, Path]) -> None:
    items = find_items([layouts["named"]]).items
    config = replace(PLAIN, regions=6, zoom=0.5, rotate=8.0)
    same, viewed = (
        taken(items, replace(config, other_view=chance), 0, 1)[0].regions for chance in (0.0, 1.0)
    )
    assert same is not None
    assert viewed is not None
    assert torch.equal(same.color, viewed.color)  # the drawings are those
    assert not torch.equal(same.reference.sketch, viewed.reference.sketch)
    shown = viewed.reference.where.sum(dim=(2, 3)) > 0
    assert shown.any(dim=1).all()


def test_all_references_are_unknown_where_that_is_asked(layouts: dict[str, Path]) -> None:
    items = find_items([layouts["named"]]).items
    told, untold = (
        taken(items, replace(BUSY, regions=6, unknown=chance), 0, 1)[0].regions for chance in (0.0, 1.0)
    )
    assert told is not None
    assert untold is not None
    assert told.reference.entries.valid.any()
    assert not untold.reference.entries.valid.any()
