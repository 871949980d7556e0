"""Training pairs: picture number i of an endless, seeded stream, equal for any workers and processes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset, default_collate

from attnpaint.config import DataConfig
from attnpaint.data.augment import View, crop, recolour, shuffled
from attnpaint.data.degrade import GENUINE, Plan, Plans, render, render_batch
from attnpaint.data.layouts import Item
from attnpaint.data.loading import ShareSampler, loaded
from attnpaint.data.reading import read, read_color
from attnpaint.data.reference import THUMBNAIL, measured, move_edges, swatch, thumbnail, vary
from attnpaint.data.region_truth import PartMap, reference_view, region_truth
from attnpaint.data.repaint import Repaint
from attnpaint.data.sources import draw_weights
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.extract import Histogram
from attnpaint.extract.ground import find_ground
from attnpaint.images import Picture, fitted, to_grey
from attnpaint.model.conditioning import Palette
from attnpaint.model.region_stage import ReferenceView, Regions
from attnpaint.segment.samples import REFERENCE, Arrays, Floats

TRIES = 20  # unreadable pictures in a row before giving up
SMALL = 2 * THUMBNAIL  # px; another picture, of which a crop may be measured
CPU = torch.device("cpu")
UNKNOWN = np.full((2, 3), np.nan, np.float32)  # where a drawing's places lie in a reference

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class RegionBatch:
    """What is known of R regions a picture: what the network is shown, and what it should say.

    area N×R, color N×R×3 in [-1, 1], spread N×R and part N×R (-1 unknown): see `region_truth`.
    match N×2×3: where a place (x, y, 1) of the drawing, in [-1, 1], lies in the reference; NaN where unknown.
    """

    regions: Regions
    reference: ReferenceView
    area: Tensor
    color: Tensor
    spread: Tensor
    part: Tensor
    match: Tensor

    @classmethod
    def of(cls, told: dict[str, Tensor], seen: dict[str, Tensor]) -> "RegionBatch":
        """From what `region_truth` and `reference_view` gave, collated."""
        return cls(
            Regions(told["points"], told["geometry"], told["valid"]),
            reference_of(seen),
            told["area"],
            told["color"],
            told["spread"],
            told["part"],
            seen["match"],
        )

    def to(self, device: torch.device) -> "RegionBatch":
        return RegionBatch(*(part.to(device) for part in vars(self).values()))


def reference_of(seen: Mapping[str, Tensor]) -> ReferenceView:
    """From a batch of what `reference_arrays` gave."""

    def regions(prefix: str) -> Regions:
        return Regions(*(seen[prefix + name] for name in ("points", "geometry", "valid")))

    lines = seen["sketch"].float() / 127.5 - 1
    return ReferenceView(
        lines, regions(""), regions("own_"), seen["own_color"], seen["own_weight"], seen["where"]
    )


@dataclass(frozen=True)
class Batch:
    """sketch N×1×H×W and truth N×3×H×W in [-1, 1], colors uint8 N×4×4×3, weights N×4×4, all on one device;
    unpaired: N bool, True where the histogram is another picture's and the truth does not hold;
    regions: of the drawings, for networks with a region stage;
    hint N×4×H×W and draft N×3×H×W in [-1, 1] (see model.conditioning.Conditioning), where the data hold them;
    lost: a line for each picture that could not be read."""

    sketch: Tensor
    truth: Tensor
    colors: Tensor
    weights: Tensor
    unpaired: Tensor
    lost: tuple[str, ...] = ()
    hint: Tensor | None = None
    draft: Tensor | None = None
    regions: RegionBatch | None = None

    def palette(self) -> Palette:
        return Palette(self.colors.float() / 127.5 - 1, self.weights.float())

    def to(self, device: torch.device) -> "Batch":
        moved: dict[str, Any] = {
            name: part.to(device)
            for name, part in vars(self).items()
            if isinstance(part, Tensor | RegionBatch)
        }
        return replace(self, **moved)


@dataclass(frozen=True, eq=False)
class Drawn:
    """One training picture: the plan is still to be carried out where there is one."""

    truth: Picture  # H×W×3
    sketch: Picture  # H×W
    histogram: Histogram
    unpaired: bool
    plan: Plan | None
    lost: tuple[str, ...]
    regions: tuple[Arrays, Arrays] | None = None  # of the drawing, and the reference's view


class PairStream(Dataset[Drawn]):
    """Draws, decodes, warps and measures, and unless `planned` renders; passes over unreadable pictures."""

    def __init__(self, items: tuple[Item, ...], config: DataConfig, seed: int, planned: bool) -> None:
        self.items = items
        self.config = config
        self.seed = seed
        self.planned = planned
        self.chances = np.cumsum(draw_weights(items, config.balance, dict(config.boost)))
        self.characters: defaultdict[str, list[Item]] = defaultdict(list)
        for item in items if config.siblings else ():
            if item.character:
                self.characters[item.character].append(item)

    def __getitem__(self, index: int) -> Drawn:
        config, random = self.config, np.random.default_rng([self.seed, index])
        lost: list[str] = []
        item, (color, drawing) = self._some(random, lost, lambda item: (item, self._open(item, random)))
        color, repaint = self._repainted(item, color, random, lost)
        height, width = color.shape[:2]
        view = View.draw(height, width, config, random)
        truth = view.of(color)
        sketch = None if drawing is None else view.of(drawing)
        plan = Plan.draw(random, config)
        if config.regions and (item.parts or item.character):  # turned hues teach that skin may be green
            plan = replace(plan, turn=np.eye(3, dtype=np.float32))
        source = self._other_view(item, color, repaint, random, lost)
        unpaired = self._is_unpaired(index)
        shown = self._reference(source, source is not color, view, truth, plan, unpaired, random, lost)
        reference, histogram, match = shown
        if not self.planned:
            sketch, truth = render(truth, sketch, plan)
        elif sketch is None:
            sketch = np.full(truth.shape[:2], 255, np.uint8)
        else:
            plan = replace(plan, extractor=GENUINE)
        told = plan if self.planned else None
        regions = None
        if config.regions:
            part_map = _part_map(item, view, lost)
            apart = config.ground_apart
            paper = apart and find_ground(fitted(color, REFERENCE, enlarge=False)) is not None
            inside = view.of(np.zeros(color.shape[:2], np.uint8)) == 0
            asked = region_truth(sketch, truth, config.regions, part_map, random, paper, inside)
            seen = reference_view(reference, histogram, random, apart) | {"match": match}
            if random.random() < config.unknown:
                seen |= {name: np.zeros_like(seen[name]) for name in ("valid", "own_valid")}
            regions = asked, seen
        return Drawn(truth, sketch, histogram, unpaired, told, tuple(lost), regions)

    def _repainted(
        self, item: Item, color: Picture, random: np.random.Generator, lost: list[str]
    ) -> tuple[Picture, Repaint | None]:
        """In other colours where its parts are known and chance has it, else as it is."""
        if not self.config.repaint or item.parts is None or random.random() >= self.config.repaint:
            return color, None
        parts = _parts(item, color.shape[0], color.shape[1], lost)
        if parts is None:
            return color, None
        repaint = Repaint.draw(color, parts, random)
        return repaint.of(color, parts), repaint

    def _other_view(
        self,
        item: Item,
        color: Picture,
        repaint: Repaint | None,
        random: np.random.Generator,
        lost: list[str],
    ) -> Picture:
        """Another picture of the same character where there is one and chance has it, else the same."""
        if not self.config.siblings or not item.character or random.random() >= self.config.siblings:
            return color
        others = [other for other in self.characters[item.character] if other != item]
        if not others:
            return color
        other = others[random.integers(len(others))]
        try:
            seen = read_color(other, 2 * REFERENCE)
        except PictureError:
            return color
        if repaint is None:
            return seen
        parts = _parts(other, seen.shape[0], seen.shape[1], lost)
        return color if parts is None else repaint.of(seen, parts)

    def _is_unpaired(self, index: int) -> bool:
        """Evenly spread, so that every part of a batch has its share."""
        size, place = self.config.batch_size, index % self.config.batch_size
        strangers = self.config.strangers_in_batch
        return (place + 1) * strangers // size > place * strangers // size

    def _some(self, random: np.random.Generator, lost: list[str], use: Callable[[Item], Thing]) -> Thing:
        """What `use` makes of a random picture that can be read."""
        for _ in range(TRIES):
            place = self.chances.searchsorted(random.random() * self.chances[-1], side="right")
            try:
                return use(self.items[place])
            except PictureError as error:
                lost.append(error.problem)
        raise AttnpaintError(
            f"{TRIES} pictures in a row cannot be read; {lost[-1]}", "remove it or save it again"
        )

    def _open(self, item: Item, random: np.random.Generator) -> tuple[Picture, Picture | None]:
        """The picture H×W×3, and a drawing h×w: its own, or where none is made later, one of the prepared."""
        own, which = random.random() < self.config.line_art, random.random()
        if own and item.side_by_side:
            color, line = item.open()
            return color, None if line is None else to_grey(line)
        color = read_color(item, self.config.size * (1 + self.config.zoom))
        if own and item.line is not None:
            return color, to_grey(read(item.name, item.line))
        if item.drawings and not self.planned:
            return color, to_grey(item.open_drawing(int(which * len(item.drawings))))
        return color, None

    def _reference(
        self,
        color: Picture,
        sibling: bool,
        view: View,
        truth: Picture,
        plan: Plan,
        unpaired: bool,
        random: np.random.Generator,
        lost: list[str],
    ) -> tuple[Picture, Histogram, Floats]:
        """The picture whose colours are taken, its histogram, and where the drawing's places lie in it (see
        RegionBatch.match): the truth itself, as it will be coloured, another view of it, or another picture.
        In parts, and mirrored, its places are not known: nothing would be found within reach."""
        config = self.config
        cropped = random.random() < config.other_crop
        moved = random.random() < config.shift_bands
        reference, match = truth, np.eye(2, 3)
        if unpaired:
            found = self._some(random, lost, lambda item: item.read_histogram() or read_color(item, SMALL))
            if isinstance(found, Histogram) and not moved:
                return swatch(found), vary(found, config, random), UNKNOWN
            reference = swatch(found) if isinstance(found, Histogram) else found
            cropped = cropped and not isinstance(found, Histogram)
        elif cropped or sibling:
            reference = color
        elif config.other_view and random.random() < config.other_view:
            other = View.draw(view.height, view.width, config, random)
            reference, match = other.of(color), view.to(other)
        if cropped:
            reference = crop(reference, random, config.least_crop)
        if config.shuffle and random.random() < config.shuffle:
            reference, cropped = shuffled(reference, random), True
        if config.mirror and random.random() < config.mirror:
            reference = np.ascontiguousarray(reference[:, ::-1])
            match = match * [[-1], [1]]
        small = thumbnail(reference)
        if plan.turns and not unpaired:
            small = recolour(small, plan.turn)
            reference = recolour(reference, plan.turn) if config.regions else small
        seen = move_edges(small, random) if moved else small
        histogram = vary(measured(seen, config.ground_apart), config, random)
        mirrored = np.linalg.det(match[:, :2]) < 0
        known = not (unpaired or cropped or sibling or mirrored)
        return reference, histogram, match.astype(np.float32) if known else UNKNOWN


def _part_map(item: Item, view: View, lost: list[str]) -> PartMap | None:
    parts = _parts(item, view.height, view.width, lost)
    return None if parts is None else PartMap(parts, view.matrix)


def _parts(item: Item, height: int, width: int, lost: list[str]) -> Picture | None:
    """None where there are none, or none that can be read: the picture is learned from without."""
    try:
        return item.open_parts(height, width)
    except PictureError as error:
        lost.append(error.problem)
        return None


def batches(
    items: tuple[Item, ...],
    config: DataConfig,
    seed: int,
    first: int,
    last: int,
    *,
    parts: int = 1,
    share: tuple[int, int] = (0, 1),
    device: torch.device = CPU,
    render_on: torch.device | None = None,
) -> Iterator[Batch]:
    """The batches of steps `first` to `last` - 1, on `device`. Torch's own random numbers are left alone.

    config.batch_size is the global batch: it is taken in `parts` parts, one after the other, and of each part
    process share[0] of share[1] gets its piece. On an accelerator, or on `render_on`, drawings are extracted
    and worn, and colours turned, by the device; else by the workers. UsageError: a batch that has no such
    pieces; AttnpaintError: pictures that cannot be read, one after the other.
    """
    planned = (render_on is not None or device.type != "cpu") and not config.regions
    numbers = ShareSampler(config.batch_size, first, last, parts, share)
    stream = PairStream(items, config, seed, planned)
    for tensors, plans, lost, told in loaded(stream, numbers, config, device, collate):
        truth, sketch, colors, weights, unpaired = (
            tensor.to(render_on or device, non_blocking=True) for tensor in tensors
        )
        if plans is None:
            sketch, truth = sketch.float() / 127.5 - 1, truth.float() / 127.5 - 1
        else:
            sketch, truth = render_batch(truth, sketch, plans.to(render_on or device))
        regions = None if told is None else RegionBatch.of(*told)
        yield Batch(sketch, truth, colors, weights, unpaired, lost, regions=regions).to(device)


def collate(drawn: list[Drawn]) -> tuple[list[Tensor], Plans | None, tuple[str, ...], Any]:
    """([truth N×3×H×W, sketch N×1×H×W, colors, weights, unpaired], plans, lost, regions): uint8 as far as can
    be; regions: see `RegionBatch.of`."""
    tensors = default_collate(
        [
            (
                one.truth.transpose(2, 0, 1),
                one.sketch[None],
                one.histogram.colors,
                one.histogram.weights,
                np.bool_(one.unpaired),
            )
            for one in drawn
        ]
    )
    plans = [one.plan for one in drawn if one.plan is not None]
    lost = tuple(line for one in drawn for line in one.lost)
    told = [one.regions for one in drawn if one.regions is not None]
    return tensors, Plans.of(plans) if plans else None, lost, default_collate(told) if told else None
