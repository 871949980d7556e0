"""Training pictures in other colours, part by part, and references in tiles."""

from dataclasses import replace

import numpy as np
import pytest

from attnpaint.config import DataConfig
from attnpaint.data.augment import MOST_TILES, shuffled
from attnpaint.data.pairs import batches
from attnpaint.data.repaint import Repaint
from attnpaint.data.sources import find_items
from attnpaint.figures.hues import SKINS
from attnpaint.parts import ACCESSORIES, CLOTHES, EYES, GROUND, HAIR, SKIN

KNOWN = {
    GROUND: (90, 120, 60),
    SKIN: (240, 200, 170),
    HAIR: (60, 40, 30),
    EYES: (20, 90, 160),
    CLOTHES: (9, 9, 9),
}


def person() -> tuple[np.ndarray, np.ndarray]:
    """A picture of stripes, one for each part, with a black line and a white highlight; its part map."""
    parts = np.repeat(np.array([*KNOWN, ACCESSORIES], np.uint8), 8)[None].repeat(16, axis=0)
    picture = np.array([*KNOWN.values(), (200, 10, 10)], np.uint8)[np.arange(48) // 8][None].repeat(
        16, axis=0
    )
    picture[0], picture[1] = 0, 255
    return picture, parts


@pytest.mark.parametrize("seed", range(6))
def test_parts_get_new_colours_and_lines_highlights_and_the_rest_stay(seed: int) -> None:
    picture, parts = person()
    found = Repaint.draw(picture, parts, np.random.default_rng(seed)).of(picture, parts)
    assert (found[0] == 0).all()
    assert (found[1] == 255).all()
    for part in (GROUND, ACCESSORIES):
        assert (found[parts == part] == picture[parts == part]).all()
    for part in (SKIN, HAIR, EYES, CLOTHES):
        assert len(np.unique(found[2:][parts[2:] == part], axis=0)) == 1
    assert not np.array_equal(found, picture)
    skin = found[2:][parts[2:] == SKIN][0].astype(int)
    assert np.abs(np.array(SKINS) - skin).max(axis=1).min() < 30


@pytest.mark.parametrize("seed", range(3))
def test_another_picture_of_the_person_gets_the_same_colours(seed: int) -> None:
    picture, parts = person()
    repaint = Repaint.draw(picture, parts, np.random.default_rng(seed))
    one, other = repaint.of(picture, parts), repaint.of(picture[:, ::-1], parts[:, ::-1])
    assert np.array_equal(one, other[:, ::-1])


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (64, 64), (5, 2), (301, 200)])
def test_tiles_change_places_and_nothing_is_made_up(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    for seed in range(8):
        found = shuffled(picture, np.random.default_rng(seed))
        assert all(0 <= side - kept < MOST_TILES for side, kept in zip(shape, found.shape, strict=False))
        there = {pixel.tobytes() for pixel in picture.reshape(-1, 3)}
        assert {pixel.tobytes() for pixel in found.reshape(-1, 3)} <= there
    assert shape == (1, 1) or not np.array_equal(found, picture[: found.shape[0], : found.shape[1]])


def test_batches_of_people_are_repainted_alike_and_the_stream_goes_on() -> None:
    items = find_items(["figures:2:5"], figure_side=64).items
    plain = DataConfig(size=64, batch_size=4, workers=0, regions=8, siblings=1.0)
    (before,), (after,) = (
        batches(items, config, 0, 0, 1) for config in (plain, replace(plain, repaint=1.0, shuffle=1.0))
    )
    assert before.truth.shape == after.truth.shape
    assert not np.array_equal(before.truth, after.truth)
    assert not after.lost
