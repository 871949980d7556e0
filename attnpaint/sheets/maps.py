"""Attention maps of painted pictures: what each gate lets through, and where each palette colour went."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from attnpaint.images import Picture
from attnpaint.model.model_config import BANDS, INK, PAPER, RANKS
from attnpaint.sheets.labels import Color, Floats, Tile, fit, heat_colors, lay_out

LEAST = 0.005  # share of the picture under which a colour's map holds nothing to see
FLAT = 0.0005  # range of a gate map under which there is nothing to spread
POINTED = "where each palette colour went"
DARK, LIGHT = np.float32(38), np.float32(244)  # grounds of pointer maps

Crop = Callable[[Floats], Floats]


class Attended(Protocol):
    """A painted batch, in tensors or in arrays: see `model.outputs.Outputs`."""

    @property
    def image(self) -> Any: ...

    @property
    def gates(self) -> Sequence[Any]: ...

    @property
    def pointer(self) -> Any: ...


class Colors(Protocol):
    """A batch of palettes; colors: N×4×4×3 in [-1, 1], a tensor or an array."""

    @property
    def colors(self) -> Any: ...


@dataclass(frozen=True, eq=False)
class Attention:
    """A painted batch in arrays. image: N×3×H×W; gates: each N×1×h×w; pointer: N×18×H×W, or None."""

    image: Floats
    gates: tuple[Floats, ...]
    pointer: Floats | None


@dataclass(frozen=True, eq=False)
class PaletteColors:
    """colors: N×4×4×3 in [-1, 1]."""

    colors: Floats


@dataclass(frozen=True)
class Gate:
    """A gate over one drawing or more. number: from 1, the deepest, to `count`; levels: each H×W in [0, 1].

    grid: rows and columns of its map; cell: how many pixels of the drawing one value covers, on a side.
    """

    number: int
    count: int
    grid: tuple[int, int]
    cell: int
    levels: tuple[Floats, ...]

    @property
    def values(self) -> tuple[float, float, float]:
        """Lowest, mean and highest over the drawings."""
        lowest, highest = (float(of([of(level) for level in self.levels])) for of in (np.min, np.max))
        return lowest, float(np.mean([level.mean() for level in self.levels])), highest

    @property
    def caption(self) -> str:
        """`gate 1 of 4 · 1/16 of the drawing (32×32) · mean 0.83 · 0.12 to 0.99`"""
        (lowest, mean, highest), (rows, columns) = self.values, self.grid
        size = f"1/{self.cell} of the drawing ({columns}×{rows})"
        return (
            f"gate {self.number} of {self.count} · {size} · mean {mean:.2f} · {lowest:.2f} to {highest:.2f}"
        )


@dataclass(frozen=True)
class Share:
    """One of the 18 colours that pixels point at. share: of the picture, in [0, 1]; map: H×W in [0, 1]."""

    name: str
    color: Color
    share: float
    map: Floats


def to_picture(image: Any) -> Picture:
    """A tensor or array 3×H×W or 1×H×W in [-1, 1] → uint8 H×W×3."""
    values = np.rint((_array(image).clip(-1, 1) + 1) * np.float32(127.5)).astype(np.uint8)
    return np.broadcast_to(values, (3, *values.shape[1:])).transpose(1, 2, 0)


def _array(values: Any) -> Floats:
    """Of a tensor on any device, or an array."""
    if hasattr(values, "detach"):
        values = values.detach().float().cpu().numpy()
    array: Floats = np.asarray(values, np.float32)
    return array


def gates_of(painted: Attended, pictures: int = 1, crop: Crop = lambda level: level) -> list[Gate]:
    """The gates of the first `pictures` of a batch, deepest first. crop: the part of each map to show."""
    height, width = painted.image.shape[-2:]
    gates = []
    for number, gate in enumerate(painted.gates, 1):
        maps = _array(gate[:pictures, 0]).clip(0, 1)
        rows, columns = maps.shape[1:]
        cell = 1 << max(0, math.ceil(math.log2(max(height / rows, width / columns))))
        full = (seen.repeat(cell, 0).repeat(cell, 1)[:height, :width] for seen in maps)
        levels = tuple(crop(level) for level in full)
        gates.append(Gate(number, len(painted.gates), (rows, columns), cell, levels))
    return gates


def shares_of(painted: Attended, palette: Colors, crop: Crop = lambda level: level) -> list[Share]:
    """Where the first picture's 16 colours, ink and paper went, band by band; [] without a pointer head."""
    if painted.pointer is None:
        return []
    maps = [crop(share) for share in _array(painted.pointer[0])]
    fixed = np.array([[-1] * 3, [1] * 3], np.float32)  # ink, paper
    colors = (np.concatenate([_array(palette.colors[0]).reshape(-1, 3), fixed]) + 1) * np.float32(127.5)
    names = [f"band {band + 1} · rank {rank + 1}" for band in range(BANDS) for rank in range(RANKS)]
    return [
        Share(name, (red, green, blue), float(seen.mean()), seen)
        for name, (red, green, blue), seen in zip(
            [*names, "ink", "paper"], colors.round().astype(int).tolist(), maps, strict=True
        )
    ]


