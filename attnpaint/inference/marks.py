"""What a person did by hand, laid on a painting: fills, strokes, roles, cut and joined regions.

Needs no torch.
"""

from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.data.hint_file import fitted_hints, read_hints
from attnpaint.errors import UsageError
from attnpaint.images import Picture
from attnpaint.inference.coloring import RGB, Coloring
from attnpaint.inference.kinds import Kinds, kinds_of
from attnpaint.palettes.swatch import from_hex, to_hex
from attnpaint.projects.project import PAPER, REFERENCE, ROLES, TRANSPARENT, Fill, Marks, Point
from attnpaint.segment.division import cut, join, rows_of
from attnpaint.segment.regions import Labels

WITHIN = 0.5  # of a region's area, from which on an outline holds it
TOUCHES = 0.2  # share of a dab, from which on a region that it lies in takes its colour
GROUND = 0.8  # the same of the ground, which no slip shall flood
HOLDS = 0.5  # share of a region, from which on it takes the colour of a dab over many
STEP = 16  # levels: a brush's soft edge is no colour of its own

Bools = npt.NDArray[np.bool_]


def marked(coloring: Coloring, marks: Marks) -> Coloring:
    """The painting with all that a person did to it.

    Raises UsageError for points outside the drawing and for a role that the painting does not have;
    PictureError for strokes that cannot be read.
    """
    if not marks:
        return coloring
    kinds = kinds_of(coloring.canvas, coloring.flats)
    coloring, parents = _divided(coloring, marks)
    kinds = Kinds(kinds.group[parents], kinds.part[parents])
    hand = _Hand(coloring, kinds, marks)
    by_hand = hand.strokes()
    strokes = dict(coloring.strokes) | by_hand
    return replace(
        coloring.stroked(strokes), notes=hand.notes, roles=hand.roles, cleared=hand.cleared(by_hand)
    )


class _Hand:
    """The colours that marks give to the regions of a painting."""

    def __init__(self, coloring: Coloring, kinds: Kinds, marks: Marks) -> None:
        self.coloring, self.marks = coloring, marks
        self.notes = coloring.notes
        self.labels = coloring.canvas.labels
        self.group, self.part = kinds.group, kinds.part.copy()
        self.told = kinds.told or bool(marks.roles)
        self.area = np.bincount(self.labels.ravel(), minlength=len(self.part))
        self.locked = np.zeros(len(self.part), np.bool_)
        for mark in marks.roles:
            region = self.region(mark.at)
            self.part[region] = ROLES.index(mark.role)
            self.locked[region] = mark.locked
        self.roles = {self.region(mark.at): ROLES.index(mark.role) for mark in marks.roles}

    def strokes(self) -> dict[int, RGB]:
        roles = {role: from_hex(color) for role, color in self._role_colors().items()}
        found: dict[int, RGB] = {}
        for role, color in roles.items():
            regions = np.flatnonzero(self._of(role) & ~self.locked)
            found |= dict.fromkeys(map(int, regions), color)
        found |= self._dabbed()
        for fill in self.marks.fills:
            wanted = self._color(fill.color, roles)
            for region in self._filled(fill):
                found.pop(region, None)
                if wanted is not None:
                    found[region] = wanted
        return found

    def cleared(self, strokes: Mapping[int, RGB]) -> frozenset[int]:
        """The regions of the ground where that is to be transparent: not what is coloured or locked."""
        if self.marks.role_colors.get("ground") != TRANSPARENT:
            return frozenset()
        ground = np.flatnonzero(self._of("ground") & ~self.locked)
        return frozenset(map(int, ground)) - strokes.keys()

    def _role_colors(self) -> dict[str, str]:
        """#rrggbb of each role; the ground's may be told by a word."""
        wanted = dict(self.marks.role_colors)
        if wanted.get("ground") == PAPER and self.coloring.canvas.scene:
            wanted["ground"] = "#ffffff"
        elif wanted.get("ground") in (PAPER, TRANSPARENT):
            del wanted["ground"]
        elif wanted.get("ground") == REFERENCE:
            del wanted["ground"]
            ground = None if self.coloring.histogram is None else self.coloring.histogram.ground
            if ground is None:
                told = "the reference has no flat ground, or is a palette, which tells none"
                self.notes += (f"{told}: the drawing's stays as it is",)
            else:
                wanted["ground"] = to_hex(ground)
        return wanted

    def region(self, at: Point) -> int:
        """The region at a point of the drawing; UsageError where that lies outside."""
        height, width = self.coloring.canvas.drawing.clean.shape[:2]
        if not (0 <= at[0] < width and 0 <= at[1] < height):
            problem = f"the point {at[0]:g},{at[1]:g} lies outside the drawing, which is {width}×{height}"
            raise UsageError(problem, "give x and y in pixels from its upper left corner")
        rows, columns = rows_of(_scaled(self.coloring, (at,)), self.labels.shape)
        return int(self.labels[rows[0], columns[0]])

    def _dabbed(self) -> dict[int, RGB]:
        if self.marks.strokes is None:
            return {}
        canvas = self.coloring.canvas
        height, width = canvas.drawing.clean.shape[:2]
        dabs = read_hints(self.marks.strokes, height, width, "the picture of strokes")
        self.notes += dabs.notes
        found = colors_of_dabs(fitted_hints(dabs.picture, *self.labels.shape), self.labels, canvas.ground)
        if not self.marks.stroke_groups:
            return found
        return {region: color for dabbed, color in found.items() for region in self._together(dabbed)} | found

    def _filled(self, fill: Fill) -> list[int]:
        if fill.at is not None:
            region = self.region(fill.at)
            return [*self._together(region), region] if fill.group else [region]
        outline = np.rint(_scaled(self.coloring, fill.within)).astype(np.int32)
        inside = np.zeros(self.labels.shape, np.uint8)
        cv2.fillPoly(inside, [outline], 1)
        share = np.bincount(self.labels.ravel(), inside.ravel(), len(self.area)) / np.maximum(self.area, 1)
        held = (share > WITHIN) & ~self.locked
        held[self.coloring.canvas.ground] = False
        regions = np.flatnonzero(held).tolist()
        return [one for each in regions for one in self._together(each)] if fill.group else regions

    def _together(self, region: int) -> list[int]:
        """The regions of its group that are not locked."""
        there = (self.group == self.group[region]) & ~self.locked & (self.area > 0)
        return [int(one) for one in np.flatnonzero(there)]

    def _of(self, role: str) -> Bools:
        """Which regions are of a role; UsageError where no parts are known."""
        if role == "ground" and not self.told:
            return np.asarray((np.arange(len(self.part)) == self.coloring.canvas.ground) & (self.area > 0))
        if not self.told:
            problem = f"this model does not tell parts, so that nothing is known to be {role}"
            raise UsageError(problem, "give a colour as #rrggbb at a point")
        return np.asarray((self.part == ROLES.index(role)) & (self.area > 0))

    def _color(self, color: str | None, roles: dict[str, RGB]) -> RGB | None:
        if color is None or color not in ROLES:
            return None if color is None else from_hex(color)
        if color in roles:
            return roles[color]
        there = self._of(color)
        if not there.any():
            raise UsageError(f"no region of this painting is {color}", "give a colour as #rrggbb")
        colors, rows = np.unique(self.coloring.flats[there], axis=0, return_inverse=True)
        red, green, blue = colors[np.bincount(rows.ravel(), self.area[there]).argmax()].tolist()
        return red, green, blue


