"""The validation sheet."""

import numpy as np
from einops import rearrange
from torch import Tensor

from attnpaint.images import Picture
from attnpaint.model.conditioning import Palette
from attnpaint.model.maps import to_picture
from attnpaint.model.painted import Painted


def validation_sheet(
    sketch: Tensor, palette: Palette, painted: Painted, truth: Tensor, other: Painted
) -> Picture:
    """A row per drawing: sketch | its histogram images | painted | truth | painted from another's palette."""
    height, width = sketch.shape[-2:]
    halved = palette.images(height, width)[..., ::2, ::2]
    quarters = rearrange(halved, "n (a b c) h w -> n c (a h) (b w)", a=2, b=2)[..., :height, :width]
    columns = [sketch, quarters, painted.image, truth, other.image]
    rows = [np.hstack([to_picture(column[i]) for column in columns]) for i in range(len(sketch))]
    return np.vstack(rows)
