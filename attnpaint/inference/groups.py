"""Groups of regions that belong together and take one colour, by what the region stage says of them.

The pieces of the ground, regions that decide together, and those that open into each other. Needs no torch.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from attnpaint.colour import to_lab
from attnpaint.inference.engine import Answers
from attnpaint.segment.borders import ALONE, POCKET
from attnpaint.segment.regions import Labels, nearest_known
from attnpaint.segment.samples import PARTS

ALIKE = 0.3  # likeness of two regions from which on they decide together
FIRM = 8.0  # power of the likeness: how much nearer ones count
OWN = 0.3  # share of what a large region says itself where it is not sure
SURE = 0.4  # chance of its colour from which on it is
ONE = 12.0  # distance in CIE Lab up to which two colours count as one
BLACK, DARK = 25.0, 40.0  # L* under which a colour is as dark as ink, and under which it hides fine strokes
HIDES = 0.75  # how much less colours as dark as ink are wanted: they would hide the lines
LARGE = 0.006  # share of the picture from which on a region minds no open borders, and may be sure
TIE = 12.0  # how much a border that is wholly open counts, of a region that is the same
NEVER = 1e3  # more than any answer
UNNATURAL = 3.0  # how much less skin wants colours that no skin has, where the palette holds one that it can
FORGOTTEN = 3.0  # how much less paper is wanted beside the ground; twice that where it is hardly ground
SURELY, HARDLY = 0.8, 0.5  # chances of being ground under which a region is beside it, and hardly is
SMALL, HATCH = 0.006, 0.0015  # shares of the picture that small regions, and hatching, are smaller than
FULL = 0.5  # share of ink from which on a region is full of strokes, and no ground
EYES, GROUND, SKIN = (PARTS.index(name) for name in ("eyes", "ground", "skin"))
PAPER = 17
MOST = 4096  # regions that decide together, of all pages: each is compared with each
LEADS = 0.5  # chance of being ground from which on a region at the drawing's edge leads the others
EDGE_LIKE, EDGE_CHANCE = 0.65, 0.2  # likeness to it, and chance, from which on another at the edge is ground
INNER_LIKE, INNER_CHANCE = 0.85, 0.4  # the same of a region that the figure encloses
UNLIKE = 0.3  # likeness of two regions up to which an opening between them divides them all the same
WIDE = 7.0  # px of border without ink, in a drawing of 512, from which on it is an opening and no gap
OPEN = 0.3  # share of the border between two regions without ink, from which on it is one, too
MEETS = 0.2  # how open a region is to the ground, and how like it, together, from which on it is ground
LEAST, MOST_CUT = 0.1, 0.12  # how open it is at least, and the share of the picture that it is smaller than
LITTLE, OPENING, MOSTLY = 0.015, 0.4, 0.5  # or smaller than this, with these shares (see `cut_off`)
UNSURE, SPECK = 0.62, 0.001  # chance of its likeliest part, and share of the picture, of what may be ground

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
    leading = outer & (chance >= LEADS) & (answers.logits.argmax(axis=1) == PAPER)
    if not leading.any():
        return np.zeros(0, np.int64)
    lead = int((chance * answers.area * leading).argmax())
    like = answers.embedding @ answers.embedding[lead]
    found = np.where(
        outer, (like > EDGE_LIKE) & (chance > EDGE_CHANCE), (like > INNER_LIKE) & (chance > INNER_CHANCE)
    )
    found &= inked[answers.label] < FULL
    found[lead] = True
    return np.asarray(answers.label[found])


def cut_off(answers: Answers, grounds: Labels, share: Floats, alone: Floats) -> Numbers:
    """The numbers of the regions that only a gap that was closed cuts off the ground.

    answers: of R regions; grounds: the ground's numbers; share: R, of a region's border at the ground what is
    without ink, alone: R, of its border without ink what lies there (see `Borders.gaps_to`). Those that meet
    the ground the more widely the less like it they are; little ones, however unlike; and, by a narrower gap,
    those whose part is unsure. Eyes are only by the last.
    """
    there = np.isin(answers.label, grounds)
    mean = (answers.embedding * (there * answers.area)[:, None]).sum(axis=0)
    like = answers.embedding @ (mean / max(float(np.linalg.norm(mean)), 1e-9))
    meets = share * alone
    wide = (meets > LEAST) & (meets + like > MEETS) & (answers.area < MOST_CUT)
    wide |= (answers.area < LITTLE) & (share >= OPENING) & (alone > MOSTLY)
    wide &= answers.parts.argmax(axis=1) != EYES
    unsure = (answers.parts.max(axis=1) < UNSURE) & (answers.area > SPECK)
    narrow = unsure & (share >= POCKET) & (alone >= ALONE)
    return np.asarray(answers.label[narrow | wide])


def is_colored(answers: Answers, ground: int) -> bool:
    """Whether the ground, a region's number, has a colour in a reference that shows the same scene."""
    wanted = answers.logits[answers.label == ground].argmax(axis=1)
    return answers.decided_alone and bool((wanted != PAPER).any())


