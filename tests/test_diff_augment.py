"""Chance in front of the discriminator: equal for real and painted, whole pixels, gradients come through."""

import pytest
import torch

from attnpaint.training.diff_augment import DiffAugment

KINDS = ("color", "shift", "cutout")


def pictures(count: int = 3, size: int = 16) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    return torch.rand(count, 1, size, size) * 2 - 1, torch.rand(count, 3, size, size) * 2 - 1


def test_without_kinds_nothing_changes() -> None:
    sketch, image = pictures()
    seen = DiffAugment.draw((), 3, 0)(sketch, image)
    assert seen[0] is sketch
    assert seen[1] is image


@pytest.mark.parametrize("kind", KINDS)
def test_equal_seeds_do_the_same_and_other_seeds_do_not(kind: str) -> None:
    sketch, image = pictures()
    first, again, other = (DiffAugment.draw((kind,), 3, 7, step)(sketch, image)[1] for step in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, image)
    assert not torch.equal(first, other)


def test_a_piece_of_the_batch_is_treated_as_in_the_whole_batch() -> None:
    sketch, image = pictures(4)
    whole = DiffAugment.draw(KINDS, 4, 3)
    piece = whole.of(slice(2, 4))
    for all_of_it, part in zip(whole(sketch, image), piece(sketch[2:], image[2:]), strict=True):
        assert torch.equal(all_of_it[2:], part)


def test_the_shift_moves_drawing_and_picture_by_the_same_whole_pixels_and_fills_with_white() -> None:
    sketch, image = pictures(8, 16)
    image = torch.cat([sketch, image[:, 1:]], dim=1)  # one channel is the drawing itself
    moved, shown = DiffAugment.draw(("shift",), 8, 1)(sketch, image)
    assert torch.equal(moved[:, 0], shown[:, 0])
    for before, after in zip(sketch[:, 0], moved[:, 0], strict=True):
        found = [
            (down, right)
            for down in range(-2, 3)
            for right in range(-2, 3)
            if torch.equal(after[2 + down : 14 + down, 2 + right : 14 + right], before[2:14, 2:14])
        ]
        assert len(found) == 1
        down, right = found[0]
        assert (after[:down] == 1).all() if down > 0 else (after[16 + down :] == 1).all()
        assert (after[:, :right] == 1).all() if right > 0 else (after[:, 16 + right :] == 1).all()


def test_a_hint_image_is_moved_and_cut_like_the_picture_and_keeps_its_three_channels() -> None:
    _, hint = pictures(6)
    moved, shown = DiffAugment.draw(("shift", "cutout"), 6, 2)(hint, hint.clone())
    assert moved.shape == hint.shape
    assert torch.equal(moved, shown)
    assert not torch.equal(moved, hint)
    kept, colored = DiffAugment.draw(("color",), 6, 2)(hint, hint.clone())
    assert torch.equal(kept, hint)
    assert not torch.equal(colored, hint)


def test_the_hole_is_grey_and_at_most_half_of_each_side() -> None:
    sketch, image = torch.ones(16, 1, 32, 32), torch.ones(16, 3, 32, 32)
    cut, shown = DiffAugment.draw(("cutout",), 16, 5)(sketch, image)
    holes = (cut == 0).flatten(1).sum(dim=1)
    assert (holes > 0).all()
    assert (holes <= 16 * 16 + 32).all()
    assert torch.equal(cut == 0, shown[:, :1] == 0)


def test_color_leaves_the_drawing_alone() -> None:
    sketch, image = pictures()
    seen, shown = DiffAugment.draw(("color",), 3, 5)(sketch, image)
    assert torch.equal(seen, sketch)
    assert not torch.equal(shown, image)


def test_gradients_reach_the_picture_through_all_of_it() -> None:
    sketch, image = pictures()
    image.requires_grad_()
    DiffAugment.draw(KINDS, 3, 2)(sketch, image)[1].sum().backward()
    assert image.grad is not None
    assert image.grad.abs().sum() > 0
