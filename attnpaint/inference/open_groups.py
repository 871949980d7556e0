"""Regions that open wide into each other and that the region stage finds alike take one colour."""

import numpy as np
import numpy.typing as npt

from attnpaint.inference.engine import Answers
from attnpaint.segment.samples import PARTS

UNLIKE = 0.3  # likeness of two regions up to which an opening between them divides them all the same
WIDE = 7.0  # px of border without ink, in a drawing of 512, from which on it is an opening and no gap
EYES, GROUND = PARTS.index("eyes"), PARTS.index("ground")

Floats = npt.NDArray[np.floating]
Numbers = npt.NDArray[np.int64]


def leaders(answers: Answers, openings: Floats, ground: int = 0) -> Numbers:
    """For each of R regions, largest first, the place of the largest one that opens wide into it and is like
    it, directly or by others; its own where there is none.

    openings: R×R, px of border without ink between each two, in a drawing of 512. Where several meet, the
    mean of their embeddings by area is compared: no chains. Eyes and what is none stay apart, and so do the
    ground and what is none; the region `ground` stays alone.
    """
    part = answers.parts.argmax(axis=1)
    kind = np.select([part == EYES, part == GROUND], [1, 2])
    likeness = answers.embedding @ answers.embedding.T
    joins = (openings >= WIDE) & (kind[:, None] == kind) & (likeness > UNLIKE)
    joins[answers.label == ground] = joins[:, answers.label == ground] = False
    one, other = np.nonzero(np.triu(joins, 1))
    leader = np.arange(len(part), dtype=np.int64)
    mean = answers.embedding * answers.area[:, None]
    for pair in np.argsort(-likeness[one, other], kind="stable"):
        kept, gone = np.sort(leader[[one[pair], other[pair]]])
        alike = mean[kept] @ mean[gone] > UNLIKE * np.linalg.norm(mean[kept]) * np.linalg.norm(mean[gone])
        if kept != gone and alike:
            leader[leader == gone] = kept
            mean[kept] += mean[gone]
    return leader
