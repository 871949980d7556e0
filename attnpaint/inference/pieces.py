"""Pieces of a region that are one thing, by what the region stage says of them, are one region again."""

import numpy as np
import numpy.typing as npt

from attnpaint.inference.engine import Answers
from attnpaint.segment.regions import Labels, touching

LIKE = 0.2  # likeness of two pieces of a region from which on they are one


def rejoined(pieces: Labels, region: Labels, answers: Answers) -> tuple[Labels, Answers]:
    """The labels and answers with pieces that touch and are alike in one: see `in_pieces`.

    pieces: int H×W; region: of each piece's number. The likest first, and the means of what was joined are
    compared: no chains. A piece that nothing was said of stays with the region's own number.
    """
    names = np.arange(len(region), dtype=np.int32)
    place = np.full(len(region), -1)
    place[answers.label] = np.arange(len(answers.label))
    unsaid = place < 0
    names[unsaid] = region[unsaid]
    pairs, _ = touching(pieces)
    same = (region[pairs[:, 0]] == region[pairs[:, 1]]) & (place[pairs] >= 0).all(axis=1)
    one, other = place[pairs[same]].T
    likeness = (answers.embedding[one] * answers.embedding[other]).sum(axis=1)
    leader = np.arange(len(answers.label))
    mean = answers.embedding * answers.area[:, None]
    for pair in np.argsort(-likeness, kind="stable"):
        if likeness[pair] <= LIKE:
            break
        kept, gone = leader[one[pair]], leader[other[pair]]
        if kept == gone:
            continue
        if answers.label[kept] > answers.label[gone]:
            kept, gone = gone, kept
        if mean[kept] @ mean[gone] > LIKE * np.linalg.norm(mean[kept]) * np.linalg.norm(mean[gone]):
            leader[leader == gone] = kept
            mean[kept] += mean[gone]
    if (leader == np.arange(len(leader))).all():
        return names[pieces], answers
    names[answers.label] = answers.label[leader]
    return names[pieces], _mixed(answers, leader)


def _mixed(answers: Answers, leader: npt.NDArray[np.int64]) -> Answers:
    """Of each leader's pieces, the mean by area, largest first."""
    kept, place = np.unique(leader, return_inverse=True)
    area = np.bincount(place, answers.area)

    def mean(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        total = np.zeros((len(kept), rows.shape[1]))
        np.add.at(total, place, rows * answers.area[:, None])
        return np.asarray(total / area[:, None], np.float32)

    embedding = mean(answers.embedding)
    embedding /= np.maximum(np.linalg.norm(embedding, axis=1, keepdims=True), 1e-9)
    order = np.argsort(-area, kind="stable")
    return Answers(
        answers.label[kept][order],
        area.astype(np.float32)[order],
        mean(answers.logits)[order],
        embedding[order],
        mean(answers.parts)[order],
        answers.palette_parts,
    )
