"""Whether the figure got the right colours, counted by areas of one colour and not by pixels."""

import numpy as np

from attnpaint.colour import Floats, delta_e_2000, to_lab
from attnpaint.eval.metrics.figure import SAME, Areas, leaders, medians, true_areas
from attnpaint.eval.metrics.palette import colours_of
from attnpaint.images import Picture
from attnpaint.parts import HAIR, SKIN

NEAR = 10.0
"""ΔE2000 beyond what the palette can give, up to which a colour is about right."""
SHARE = 0.05  # of a group's area: what a colour takes at least to count as a piece
LEAST = 0.005  # of the figure's area: smaller groups and parts are not judged
APART = 20.0  # ΔE2000 between skin and hair from which they cannot be mistaken
WRONG = 1 / 3  # of a part's area: what has another part's colour at least, for the part to count as mistaken


def figure_scores(
    painted: Picture,
    drawing: Picture,
    reference: Picture,
    truth: Picture | None,
    real: Picture,
    parts: Picture | None = None,
) -> dict[str, float]:
    """right_area, pair_f1, pieces, figure_delta_e, skin_as_hair and hair_as_skin of one painting.

    painted and real uint8 H×W×3; drawing and parts uint8 H×W; reference uint8 h×w×3 of any size. Without a
    truth, pair_f1 and pieces alone, told by the picture that the drawing was made from. NaN where a measure
    has nothing to tell.
    """
    known = real if truth is None else truth
    lab, areas = to_lab(painted), true_areas(known, drawing, parts)
    scores = {"pair_f1": pair_f1(lab, areas), "pieces": pieces(painted, areas)}
    if truth is not None:
        true_lab = to_lab(truth)
        held = colours_of(reference)
        palette = to_lab(held.colors[held.weights > 0])
        scores["right_area"] = right_area(lab, true_lab, palette, areas)
        inside = areas.inside
        far = delta_e_2000(lab[inside], true_lab[inside])
        scores["figure_delta_e"] = float(far.mean()) if far.size else float("nan")
        for name, part, other in (("skin_as_hair", SKIN, HAIR), ("hair_as_skin", HAIR, SKIN)):
            scores[name] = (
                float("nan") if parts is None else mistaken(lab, true_lab, palette, areas, parts, part, other)
            )
    return scores


def right_area(lab: Floats, true_lab: Floats, palette: Floats, areas: Areas) -> float:
    """The share of the figure's areas with about the right colour; lab and true_lab H×W×3, palette (n, 3).

    A pixel is right where its ΔE2000 to the true colour (its own, or the median of its area: shading may be
    left out) exceeds that of the palette's nearest colour by NEAR or less. Lines and what lies beside them
    do not count. NaN: there are no areas.
    """
    where = areas.labels > 0
    if not where.any():
        return float("nan")
    best = delta_e_2000(areas.lab[:, None], palette[None]).min(axis=1)
    labels = areas.labels[where] - 1
    off = delta_e_2000(lab[where], areas.lab[labels])
    off = np.minimum(off, delta_e_2000(lab[where], true_lab[where]))
    return float((off <= best[labels] + NEAR).mean())


def pair_f1(lab: Floats, areas: Areas) -> float:
    """Whether areas are alike where the truth's are; lab: the painting H×W×3. 1: as in the truth.

    F1 over all pairs of areas, each weighing as much as the root of its two areas' product; alike: medians
    within SAME. NaN: fewer than two areas.
    """
    count = len(areas.area)
    if count < 2:
        return float("nan")
    mine, _ = medians(lab, areas.labels, count)
    one, other = np.triu_indices(count, 1)
    weight = np.sqrt(areas.area[one].astype(np.float64) * areas.area[other])
    alike = delta_e_2000(mine[one], mine[other]) <= SAME
    wanted = delta_e_2000(areas.lab[one], areas.lab[other]) <= SAME
    total = weight[alike].sum() + weight[wanted].sum()
    return float(2 * weight[alike & wanted].sum() / total) if total else 1.0


def pieces(painted: Picture, areas: Areas) -> float:
    """In how many colours the painting (uint8 H×W×3) breaks what is one part of one colour; 1: in none.

    The mean over the truth's groups of like colour (and of one part, where parts are known). A colour counts
    where it takes SHARE of the group or more; groups under LEAST of the figure do not count. NaN: none.
    """
    where = areas.labels > 0
    groups = areas.group[areas.labels[where] - 1] if where.any() else np.empty(0, np.int64)
    colours = painted[where]
    counts = []
    for group in np.unique(groups):
        own = groups == group
        if own.sum() >= LEAST * areas.inside.sum():
            shares = np.bincount(leaders(colours[own])) / own.sum()
            counts.append(max(1, int((shares >= SHARE).sum())))
    return float(np.mean(counts)) if counts else float("nan")


def mistaken(
    lab: Floats, true_lab: Floats, palette: Floats, areas: Areas, parts: Picture, part: int, other: int
) -> float:
    """1 where `part` is painted in the colour of `other`, 0 where not; lab and true_lab H×W×3, parts H×W.

    A pixel is mistaken where its colour is within NEAR of what the palette can give to the other part's, and
    nearer to that than to its own part's; the part is, where WRONG of it are. NaN: one of the two is missing
    or small, their true colours are within APART of each other, or the palette does not hold both.
    """
    masks = [areas.inside & (parts == index) for index in (part, other)]
    if any(mask.sum() < max(1, LEAST * areas.inside.sum()) for mask in masks):
        return float("nan")
    own, wrong = (np.median(true_lab[mask], axis=0) for mask in masks)
    lacks = [float(delta_e_2000(palette, colour).min()) for colour in (own, wrong)]
    if float(delta_e_2000(own, wrong)) <= APART or max(lacks) > NEAR:
        return float("nan")
    colours = lab[masks[0]]
    to_wrong = delta_e_2000(colours, wrong)
    bad = (to_wrong <= lacks[1] + NEAR) & (to_wrong < delta_e_2000(colours, own))
    return float(bad.mean() >= WRONG)