def _divided(coloring: Coloring, marks: Marks) -> tuple[Coloring, npt.NDArray[np.intp]]:
    """The painting with its regions cut and joined, and which region each of them was part of."""
    canvas = coloring.canvas
    labels = canvas.labels
    parents = np.arange(int(labels.max()) + 1)
    for line in marks.cuts:
        labels, known = cut(labels, _scaled(coloring, line))
        parents = np.concatenate([parents, parents[list(known.values())]]) if known else parents
    for points in marks.joins:
        labels = join(labels, _scaled(coloring, points))
    if labels is canvas.labels:
        return coloring, parents
    held = None if coloring.region_weights is None else coloring.region_weights[parents]
    grounds = np.flatnonzero(np.isin(parents, canvas.grounds)).astype(np.int32)
    return replace(coloring, canvas=replace(canvas, labels=labels, told_grounds=grounds), held=held), parents


def _scaled(coloring: Coloring, points: tuple[Point, ...]) -> npt.NDArray[np.float64]:
    """Points of the drawing as points of its labels."""
    height, width = coloring.canvas.drawing.clean.shape[:2]
    rows, columns = coloring.canvas.labels.shape
    scaled: npt.NDArray[np.float64] = np.asarray(points, np.float64) * (columns / width, rows / height)
    return scaled


def colors_of_dabs(dabs: Picture, labels: Labels, ground: int) -> dict[int, RGB]:
    """The colour of each region that a dab fills. dabs: uint8 H×W×4 as `read_hints` gives them; labels: H×W.

    A dab is what hangs together. It fills regions that hold a fifth of it, or of which it covers half; the
    ground only with four fifths. Where several fill a region, the one with most pixels in it.
    """
    count, parts = cv2.connectedComponents((dabs[..., 3] > 0).astype(np.uint8), connectivity=8)
    size = int(labels.max()) + 1
    inside = parts > 0
    keys = parts[inside].astype(np.int64) * size + labels[inside]
    pairs, pair_of, areas = np.unique(keys, return_inverse=True, return_counts=True)
    whole = np.bincount(parts.ravel(), minlength=count)
    regions = np.bincount(labels.ravel(), minlength=size)
    colors, found = dabs[inside][:, :3], dict[int, RGB]()
    for place in np.argsort(areas, kind="stable"):
        dab, region = divmod(int(pairs[place]), size)
        least = GROUND if region == ground else TOUCHES
        covers = region != ground and areas[place] >= HOLDS * regions[region]
        if areas[place] >= least * whole[dab] or covers:
            found[region] = _most_frequent(colors[pair_of == place])
    return found


def _most_frequent(colors: Picture) -> RGB:
    """The mean of the colours n×3 of the fullest cell of STEP levels a side."""
    cells = (colors.astype(np.int64) // STEP) @ (1, 256, 65536)
    _, where, counts = np.unique(cells, return_inverse=True, return_counts=True)
    red, green, blue = np.rint(colors[where == counts.argmax()].mean(axis=0)).astype(int).tolist()
    return red, green, blue
