"""Which regions touch, and which known region is nearest to one that nothing is known of. Needs no torch."""

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture
from attnpaint.segment.regions import Labels

Bools = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


def touching(labels: Labels, counted: Picture | Bools | None = None) -> tuple[Counts, Counts]:
    """Pairs of regions that touch, n×2 with the smaller number first, and how many px of border each has.

    labels: int H×W; counted: H×W, borders where it is false on either side do not count.
    """
    pairs = []
    for ours, theirs in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        differs = labels[ours] != labels[theirs]
        if counted is not None:
            differs &= (counted[ours] != 0) & (counted[theirs] != 0)
        pairs.append(np.stack([labels[ours][differs], labels[theirs][differs]], axis=1))
    every = np.sort(np.concatenate(pairs).astype(np.int64), axis=1)
    if not len(every):
        return np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
    most = int(every.max()) + 1
    keys, lengths = np.unique(every[:, 0] * most + every[:, 1], return_counts=True)
    return np.stack([keys // most, keys % most], axis=1), lengths.astype(np.int64)


def nearest_known(labels: Labels, known: Bools) -> Counts:
    """For each region its own number where it is known, else that of the known region nearest to most of it.

    labels: int H×W; known: bool, one for each number. Where none is known, or a region has no pixel in
    `labels`, its own number.
    """
    names = np.arange(len(known), dtype=np.int64)
    there = known[labels]
    if there.all() or not there.any():
        return names
    free = (~there).astype(np.uint8)
    _, place = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    owners = np.zeros(int(place.max()) + 1, np.int64)
    owners[place[there]] = labels[there]
    most = len(known)
    keys, counts = np.unique(
        labels[~there].astype(np.int64) * most + owners[place[~there]], return_counts=True
    )
    order = np.argsort(counts, kind="stable")
    names[keys[order] // most] = keys[order] % most  # the most frequent one stays
    return names
