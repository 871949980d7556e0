"""Hints: as networks take them, and as chance gives them in training."""

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from attnpaint.data.hints import DENSEST, KINDS, Kind, random_hints
from attnpaint.model.hints import full_hint, hint_image, hint_map


def asked(height: int, width: int, *places: tuple[int, int, tuple[float, float, float]]) -> Tensor:
    """One full hint with single pixels."""
    hint = torch.zeros(1, 4, height, width)
    for row, column, color in places:
        hint[0, :, row, column] = torch.tensor([*color, 1.0])
    return hint


RED, BLUE = (1.0, -1.0, -1.0), (-1.0, -1.0, 1.0)


def test_a_hint_map_is_the_mean_of_what_is_asked_in_each_cell() -> None:
    hint = asked(8, 12, (0, 0, RED), (3, 3, BLUE), (5, 9, RED))
    small = hint_map(hint)
    assert small.shape == (1, 4, 2, 3)
    assert small[0, :, 0, 0].tolist() == [0, -1, 0, 1]  # half red, half blue: the empty 14 do not dilute
    assert small[0, :, 1, 2].tolist() == [*RED, 1]
    assert small[0, 3].sum() == 2
    assert small[0, :, 0, 1].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(("height", "width"), [(1, 1), (4, 4), (5, 9), (7, 3)])
def test_a_hint_map_takes_any_size_and_invents_nothing_at_the_edge(height: int, width: int) -> None:
    small = hint_map(asked(height, width, (height - 1, width - 1, RED)))
    assert small.shape == (1, 4, -(-height // 4), -(-width // 4))
    assert small[0, :, -1, -1].tolist() == [*RED, 1]
    assert small[0, 3].sum() == 1


def test_a_hint_image_is_the_hint_on_white() -> None:
    image = hint_image(asked(3, 3, (1, 2, BLUE)))
    assert image[0, :, 1, 2].tolist() == list(BLUE)
    image[0, :, 1, 2] = 1
    assert (image == 1).all()


@pytest.mark.parametrize(("size", "blur"), [((64, 48), 15), ((40, 70), 115), ((1, 5), 11), ((20, 20), 20.9)])
def test_the_blur_is_opencvs(size: tuple[int, int], blur: float) -> None:  # which has its own below 10
    hint = torch.zeros(2, 4, *size)
    hint[:, :3] = torch.rand(2, 3, *size) * 2 - 1
    hint[:, 3] = 1
    ours = hint_image(hint, blur)
    side = round(blur)
    for n in range(2):
        picture = hint[n, :3].permute(1, 2, 0).numpy()
        theirs = cv2.GaussianBlur(picture, (side, side), 0)
        np.testing.assert_allclose(ours[n].permute(1, 2, 0).numpy(), theirs, atol=2e-5)


def test_a_hint_file_becomes_a_full_hint() -> None:
    picture = np.zeros((2, 3, 4), np.uint8)
    picture[0, 1] = (255, 0, 0, 255)
    picture[1, 2] = (0, 0, 255, 100)  # hardly there
    hint = full_hint(picture)
    assert hint.shape == (1, 4, 2, 3)
    assert hint[0, :, 0, 1].tolist() == [*RED, 1]
    assert hint[0].abs().sum() == 4


def truths(height: int = 64, width: int = 48, count: int = 6) -> Tensor:
    return torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(1)) * 2 - 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("height", "width"), [(64, 48), (1, 1), (45, 131), (256, 256)])
def test_hints_are_the_truth_where_asked_and_nothing_elsewhere(kind: Kind, height: int, width: int) -> None:
    truth = truths(height, width)
    hints = random_hints(truth, kind, (3, 7))
    assert hints.shape == (6, 4, height, width)
    mask = hints[:, 3:]
    assert ((mask == 0) | (mask == 1)).all()
    assert (hints[:, :3] * (1 - mask) == 0).all()
    if kind != "strokes":
        assert torch.equal(hints[:, :3], truth * mask)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_seeds_equal_hints_however_a_batch_is_divided(kind: Kind) -> None:
    truth = truths()
    whole = random_hints(truth, kind, (3, 7), drop=0.3)
    assert torch.equal(whole, random_hints(truth, kind, (3, 7), drop=0.3))
    parts = [random_hints(truth[i : i + 2], kind, (3, 7), first=i, drop=0.3) for i in (0, 2, 4)]
    assert torch.equal(whole, torch.cat(parts))
    assert not torch.equal(whole, random_hints(truth, kind, (3, 8), drop=0.3))
    assert not torch.equal(whole, random_hints(truth, kind, (4, 7), drop=0.3))


@pytest.mark.parametrize("kind", KINDS)
def test_some_pictures_get_none(kind: Kind) -> None:
    truth = truths(32, 32, 200)
    assert random_hints(truth, kind, (0, 0), drop=1.0).abs().sum() == 0
    given = random_hints(truth, kind, (0, 0), drop=0.5)[:, 3].flatten(1).any(dim=1)
    assert 60 <= given.sum() <= 110  # a hundred, less those that a map of few cells leaves empty


def test_a_map_gives_whole_cells_so_that_its_hint_map_is_the_truth_made_small() -> None:
    truth = truths(64, 64, 40)
    small = hint_map(random_hints(truth, "map", (0, 0)))
    means = torch.nn.functional.avg_pool2d(truth, 4)
    torch.testing.assert_close(small[:, :3], means * small[:, 3:])
    share = small[:, 3].mean(dim=(1, 2))
    assert share.max() < 2 * DENSEST
    assert share.min() < 0.01
    assert share.unique().numel() > 10  # many densities


def test_patches_whiten_at_most_thirty_squares_of_45_px() -> None:
    hints = random_hints(truths(256, 256, 4), "patches", (0, 0))
    hidden = (hints[:, 3] == 0).float()
    assert (hidden.sum(dim=(1, 2)) <= 30 * 45**2).all()
    assert (hidden.sum(dim=(1, 2)) > 10 * 45**2).all()
    assert (widest(1 - hidden[:, None], 45) == 0).flatten(1).any(dim=1).all()
    twice = (random_hints(truths(512, 512, 1), "patches", (0, 0))[:, 3] == 0).float()
    assert (widest(1 - twice[:, None], 90) == 0).any()


def widest(planes: torch.Tensor, side: int) -> torch.Tensor:
    """The largest of each square: by columns, then by rows. 0 where side×side px are hidden."""
    pool = torch.nn.functional.max_pool2d
    return pool(pool(planes, (side, 1), 1), (1, side), 1)


def test_strokes_have_one_colour_each_which_the_truth_has_there() -> None:
    ramp = torch.linspace(-1, 1, 128).expand(40, 3, 128, 128).clone()
    ramp[:, 1] = ramp[:, 1].mT
    hints = random_hints(ramp, "strokes", (0, 0))
    mask = hints[:, 3]
    assert (mask.sum(dim=(1, 2)) > 0).all()
    assert mask.mean() < 0.2
    away = ((hints[:, :3] - ramp) * mask[:, None]).abs()
    assert away.max() <= 2 * 9 / 127  # half a stroke of 12 px, and half its width
    assert away.max() > 0.02
    colors = [hint[:3, hint[3] > 0].T.unique(dim=0) for hint in hints]
    counts = [len(found) for found in colors]
    assert all(1 <= count <= 48 for count in counts)
    assert min(counts) < 16 <= max(counts)
    for found, truth in zip(colors, ramp, strict=True):
        known = truth.flatten(1).T.unique(dim=0)
        assert (torch.cdist(found, known).amin(dim=1) < 1e-3).all()
