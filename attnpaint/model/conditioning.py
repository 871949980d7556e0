"""The histogram as networks take it: images on the canvas, and tokens for attention."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

BANDS, RANKS = 4, 4


@dataclass(frozen=True)
class Palette:
    """A batch of histograms. colors: N×4×4×3 in [-1, 1], weights: N×4×4, one per band."""

    colors: Tensor
    weights: Tensor

    @classmethod
    def of(cls, colors: np.ndarray, weights: np.ndarray) -> "Palette":
        """From measured arrays: colors uint8 N×4×4×3 (or one histogram, 4×4×3), weights N×4×4 (or 4×4)."""
        scaled = torch.from_numpy(colors.astype(np.float32) / 127.5 - 1).reshape(-1, BANDS, RANKS, 3)
        return cls(scaled, torch.from_numpy(weights.astype(np.float32)).reshape(-1, BANDS, RANKS))

    def to(self, device: torch.device | str) -> "Palette":
        return Palette(self.colors.to(device), self.weights.to(device))

    def images(self, height: int, width: int) -> Tensor:
        """The four histogram images, N×12×H×W: image i shows each band's rank-i colour over that band."""
        rows = torch.arange(height, device=self.colors.device)
        edges = torch.tensor([round(i * height / BANDS) for i in range(1, BANDS)], device=self.colors.device)
        band = torch.bucketize(rows, edges, right=True)
        image = self.colors[:, band].permute(0, 2, 3, 1).flatten(1, 2)  # N rank·3 H
        return image[..., None].expand(-1, -1, -1, width)

    def tokens(self) -> Tensor:
        """The same 16 entries as a sequence, N×16×4: RGB in [-1, 1] and weight, band by band."""
        return torch.cat([self.colors, self.weights[..., None]], dim=-1).flatten(1, 2)


def stack(sketch: Tensor, palette: Palette) -> Tensor:
    """The 15-channel input: sketch (N×1×H×W in [-1, 1]) three times, then the four histogram images."""
    height, width = sketch.shape[-2:]
    return torch.cat([sketch.expand(-1, 3, -1, -1), palette.images(height, width).to(sketch.dtype)], dim=1)
