"""How far a graph is from the network that it was made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from attnpaint.config import Recipe
from attnpaint.export.graph import named, told
from attnpaint.inference.onnx_engine import INPUTS, STAGE_OUTPUTS, Arrays, Found, OnnxEngine, opened
from attnpaint.model.conditioning import Conditioning, Palette, inputs
from attnpaint.model.region_stage import ReferenceView, Regions
from attnpaint.segment.samples import GEOMETRY, GRID, POINTS

SIZES = ((1, 256, 256), (2, 160, 96), (3, 65, 129), (1, 30, 201), (4, 7, 33), (1, 1, 1))
"""Batch, height and width: squares, both aspect ratios, what needs padding, the smallest."""
REFERENCE = 40, 72  # px of the references' lines


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
    graphs: Sequence[bytes],
    folder: Path,
    generator: nn.Module,
    recipe: Recipe,
    sizes: tuple[tuple[int, int, int], ...] = SIZES,
) -> list[Parity]:
    """The graphs on a CPU by ONNX Runtime, the network in fp32, on drawings and palettes drawn at random.

    graphs: of the network, and of its region stage, if any; folder: of the weights that they point into.
    """
    network, *stage = (partial(opened, graph, folder=folder) for graph in graphs)
    engine = OnnxEngine(recipe, network, next(iter(stage), None))
    return [
        Parity(*size, _apart(given, engine, generator))
        for size, given in zip(sizes, _random_inputs(sizes), strict=True)
    ]


def random_regions(batch: int, count: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """points, geometry and valid of regions drawn at random; the last one of each picture is none."""
    rng = torch.Generator().manual_seed(seed)
    points = torch.rand(batch, count, POINTS, 2, generator=rng) * 2 - 1
    geometry = torch.rand(batch, count, GEOMETRY, generator=rng) * 2 - 1
    valid = torch.ones(batch, count, dtype=torch.bool)
    valid[:, -1] = False
    return points, geometry, valid


def random_view(batch: int) -> ReferenceView:
    """References drawn at random."""
    rng = torch.Generator().manual_seed(3)
    entries, own = (Regions(*random_regions(batch, count, seed)) for count, seed in ((16, 2), (7, 4)))
    lines = torch.rand(batch, 1, *REFERENCE, generator=rng) * 2 - 1
    colors = torch.rand(batch, 7, 3, generator=rng) * 2 - 1
    weight, where = (torch.rand(batch, *shape, generator=rng) for shape in ((7,), (16, GRID, GRID)))
    return ReferenceView(lines, entries, own, colors, weight / 7, where / 16)


def _random_inputs(sizes: tuple[tuple[int, int, int], ...]) -> Iterator[dict[str, Tensor]]:
    rng = torch.Generator().manual_seed(0)
    for batch, height, width in sizes:
        paper = torch.rand(batch, 1, height, width, generator=rng)
        colors = torch.rand(batch, 4, 4, 3, generator=rng) * 2 - 1
        weights = torch.rand(batch, 4, 4, generator=rng).mul(3).softmax(dim=-1)
        yield dict(zip(INPUTS, (paper.sqrt() * 2 - 1, colors, weights), strict=True))


@torch.inference_mode()
def _apart(given: dict[str, Tensor], engine: OnnxEngine, generator: nn.Module) -> float:
    """The largest difference, in everything that is painted or said."""
    x, beside = inputs(
        engine.recipes[0].generator, given["sketch"], Conditioning(Palette(given["colors"], given["weights"]))
    )
    answer = engine.look(*(given[name].numpy() for name in INPUTS))
    truth = named(generator(x, **beside))
    apart = [_difference(truth, {name: answer[name] for name in engine.outputs if name in truth})]
    if engine.stage is not None:
        regions = Regions(*random_regions(len(x), 9, 1))
        for reference in (None, random_view(len(x))):
            asked = beside | {"regions": regions, "reference": reference}
            said = dict(zip(STAGE_OUTPUTS, told(generator(x, **asked).answers), strict=True))
            view = None if reference is None else _view(reference)
            sketch, colors, weights = (given[name].numpy() for name in INPUTS)
            apart.append(_difference(said, engine.say(sketch, colors, weights, _arrays(regions), view)))
    return max(apart)


def _arrays(regions: Regions, prefix: str = "") -> Arrays:
    return {prefix + name: tensor.numpy() for name, tensor in vars(regions).items()}


def _view(view: ReferenceView) -> Arrays:
    """As `reference_arrays` names them."""
    own = {"sketch": view.sketch, "own_color": view.colors, "own_weight": view.weight}
    own["where"] = view.where
    found = {name: tensor.numpy() for name, tensor in own.items()}
    return {**found, **_arrays(view.entries), **_arrays(view.regions, "own_")}


def _difference(truth: dict[str, Tensor], answer: Found) -> float:
    """The largest one; inf where names or shapes are not the same, or a number is none."""
    if {name: tuple(one.shape) for name, one in truth.items()} != {n: a.shape for n, a in answer.items()}:
        return float("inf")
    apart = max(float(np.abs(answer[name] - one.numpy()).max()) for name, one in truth.items())
    return apart if apart >= 0 else float("inf")
