"""DiffAugment (arXiv 2006.10738): random changes of what the discriminator sees, real and painted alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from attnpaint.data.augment import AUGMENT, rng

LARGEST_SHIFT = 1 / 8  # of the side
CUTOUT = 1 / 2  # side of the hole, of the side
_NUMBERS = 7


@dataclass(frozen=True)
class DiffAugment:
    """Numbers drawn once; equal numbers do the same to the drawing and to every picture shown beside it.

    kinds: `color` (brightness, saturation, contrast of the picture), `shift`, `cutout` (of both).
    """

    kinds: Sequence[str]
    numbers: npt.NDArray[np.float32]  # N×7 in [0, 1)

    @classmethod
    def draw(cls, kinds: Sequence[str], count: int, *seed: int) -> "DiffAugment":
        """For `count` pictures; equal seeds draw equal numbers."""
        return cls(kinds, rng(AUGMENT, *seed).random((count, _NUMBERS), dtype=np.float32))

    def of(self, places: slice) -> "DiffAugment":
        """The numbers of these pictures."""
        return DiffAugment(self.kinds, self.numbers[places])

    def __call__(self, sketch: Tensor, image: Tensor) -> tuple[Tensor, Tensor]:
        """sketch or hint image N×C×H×W and image N×3×H×W in [-1, 1], as the discriminator shall see them."""
        if not self.kinds:
            return sketch, image
        numbers = torch.from_numpy(self.numbers).to(image.device)[..., None, None, None]  # N 7 1 1 1
        if "color" in self.kinds:
            image = _colored(image, *numbers[:, :3].unbind(1))
        both = torch.cat([sketch.to(image.dtype), image], dim=1)
        if "shift" in self.kinds:
            both = _shifted(both, *numbers[:, 3:5].flatten(2).unbind(1))
        if "cutout" in self.kinds:
            both = both * _around_a_hole(both, *numbers[:, 5:7].flatten(2).unbind(1))
        return both[:, :-3], both[:, -3:]


def _colored(image: Tensor, brightness: Tensor, saturation: Tensor, contrast: Tensor) -> Tensor:
    image = image + (brightness - 0.5)
    grey = image.mean(dim=1, keepdim=True)
    image = grey + (image - grey) * (2 * saturation)
    middle = image.mean(dim=(1, 2, 3), keepdim=True)
    return middle + (image - middle) * (0.5 + contrast)


def _shifted(both: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Whole pixels; white comes in at the edges. down and right: N×1."""
    height, width = both.shape[-2:]
    rows = torch.arange(height, device=both.device) - _pixels(down, height)  # N H
    columns = torch.arange(width, device=both.device) - _pixels(right, width)
    padded = F.pad(both, (1, 1, 1, 1), value=1.0)
    rows, columns = rows.clamp(-1, height) + 1, columns.clamp(-1, width) + 1
    pictures = torch.arange(len(both), device=both.device)[:, None, None]
    return padded[pictures, :, rows[:, :, None], columns[:, None, :]].movedim(-1, 1)


def _pixels(shift: Tensor, side: int) -> Tensor:
    return ((2 * shift - 1) * (LARGEST_SHIFT * side)).round().long()


def _around_a_hole(both: Tensor, top: Tensor, left: Tensor) -> Tensor:
    """1, and 0 in a square of half the side whose middle may lie anywhere. top and left: N×1."""
    height, width = both.shape[-2:]
    rows = (torch.arange(height, device=both.device) - top * height).abs() < CUTOUT * height / 2  # N H
    columns = (torch.arange(width, device=both.device) - left * width).abs() < CUTOUT * width / 2
    return (~(rows[:, :, None] & columns[:, None, :])).to(both.dtype)[:, None]
