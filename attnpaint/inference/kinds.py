"""Groups and parts of regions: which belong together, and what each is (hair, skin, …). Needs no torch."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attnpaint.inference.canvas import Canvas
from attnpaint.inference.engine import Answers
from attnpaint.inference.groups import ALIKE, FIRM
from attnpaint.segment.regions import Labels, nearest_known, touching
from attnpaint.segment.samples import PARTS

EYES, GROUND = PARTS.index("eyes"), PARTS.index("ground")
UNKNOWN = -1
SAME = 12.0  # distance in RGB of two flat colours that pass for one, where no palette tells

Floats = npt.NDArray[np.floating]
Numbers = npt.NDArray[np.int64]
Colors = npt.NDArray[np.uint8] | npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Kinds:
    """group: one number for each region; those that belong together have the same. part: the place of each
    in PARTS, or UNKNOWN where the model tells no parts. Row 0 is no region."""

    group: Numbers
    part: Numbers

    @property
    def told(self) -> bool:
        """Whether parts are known."""
        return bool((self.part >= 0).any())


def kinds_of(canvas: Canvas, flat: Colors) -> Kinds:
    """Of a canvas whose regions have the flat colours R×3: by what the region stage says of them, else by
    colour and touching. The ground is alone in its group."""
    answers = canvas.answers
    count = int(canvas.labels.max()) + 1
    if answers is None or not len(answers.label):
        group, part = _by_color(canvas, flat), np.full(count, UNKNOWN, np.int64)
    else:
        known = np.zeros(count, np.bool_)
        known[answers.label] = True
        near = nearest_known(canvas.small, known)
        group, part = (_placed(each, answers, count)[near] for each in _by_answers(answers, canvas.grounds))
    if canvas.ground:
        group[group == canvas.ground] = -1  # whoever followed it, names itself
        group = np.where(group == -1, np.arange(count), group)
        group[canvas.ground] = canvas.ground
        if (part >= 0).any():
            part[canvas.ground] = GROUND
    return Kinds(group, part)


def _by_answers(answers: Answers, grounds: Labels) -> tuple[Numbers, Numbers]:
    """The label that leads each of R regions' group, and their parts, which groups decide together; but
    regions of these numbers are ground.

    The largest region without a group leads a new one of all that are like itself: no chains.
    """
    likeness = answers.embedding @ answers.embedding.T
    own = answers.parts.argmax(axis=1)
    likeness[(own == EYES)[:, None] != (own == EYES)] = 0
    weight = np.where(likeness > ALIKE, likeness**FIRM, 0) * np.sqrt(answers.area)
    shares = weight @ answers.parts / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    part = shares.argmax(axis=1).astype(np.int64)
    part[np.isin(answers.label, grounds)] = GROUND
    likeness[part[:, None] != part] = 0
    leader = np.full(len(part), -1)
    for region in np.argsort(-answers.area, kind="stable"):
        if leader[region] < 0:
            leader[(leader < 0) & (likeness[region] > ALIKE)] = region
            leader[region] = region
    return answers.label[leader], part


def _placed(values: Numbers, answers: Answers, count: int) -> Numbers:
    """R values at the places of their regions' numbers."""
    placed = np.full(count, UNKNOWN, np.int64)
    placed[answers.label] = values
    return placed


def _by_color(canvas: Canvas, flat: Colors) -> Numbers:
    """Regions that touch and have one colour."""
    count = len(flat)
    pairs, _ = touching(canvas.labels)
    alike = np.square(flat[pairs[:, 0]] - flat[pairs[:, 1]]).sum(axis=1) < SAME**2
    ground = (pairs == canvas.ground).any(axis=1)
    group = np.arange(count, dtype=np.int64)
    for one, other in pairs[alike & ~ground]:
        group[group == group[other]] = group[one]
    return group
