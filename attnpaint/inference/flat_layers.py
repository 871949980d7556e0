"""The flat finish as layers: one for each colour that is seen, in groups by part where parts are known."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture
from attnpaint.inference.kinds import GROUND, kinds_of
from attnpaint.layered.layer import Group, Layer
from attnpaint.layered.lines import with_alpha
from attnpaint.palettes.swatch import to_hex
from attnpaint.segment.regions import spread
from attnpaint.segment.samples import PARTS

if TYPE_CHECKING:
    from attnpaint.inference.coloring import Coloring

ORDER = ("ground", "other", "clothes", "skin", "hair", "mouth and brows", "eyes")  # bottom to top
MOST = 96  # layers; what has the smallest area beyond comes into one
REST = "other colours"

Numbers = npt.NDArray[np.int64]


def flat_layers(coloring: "Coloring", alpha: Picture | None) -> Group:
    """`coloring`, whatever its finish, in flat colours: bottom to top the ground, then a group for each part,
    or without parts a layer for each colour, largest first. A layer has one colour, sharply cut.

    alpha: of all that lies under the lines, uint8 H×W, or None.
    """
    made = coloring.finished("flat", coloring.strength)
    part, colors = _parts(coloring), made.shown_flats
    area = np.bincount(coloring.canvas.labels.ravel(), minlength=len(part))
    keys = np.column_stack([part, colors])
    found, where = np.unique(keys, axis=0, return_inverse=True)
    areas = np.bincount(where.ravel(), area, len(found))
    order = [int(one) for one in np.argsort(-areas, kind="stable") if areas[one]]
    cut = _Cut(made, alpha)
    within: dict[str, list[Layer | Group]] = {name: [] for name in ("", *ORDER)}
    for one in order[:MOST]:
        name = PARTS[found[one, 0]] if found[one, 0] >= 0 else ""
        color = found[one, 1:].astype(np.uint8)
        title = f"{name} {to_hex(color.tolist())}".strip()
        within[name].append(Layer(title, partial(cut.one_color, where.ravel() == one, color)))
    if order[MOST:]:
        rest = np.isin(where.ravel(), order[MOST:])
        within[""].append(Layer(REST, partial(cut.as_painted, rest)))
    groups = [Group(name, tuple(within[name])) for name in ORDER[1:] if within[name]]
    return Group("flat", (*within["ground"], *within[""], *groups), coloring.finish == "flat")


def _parts(coloring: "Coloring") -> Numbers:
    """The part of each region; -1 where it is not known. The ground is ground in any case."""
    part = kinds_of(coloring.canvas, coloring.flats).part.copy()
    for region, role in coloring.roles.items():
        if region < len(part):
            part[region] = role
    if coloring.canvas.ground:
        part[coloring.canvas.ground] = GROUND
    return part


class _Cut:
    """Layers cut out along the regions' borders at the drawing's size; the labels are found once."""

    def __init__(self, made: "Coloring", alpha: Picture | None) -> None:
        self._made, self._alpha = made, alpha
        self._labels: npt.NDArray[np.integer] | None = None

    def one_color(self, regions: npt.NDArray[np.bool_], color: Picture) -> Picture:
        inside = self._inside(regions)
        return with_alpha(np.broadcast_to(color, (*inside.shape, 3)), inside)

    def as_painted(self, regions: npt.NDArray[np.bool_]) -> Picture:
        return with_alpha(self._made.color, self._inside(regions))

    def _inside(self, regions: npt.NDArray[np.bool_]) -> Picture:
        if self._labels is None:
            self._labels = self._made.canvas.full_labels()
        inside = spread(np.where(regions, np.uint8(255), np.uint8(0)), self._labels)
        return inside if self._alpha is None else np.minimum(inside, self._alpha)
