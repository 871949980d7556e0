"""Which regions of a drawing are its ground, in however many pieces a figure cuts it. Needs no torch."""

import numpy as np
import numpy.typing as npt

from attnpaint.inference.engine import Answers
from attnpaint.inference.groups import GROUND, PAPER
from attnpaint.segment.regions import Labels

SURE = 0.5  # chance of being ground from which on a region at the drawing's edge leads the others
EDGE_LIKE, EDGE_CHANCE = 0.65, 0.2  # likeness to it, and chance, from which on another at the edge is ground
LIKE, CHANCE = 0.85, 0.4  # the same of a region that the figure encloses

FULL = 0.5  # share of ink from which on a region is drawn, whatever was said of it

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


def ground_pieces(answers: Answers, labels: Labels, inked: Floats) -> Numbers:
    """The numbers of the regions that are ground: corners that a figure cuts off, and what shows through it.

    answers: of R regions; labels: int H×W, from 1; inked: the share of ink in each region. Of the regions at
    the drawing's edge, the one that is most surely ground, and wants to be paper, leads; those that are like
    it are ground, too, at the edge sooner than within the figure. Where no region at the edge is surely
    ground, as in a scene, none is; nor is what is filled with ink.
    """
    count = max(int(labels.max()), int(answers.label.max(initial=0))) + 1
    at_edge = np.zeros(count, np.bool_)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        at_edge[side] = True
    outer, chance = at_edge[answers.label], answers.parts[:, GROUND]
    leading = outer & (chance >= SURE) & (answers.logits.argmax(axis=1) == PAPER)
    if not leading.any():
        return np.zeros(0, np.int64)
    lead = int((chance * answers.area * leading).argmax())
    like = answers.embedding @ answers.embedding[lead]
    found = np.where(outer, (like > EDGE_LIKE) & (chance > EDGE_CHANCE), (like > LIKE) & (chance > CHANCE))
    found &= inked[answers.label] < FULL
    found[lead] = True
    return np.asarray(answers.label[found])
