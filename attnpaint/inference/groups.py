"""Colours for groups of regions that belong together, from what the region stage says of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from attnpaint.inference.assign import BLACK
from attnpaint.inference.engine import Answers
from attnpaint.segment.neighbours import nearest_known
from attnpaint.segment.regions import Labels
from attnpaint.segment.samples import PARTS

ALIKE = 0.3  # likeness of two regions from which on they decide together
FIRM = 4.0  # power of the likeness: how much nearer ones count
ROUNDS = 2  # of asking those that are alike
OWN = 0.3  # share of what a region says itself
HIDES = 1.5  # how much less colours as dark as ink are wanted: they would hide the lines
EYES = PARTS.index("eyes")
PAPER = 17
MOST = 4096  # regions that decide together, of all pages: each is compared with each

Floats = npt.NDArray[np.float32]


def choose_for_groups(answers: Answers, labels: Labels, count: int, colors: Floats) -> Floats:
    """The colour of each of `count` regions as count×18, one 1 in each row; labels: h×w, as the network saw
    them; colors: 18×3 in [0, 255]. Regions that it was not told of are like the nearest one that it was."""
    shares = decide_together(answers)
    shares[:, colors.max(axis=1) < BLACK] -= HIDES
    chosen = shares.argmax(axis=1)
    region_weights = np.zeros((count, answers.logits.shape[1]), np.float32)
    region_weights[answers.label, chosen] = 1
    _follow(region_weights, labels)
    return region_weights


def decide_together(answers: Answers) -> Floats:
    """Logarithms of shares, R×18: each region's own mixed with those of regions that are alike, larger ones
    more. Alike: by the cosine of their embeddings, times the chance that they are the same part. Eyes and what
    is not an eye never mix."""
    logits = answers.logits - answers.logits.max(axis=1, keepdims=True)
    own = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    likeness = (answers.embedding @ answers.embedding.T) * (answers.parts @ answers.parts.T)
    eye = answers.parts.argmax(axis=1) == EYES
    likeness[eye[:, None] != eye] = 0
    weight = np.where(likeness > ALIKE, likeness**FIRM, 0) * np.sqrt(answers.area)
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    shares = own
    for _ in range(ROUNDS):
        shares = weight @ shares
    decided: Floats = (OWN * own + (1 - OWN) * shares).astype(np.float32)
    return decided


def _follow(region_weights: Floats, labels: Labels) -> None:
    """Give rows of regions without a colour that of the nearest region that has one."""
    known: npt.NDArray[np.bool_] = np.asarray(region_weights.any(axis=1))
    if known[labels].any():
        region_weights[:] = region_weights[nearest_known(labels, known)]
    else:
        region_weights[:, PAPER] = 1


def joined(pages: Sequence[Answers]) -> Answers | None:
    """What pages of one drawing say together, by the numbers of its regions: where several saw a region, each
    counts by the area it saw. None without pages. Of more than MOST regions the largest."""
    if not pages:
        return None
    label, place = np.unique(np.concatenate([page.label for page in pages]), return_inverse=True)
    seen = np.concatenate([page.area for page in pages])
    area = np.bincount(place, seen, len(label))

    def mixed(rows: Sequence[Floats]) -> Floats:
        total = np.zeros((len(label), rows[0].shape[1]))
        np.add.at(total, place, np.concatenate(rows) * seen[:, None])
        return np.asarray(total / area[:, None], np.float32)

    embedding = mixed([page.embedding for page in pages])
    embedding /= np.maximum(np.linalg.norm(embedding, axis=1, keepdims=True), 1e-9)
    order = np.argsort(-area, kind="stable")[:MOST]
    return Answers(
        label[order],
        (area / len(pages)).astype(np.float32)[order],
        mixed([page.logits for page in pages])[order],
        embedding[order],
        mixed([page.parts for page in pages])[order],
        np.mean([page.palette_parts for page in pages], axis=0, dtype=np.float32),
    )
