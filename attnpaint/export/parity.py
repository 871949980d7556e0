"""How far a graph is from the network that it was made of."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from attnpaint.config import GeneratorConfig
from attnpaint.export.graph import named
from attnpaint.inference.onnx_engine import INPUTS, opened
from attnpaint.model.conditioning import Conditioning, Palette, inputs

SIZES = ((1, 256, 256), (2, 160, 96), (3, 65, 129), (1, 30, 201), (4, 7, 33), (1, 1, 1))
"""Batch, height and width: squares, both aspect ratios, what needs padding, the smallest."""


@dataclass(frozen=True)
class Parity:
    """error: the largest difference over all outputs, whose values lie in [-1, 1]; inf for another shape."""

    batch: int
    height: int
    width: int
    error: float

    def __str__(self) -> str:
        return f"{self.batch}×{self.height}×{self.width}"


def compared(
    graph: bytes,
    generator: nn.Module,
    config: GeneratorConfig,
    sizes: tuple[tuple[int, int, int], ...] = SIZES,
) -> list[Parity]:
    """The graph on a CPU by ONNX Runtime, the network in fp32, on drawings and palettes made by chance."""
    session = opened(graph)
    names = [output.name for output in session.get_outputs()]
    return [
        Parity(*size, _apart(given, dict(zip(names, answer, strict=True)), generator, config))
        for size, given in zip(sizes, _chance(sizes), strict=True)
        for answer in [session.run(None, {name: t.numpy() for name, t in given.items()})]
    ]


def _chance(sizes: tuple[tuple[int, int, int], ...]) -> Iterator[dict[str, Tensor]]:
    chance = torch.Generator().manual_seed(0)
    for batch, height, width in sizes:
        paper = torch.rand(batch, 1, height, width, generator=chance)
        colors = torch.rand(batch, 4, 4, 3, generator=chance) * 2 - 1
        weights = torch.rand(batch, 4, 4, generator=chance).mul(3).softmax(dim=-1)
        yield dict(zip(INPUTS, (paper.sqrt() * 2 - 1, colors, weights), strict=True))


@torch.inference_mode()
def _apart(
    given: dict[str, Tensor],
    answer: dict[str, np.ndarray],
    generator: nn.Module,
    config: GeneratorConfig,
) -> float:
    palette = Palette(given["colors"], given["weights"])
    x, beside = inputs(config, given["sketch"], Conditioning(palette))
    truth = {name: tensor.numpy() for name, tensor in named(generator(x, **beside)).items()}
    if {n: t.shape for n, t in truth.items()} != {n: t.shape for n, t in answer.items()}:
        return float("inf")
    apart = max(float(np.abs(answer[name] - array).max()) for name, array in truth.items())
    return apart if apart >= 0 else float("inf")  # nan
