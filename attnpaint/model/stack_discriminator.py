"""The discriminator of the two-stage system: is this picture as a whole real?"""

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.blocks import conv3
from attnpaint.model.discriminator import Judged, Norm, with_beside

GRID = 4  # places per side that the last layer tells apart


class StackDiscriminator(nn.Module):
    """Four blocks of stride-2 convolution, norm and leaky ReLU, and a linear layer: one score per picture.

    1,562,817 parameters at width 64 with batch norm.

    Source: Cheng, "2-Stage Conditional GAN for Sketch Auto-Coloring", section 4: such blocks, on the picture
    and the hint image. It gives no sizes: chosen here are four 3×3 blocks that double the channels, and the
    mean in a 4×4 grid before the linear layer, so that any size can be judged and the place still counts.

    beside, style_classes: as PatchDiscriminator's. Spectral norm is on every layer; the others on all blocks.
    """

    def __init__(
        self, width: int = 64, norm: Norm = Norm.BATCH, *, beside: int = 3, style_classes: int = 0
    ) -> None:
        super().__init__()
        self.beside = beside
        channels = [beside + 3, width, 2 * width, 4 * width, 8 * width]
        self.layers = nn.ModuleList(stack_layer(inner, outer, norm) for inner, outer in pairwise(channels))
        self.score = norm.linear(channels[-1] * GRID**2, 1)
        self.tell_style = norm.linear(channels[-1], style_classes) if style_classes else None

    def forward(self, sketch: Tensor | None, image: Tensor) -> Judged:
        """image N×3×H×W, sketch (or hint image) N×beside×H×W, both in [-1, 1]; logits N×1×1×1.

        Any size, but in training batch norm wants more than one value per channel at 1/16 of H×W (a 16×16
        picture cannot be a batch of its own), and instance norm always wants more than one per picture.
        """
        x = with_beside(sketch, image, self.beside)
        features = []
        for layer in self.layers:
            x = layer(x)
            features.append(x)
        logits = self.score(F.adaptive_avg_pool2d(x, GRID).flatten(1))
        style = self.tell_style(x.mean((2, 3))) if self.tell_style else None
        return Judged(logits[..., None, None], tuple(features), style)


def stack_layer(inner: int, outer: int, norm: Norm) -> nn.Sequential:
    conv = conv3(inner, outer, stride=2)
    nn.init.normal_(conv.weight, 0.0, 0.02)
    return nn.Sequential(*norm.after(conv), nn.LeakyReLU(0.2))
