"""What a picture is painted from, as networks take it: planes on the canvas, and what goes in beside them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from attnpaint.config import GeneratorConfig
from attnpaint.model.hints import hint_image, hint_map
from attnpaint.model.model_config import BANDS as BANDS
from attnpaint.model.model_config import RANKS as RANKS
from attnpaint.model.region_stage import ReferenceView, Regions

BLUR_AT = 256  # px; the side of the picture that the blur of a hint is given for


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


@dataclass(frozen=True)
class Conditioning:
    """What is known of a batch beside its sketch; None is what no network here asks for.

    hint: N×4×H×W, RGB in [-1, 1] where asked, else 0; then 1 where asked, else 0. style: N×S.
    draft: N×3×H×W in [-1, 1], what the first of two networks painted. regions: of the drawings, and
    reference: what is known of it, for networks with a region stage.
    """

    palette: Palette | None = None
    hint: Tensor | None = None
    style: Tensor | None = None
    draft: Tensor | None = None
    regions: Regions | None = None
    reference: ReferenceView | None = None


_PLANES = {"histogram": 12, "hint-image": 3, "draft": 3}


def in_channels(config: GeneratorConfig) -> int:
    """Of the planes that this generator sees: 15 for a sketch and a histogram."""
    return config.sketch_channels + sum(_PLANES.get(name, 0) for name in config.takes)


def inputs(
    config: GeneratorConfig, sketch: Tensor, given: Conditioning, blur: float = 0.0
) -> tuple[Tensor, dict[str, Any]]:
    """The planes N×C×H×W (sketch, histogram images, hint image, draft), and the rest by keyword.

    sketch: N×1×H×W in [-1, 1]; blur: of the hint image, see `HintConfig`. A hint that is not given is an
    empty one. Raises ValueError where anything else that the generator takes is not given.
    """
    takes, size = config.takes, sketch.shape[-2:]
    missing = [name for name in ("palette", "style", "draft") if getattr(given, name) is None]
    needed = {"histogram": "palette", "tokens": "palette", "style": "style", "draft": "draft"}
    for name in takes:
        if needed.get(name) in missing:
            raise ValueError(f"the generator takes {name}, and no {needed[name]} is given")
    hint = sketch.new_zeros(len(sketch), 4, *size) if given.hint is None else given.hint
    planes = [sketch.expand(-1, config.sketch_channels, -1, -1)]
    beside: dict[str, Any] = {}
    if given.palette is not None and "histogram" in takes:
        planes.append(given.palette.images(*size).to(sketch.dtype))
    if "hint-image" in takes:
        planes.append(on_paper(hint, blur))
    if given.draft is not None and "draft" in takes:
        planes.append(given.draft)
    if "tokens" in takes:
        beside["palette"] = given.palette
    if "hint-map" in takes:
        beside["hint"] = hint_map(hint)
    if "style" in takes:
        beside["style"] = given.style
    if config.region_width:
        beside["regions"], beside["reference"] = given.regions, given.reference
    return torch.cat(planes, dim=1).contiguous(memory_format=torch.channels_last), beside


def on_paper(hint: Tensor, blur: float) -> Tensor:
    """The hint image N×3×H×W of a hint N×4×H×W; blur: px in a picture of 256."""
    return hint_image(hint, blur * max(hint.shape[-2:]) / BLUR_AT)


def stack(sketch: Tensor, palette: Palette) -> Tensor:
    """The 15-channel input: sketch (N×1×H×W in [-1, 1]) three times, then the four histogram images."""
    return inputs(GeneratorConfig(kind="attention-unet"), sketch, Conditioning(palette))[0]
