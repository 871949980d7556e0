"""Pieces of a region that the region stage finds alike are one region again, as large as it was. No torch."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from attnpaint.inference.engine import Answers
from attnpaint.inference.groups import joined
from attnpaint.segment.regions import Labels, touching

PARTED = 0.1  # likeness of two pieces of a region up to which the cut between them stays
TOLD = 0.3  # chance of its likeliest part from which on a piece may be cut off

Numbers = npt.NDArray[np.int64]


def rejoined(pieces: Labels, region: Labels, answers: Answers) -> tuple[Labels, Answers]:
    """Labels H×W in which pieces that touch, are of one region and alike are one, and what is said of them:
    cuts stay where what they part is not one thing.

    pieces: int32 H×W, and of each number the region (see `in_pieces`); answers: see `sample_pieces`. A piece
    of which nothing is said, or not what part it is, has the region's number. Of a region that stays whole
    counts what is said of the whole.
    """
    of_piece = answers.label >= len(region)
    number = np.where(of_piece, answers.label - len(region), answers.label)
    sure = np.flatnonzero(of_piece & (answers.parts.max(axis=1) >= TOLD))
    place = np.full(len(region), -1)
    place[number[sure]] = sure
    pairs, _ = touching(pieces)
    same = (region[pairs[:, 0]] == region[pairs[:, 1]]) & (place[pairs] >= 0).all(axis=1)
    one, other = place[pairs[same]].T
    names = region.copy()
    names[number[sure]] = number[_as_one(answers, one, other, PARTED)[sure]]
    lowest, highest = names.copy(), names.copy()
    np.minimum.at(lowest, region, names)
    np.maximum.at(highest, region, names)
    cut = (lowest < highest)[region]
    names = np.where(cut, names, region)
    kept = cut[number] == of_piece
    said = replace(
        answers,
        label=np.where(of_piece, names[number], number)[kept],
        area=answers.area[kept],
        logits=answers.logits[kept],
        embedding=answers.embedding[kept],
        parts=answers.parts[kept],
    )
    return names[pieces], joined([said]) or said


def _as_one(answers: Answers, one: Numbers, other: Numbers, least: float) -> Numbers:
    """For each of R regions, largest first, the place of the largest one that it becomes one with.

    one, other: places of pairs that may where they are liker than `least`, the likest first. Of what has
    become one the mean by area is compared, too: no chains.
    """
    likeness = np.einsum("ne,ne->n", answers.embedding[one], answers.embedding[other])
    leader = np.arange(len(answers.label), dtype=np.int64)
    mean = answers.embedding * answers.area[:, None]
    for pair in np.argsort(-likeness, kind="stable")[: np.count_nonzero(likeness > least)]:
        kept, gone = np.sort(leader[[one[pair], other[pair]]])
        alike = mean[kept] @ mean[gone] > least * np.linalg.norm(mean[kept]) * np.linalg.norm(mean[gone])
        if kept != gone and alike:
            leader[leader == gone] = kept
            mean[kept] += mean[gone]
    return leader
