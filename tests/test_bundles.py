"""Bundles: a picture for people, from which the networks get back exactly what was given."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attnpaint.config import DataConfig
from attnpaint.data.bundles import Batch, batches, bundles, read_bundle, write_bundle
from attnpaint.data.hints import random_hints
from attnpaint.data.layouts import Item
from attnpaint.data.reference import measured
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.images import read_picture

SIZE, COUNT = 24, 6
STILL = DataConfig(size=SIZE, batch_size=4, workers=0, flip=False)
Tiles = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


def tiles(number: int) -> Tiles:
    """truth, sketch, draft and hint of 256 levels each; hints are asked in some squares."""
    random = torch.Generator().manual_seed(number)
    truth, sketch, draft = (
        torch.randint(256, (channels, SIZE, SIZE), generator=random) / 127.5 - 1 for channels in (3, 1, 3)
    )
    return truth, sketch, draft, random_hints(truth[None], "map", (number,))[0]


@pytest.fixture
def written(tmp_path: Path) -> tuple[Item, ...]:
    items = bundles(tmp_path / "bundles", COUNT)
    (tmp_path / "bundles").mkdir()
    for number, item in enumerate(items):
        write_bundle(item.color.path, *tiles(number))
    return items


def drawn(items: tuple[Item, ...], config: DataConfig = STILL, last: int = 4) -> list[Batch]:
    return list(batches(items, config, 5, 0, last))


def pictures(batch: Batch) -> list[Tiles]:
    assert batch.draft is not None
    assert batch.hint is not None
    return list(zip(batch.truth, batch.sketch, batch.draft, batch.hint, strict=True))


def equal(one: Tiles, other: Tiles) -> bool:
    return all(torch.allclose(a, b, atol=1e-6) for a, b in zip(one, other, strict=True))


def test_a_bundle_is_four_tiles_and_only_the_hint_is_transparent(written: tuple[Item, ...]) -> None:
    truth, sketch, draft, hint = tiles(0)
    picture = read_picture(written[0].color.path)
    assert picture.shape == (SIZE, 4 * SIZE, 4)
    shown = np.split(picture, 4, axis=1)
    for tile, tensor in zip(shown, (truth, sketch.expand(3, -1, -1), draft), strict=False):
        assert (tile[..., 3] == 255).all()
        assert np.abs(tile[..., :3] / 127.5 - 1 - tensor.permute(1, 2, 0).numpy()).max() < 1e-6
    asked = hint[3].numpy() > 0
    assert 0 < asked.mean() < 1
    assert (shown[3][..., 3] == asked * 255).all()
    assert (shown[3][~asked] == 0).all()
    assert (shown[3][asked] == shown[0][asked]).all()


def test_what_is_drawn_is_what_was_written(written: tuple[Item, ...]) -> None:
    found = [picture for batch in drawn(written) for picture in pictures(batch)]
    which = [[number for number in range(COUNT) if equal(tiles(number), picture)] for picture in found]
    assert [len(one) for one in which] == [1] * 16
    assert len({number for one in which for number in one}) > COUNT / 2
    for batch in drawn(written):
        assert not batch.unpaired.any()
        assert batch.lost == ()
        for truth, colors in zip(batch.truth, batch.colors, strict=True):
            picture = ((truth.permute(1, 2, 0) + 1) * 127.5).round().to(torch.uint8).numpy()
            assert (measured(picture).colors == colors.numpy()).all()


def test_a_flip_turns_all_four_alike(written: tuple[Item, ...]) -> None:
    flipped = 0
    for plain, chance in zip(drawn(written), drawn(written, replace(STILL, flip=True)), strict=True):
        for one, other in zip(pictures(plain), pictures(chance), strict=True):
            turned = tuple(tile.flip(-1) for tile in other)
            flipped += equal(one, turned)  # type: ignore[arg-type]
            assert equal(one, turned) != equal(one, other)  # type: ignore[arg-type]
    assert 0 < flipped < 16


@pytest.mark.slow
def test_workers_draw_the_same(written: tuple[Item, ...]) -> None:
    config = replace(STILL, flip=True)
    whole = torch.cat([batch.truth for batch in drawn(written, config, 2)])
    apart = drawn(written, replace(config, workers=2), 2)
    assert torch.equal(torch.cat([batch.truth for batch in apart]), whole)


def test_parts_and_processes_draw_the_same(written: tuple[Item, ...]) -> None:
    config = replace(STILL, flip=True)
    whole = torch.cat([batch.truth for batch in drawn(written, config, 2)])
    shares = [list(batches(written, config, 5, 1, 2, parts=2, share=(i, 2))) for i in (0, 1)]
    pieces = [shares[process][part].truth for part in (0, 1) for process in (0, 1)]
    assert torch.equal(torch.cat(pieces), whole[4:])


def test_a_hint_everywhere_and_a_hint_nowhere_come_back(tmp_path: Path) -> None:
    truth, sketch, draft, _ = tiles(0)
    (item,) = bundles(tmp_path, 1)
    for hint in (torch.cat([truth, torch.ones(1, SIZE, SIZE)]), torch.zeros(4, SIZE, SIZE)):
        write_bundle(item.color.path, truth, sketch, draft, hint)
        (batch,) = drawn((item,), replace(STILL, batch_size=1), 1)
        assert equal(pictures(batch)[0], (truth, sketch, draft, hint))


@pytest.mark.parametrize(("size", "reason"), [(SIZE, "damaged or cut short"), (32, "squares of 32 px")])
def test_what_is_no_bundle_is_told(size: int, reason: str, written: tuple[Item, ...]) -> None:
    path = Path(written[0].color.path)
    if size == SIZE:
        path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(PictureError, match=f"bundles/000000.png cannot be read .*{reason}"):
        read_bundle(written[0], size)


@pytest.mark.parametrize("workers", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_lost_bundles_are_passed_over_and_told(workers: int, written: tuple[Item, ...]) -> None:
    config = replace(STILL, workers=workers)
    for item in written[3:]:
        Path(item.color.path).unlink()
    found = drawn(written, config)
    there = [tiles(number) for number in range(3)]
    assert all(any(equal(picture, one) for one in there) for batch in found for picture in pictures(batch))
    lost = {line.split()[0] for batch in found for line in batch.lost}
    assert lost == {f"bundles/{number:06}.png" for number in range(3, COUNT)}
    for item in written[:3]:
        Path(item.color.path).unlink()
    with pytest.raises(AttnpaintError, match="20 bundles in a row cannot be read; bundles/") as caught:
        drawn(written, config, 1)
    assert "delete" in caught.value.remedy