def choose_for_groups(
    answers: Answers,
    labels: Labels,
    count: int,
    colors: Floats,
    inked: Floats | None = None,
    openness: Floats | None = None,
    ground: int = 0,
) -> Floats:
    """The colour of each of `count` regions as count×18, one 1 in each row; labels: h×w, as the network saw
    them; colors: 18×3 in [0, 255]. Regions that it was not told of are like the nearest one that it was.

    inked: the share of ink in each of `count` regions. Small ones that are full of it take no colour of the
    darkest, which would hide it; the smallest of these, hatching and specks, take that of the nearest region
    that is none of them. White paper is for the ground: elsewhere it looks forgotten.
    ground: the region that stays paper, where there is one, whatever was said of it.
    """
    lab = to_lab(np.rint(colors).astype(np.uint8))
    shares = decide_together(answers, lab, openness)
    part = answers.parts.argmax(axis=1)
    light = lab[:, 0]
    shares[:, light < BLACK] -= HIDES
    for bound in (SURELY, HARDLY):
        shares[answers.parts[:, GROUND] < bound, PAPER] -= FORGOTTEN
    natural = can_be_skin(colors)
    if natural.any():
        sure = (2 * answers.parts[:, SKIN] - 1).clip(0)
        shares -= UNNATURAL * sure[:, None] * ~natural
    region_weights = np.zeros((count, answers.logits.shape[1]), np.float32)
    hatch = np.zeros(len(part), np.bool_)
    if inked is not None:
        full = (inked[answers.label] > FULL) & (answers.area < SMALL)
        shares[np.ix_(full, light < DARK)] -= NEVER
        hatch = full & (answers.area < HATCH) & (part != EYES)
    chosen = shares.argmax(axis=1)
    region_weights[answers.label[~hatch], chosen[~hatch]] = 1
    if hatch.any():
        figure = np.zeros(count, np.bool_)
        figure[answers.label[~hatch & (part != GROUND) & (part != EYES)]] = True
        lines = answers.label[hatch & (part != GROUND)]
        region_weights[lines] = region_weights[nearest_known(labels, figure)[lines]]
    known: npt.NDArray[np.bool_] = np.asarray(region_weights.any(axis=1))
    if known[labels].any():
        region_weights = region_weights[nearest_known(labels, known)]
    else:
        region_weights[:, PAPER] = 1
    if ground:
        region_weights[ground] = 0
        region_weights[ground, PAPER] = 1
    return region_weights


def can_be_skin(colors: Floats) -> npt.NDArray[np.bool_]:
    """Which of N×3 colours in [0, 255] some person's skin has, in whatever light: from brown to pale pink."""
    lightness, a, b = to_lab(np.rint(colors).astype(np.uint8)).T
    hue = np.degrees(np.arctan2(b, a))
    chroma = np.hypot(a, b)
    return np.asarray(
        (lightness > 20) & (lightness < 98) & (hue > 15) & (hue < 85) & (chroma > 3) & (chroma < 50)
    )