def grey(level: Floats) -> Picture:
    """H×W in [0, 1] → uint8 H×W: black is 0, white is 1."""
    shades: Picture = (level.clip(0, 1) * 255).round().astype(np.uint8)
    return shades


def overlay(drawing: Picture, level: Floats) -> Picture:
    """A gate's heat colours (H×W in [0, 1]) under the lines of the drawing (H×W×3)."""
    lines = 0.25 + 0.75 * drawing.astype(np.float32) / 255
    return (heat_colors(level) * lines).round().astype(np.uint8)


def colored(drawing: Picture, share: Share) -> Picture:
    """The colour where it was pointed at, over faint lines: on dark ground if it is light, else on light.

    Shares are shown as their square roots: a quarter is half covered.
    """
    luma = np.dot(share.color, (0.299, 0.587, 0.114))
    ground, lines = (DARK, np.float32(70)) if luma > 120 else (LIGHT, np.float32(-60))
    faint = ground + lines * (1 - drawing.astype(np.float32) / 255)
    cover = np.sqrt(share.map.clip(0, 1))[..., None]
    mixed = faint * (1 - cover) + np.asarray(share.color, np.float32) * cover
    painted: Picture = mixed.round().clip(0, 255).astype(np.uint8)
    return painted


def gate_rows(drawings: Sequence[Picture], gate: Gate, side: int) -> list[list[Tile]]:
    """The gate over each drawing; below, what differs inside each map, spread over all heat colours."""
    pairs = list(zip(drawings, gate.levels, strict=True))
    shown = [Tile(fit(overlay(drawing, level), side)) for drawing, level in pairs]
    return [shown, [_spread(drawing, level, side) for drawing, level in pairs]]


def _spread(drawing: Picture, level: Floats, side: int) -> Tile:
    low, high = (float(value) for value in np.percentile(level, (2, 98)))
    if high - low < FLAT:
        return Tile(label=f"even: {low:.3f}")
    spread = np.asarray((level - low) / (high - low), np.float32)
    return Tile(fit(overlay(drawing, spread), side), f"spread: {low:.3f} to {high:.3f}")


def gate_sheet(drawings: Sequence[Picture], gate: Gate, side: int) -> Picture:
    """One gate over the drawings (each H×W×3), tiles of `side` pixels."""
    return lay_out(gate_rows(drawings, gate, side), gate.caption, gate.values)


def pointer_rows(
    drawing: Picture, shares: Sequence[Share], first: Sequence[Tile], side: int
) -> list[list[Tile]]:
    """A row per band, a column per rank; before them `first`, then ink and paper.

    A colour that has less than LEAST of the picture keeps its label only.
    """
    tiles = [
        Tile(
            fit(colored(drawing, share), side) if share.share >= LEAST else None,
            share.name,
            f"{100 * share.share:.1f} %",
            share.color,
        )
        for share in shares
    ]
    rows = [tiles[band * RANKS : (band + 1) * RANKS] for band in range(BANDS)]
    heads = [*first, tiles[INK], tiles[PAPER], *[Tile()] * BANDS]
    return [[head, *row] for head, row in zip(heads, rows, strict=False)]


def pointer_sheet(drawing: Picture, painting: Picture, shares: Sequence[Share], side: int) -> Picture:
    """Where each palette colour went in one picture (H×W×3)."""
    first = [Tile(fit(drawing, side), "drawing"), Tile(fit(painting, side), "painted")]
    return lay_out(pointer_rows(drawing, shares, first, side), POINTED)


def attention_sheet(
    drawing: Picture,
    painting: Picture,
    gates: Sequence[Gate],
    shares: Sequence[Share],
    side: int,
    kinds: Sequence[Sequence[Tile]] = (),
) -> Picture:
    """Everything about one picture (H×W×3): a column per gate, then where each palette colour went.

    kinds: rows of its parts and groups, where they are known."""
    above, below = [Tile(fit(drawing, side), "drawing")], [Tile(fit(painting, side), "painted")]
    for gate in gates:
        (shown,), (spread,) = gate_rows([drawing], gate, side)
        label = f"gate {gate.number} · 1/{gate.cell}"
        above.append(replace(shown, label=label, note=f"mean {gate.values[1]:.2f}"))
        below.append(spread)
    rows = [above, below]
    if shares:
        rows += pointer_rows(drawing, shares, [], side)
    title = "what the gates let through" + f", and {POINTED}" * bool(shares)
    return lay_out([*rows, *kinds], title + ", and what regions are" * bool(kinds), ())