def decide_together(answers: Answers, lab: Floats, openness: Floats | None = None) -> Floats:
    """Logarithms of shares, R×18: each region's own mixed with those of regions that are alike, larger ones
    more, and of those that it is open to. A large region that is sure of its colour decides for itself, and
    each does where the reference shows the same scene.

    Alike: by the cosine of their embeddings, times the chance that they are the same part. lab: 18×3, the
    colours. openness: R×R, how much of a region's border lies at another without a line. Eyes and what is not
    an eye never mix, nor do the ground and what is none over an open border.
    """
    logits = answers.logits - answers.logits.max(axis=1, keepdims=True)
    own = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    if answers.decided_alone:
        return np.asarray(own, np.float32)
    likeness = (answers.embedding @ answers.embedding.T) * (answers.parts @ answers.parts.T)
    part = answers.parts.argmax(axis=1)
    eye = part == EYES
    likeness[eye[:, None] != eye] = 0
    weight = np.where(likeness > ALIKE, likeness**FIRM, 0)
    if openness is not None:
        kind = np.select([part == EYES, part == GROUND], [1, 2])
        weight += TIE * np.where((kind[:, None] == kind) & (answers.area < LARGE)[:, None], openness, 0)
    weight = weight * np.sqrt(answers.area)
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    one_color = np.linalg.norm(lab[:, None] - lab, axis=2) < ONE
    sure = (np.exp(own) * one_color[own.argmax(axis=1)]).sum(axis=1) > SURE
    kept = np.select([answers.area < LARGE, sure], [0.0, 1.0], OWN)[:, None]
    decided: Floats = (kept * own + (1 - kept) * (weight @ own)).astype(np.float32)
    return decided


def leaders(answers: Answers, openings: Floats, ground: int = 0, lengths: Floats | None = None) -> Numbers:
    """For each of R regions, largest first, the place of the largest one that opens into it and is like it,
    directly or by others; its own where there is none, and where the reference shows the same scene.

    openings: R×R, px of border without ink between each two, in a drawing of 512; lengths: the same of all
    border between them, where that is known. An opening is wide, or a good part of that border. What has
    joined is one: its borders are added, and the means of embeddings by area must be alike as well, so that
    there are no chains. Eyes and what is none stay apart, and so do the ground and what is none; the region
    `ground` stays alone.
    """
    part = answers.parts.argmax(axis=1)
    kind = np.select([part == EYES, part == GROUND], [1, 2])
    alone = answers.label == ground
    may = (openings > 0) & (kind[:, None] == kind) & (answers.embedding @ answers.embedding.T > UNLIKE)
    may[alone] = may[:, alone] = False
    one, other = np.nonzero(np.triu(may, 1))
    leader = np.arange(len(part), dtype=np.int64)
    if answers.decided_alone:
        return leader
    mean = answers.embedding * answers.area[:, None]
    dots, bare = mean @ mean.T, openings.copy()
    whole = np.full_like(bare, np.inf) if lengths is None else lengths.copy()
    while True:
        norm = np.sqrt(dots.diagonal())
        like = dots[one, other] / np.maximum(norm[one] * norm[other], 1e-12)
        px = bare[one, other]
        joins = (one != other) & (like > UNLIKE) & ((px >= WIDE) | (px >= OPEN * whole[one, other]))
        if not joins.any():
            return leader
        pair = np.where(joins, like, -np.inf).argmax()
        kept, gone = sorted((one[pair], other[pair]))
        for places in (leader, one, other):
            places[places == gone] = kept
        for matrix in (dots, bare, whole):
            matrix[kept] += matrix[gone]
            matrix[:, kept] += matrix[:, gone]


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
        float(np.mean([page.one_scene for page in pages])),
    )
