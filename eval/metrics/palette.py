"""How far a painting's colours are from its reference's: as palettes, and band by band with their weights."""

from collections.abc import Sequence
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.colour import Floats, to_lab
from attnpaint.errors import AttnpaintError
from attnpaint.eval.metrics.tour import Order, shortest_tour
from attnpaint.extract import Histogram, Method, measure
from attnpaint.images import Picture

METHOD = Method(ignore_lines=True, starts=16)


def colours_of(picture: Picture) -> Histogram:
    """The histogram that palettes are compared by: four bands of four colours, dark strokes left out."""
    return measure(picture, METHOD)


def histogram_distances(one: Histogram, other: Histogram) -> dict[str, float]:
    """dccw and emd between two histograms of equal shape."""
    a, b = (histogram.colors[histogram.weights > 0] for histogram in (one, other))
    return {"dccw": dccw(to_lab(a), to_lab(b)), "emd": band_distance(one, other)}


def band_distance(one: Histogram, other: Histogram) -> float:
    """Exact earth mover's distance in Lab (Rubner et al. 2000), the mean over bands: ΔE that colour moves."""
    bands = zip(one.colors, one.weights, other.colors, other.weights, strict=True)
    return float(np.mean([_emd(_signature(a, m), _signature(b, n)) for a, m, b, n in bands]))


def dccw(one: Floats, other: Floats) -> float:
    """Dynamic closest colour warping of two palettes (n, 3) and (m, 3) in Lab; order and weight play no part.

    One shortest tour through both puts each palette in order. The distance is the mean ΔE from every colour
    to the nearest point of the line through the other palette.
    Source: Kim & Choi, Dynamic Closest Color Warping to Sort and Compare Palettes, 2021.
    """
    one, other = (np.unique(np.asarray(palette, np.float64), axis=0) for palette in (one, other))
    points, place = np.unique(np.concatenate([one, other]), axis=0, return_inverse=True)
    tour = shortest_tour(np.linalg.norm(points[:, None] - points, axis=2))
    place = place.ravel()
    held = np.zeros((2, len(points)), bool)
    held[0, place[: len(one)]] = held[1, place[len(one) :]] = True
    tour = _cut(tour, points, held)
    a, b = (points[tour[owns[tour]]] for owns in held)
    return float(np.concatenate([_to_line(a, b), _to_line(b, a)]).mean())


def _cut(tour: Order, points: Floats, held: npt.NDArray[np.bool_]) -> Order:
    """The tour, begun after its longest edge within the longest step that one of the palettes takes."""
    steps = []
    for owns in held:
        at = np.flatnonzero(owns[tour])
        own = points[tour[at]]
        lengths = np.linalg.norm(np.roll(own, -1, axis=0) - own, axis=1)
        longest = int(lengths.argmax())
        steps.append((lengths[longest], at[longest], (at[(longest + 1) % len(at)] - at[longest]) % len(tour)))
    _, first, count = max(steps)
    rolled = np.roll(tour, -first)
    edges = np.linalg.norm(points[np.roll(rolled, -1)] - points[rolled], axis=1)
    return np.roll(rolled, -1 - int(edges[: count or len(tour)].argmax()))


def _to_line(colors: Floats, line: Floats) -> Floats:
    """(n, 3) and the corners (m, 3) of a line → (n,) distances to its nearest point."""
    start, end = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
    along = end - start
    away = colors[:, None] - start
    share = (away * along).sum(axis=2) / np.maximum(np.square(along).sum(axis=1), 1e-12)
    nearest: Floats = np.linalg.norm(away - share.clip(0, 1)[..., None] * along, axis=2).min(axis=1)
    return nearest


def _emd(one: Floats, other: Floats) -> float:
    return float(cv2.EMD(one, other, cv2.DIST_L2)[0])


def _signature(colors: Picture, weights: Floats) -> Floats:
    kept = weights > 0
    return np.column_stack([weights[kept] / weights[kept].sum(), to_lab(colors)[kept]]).astype(np.float32)


LEAST = 1.0
"""ΔE; references that are nearer to each other tell nothing."""


def sensitivity(painted: Sequence[Picture], references: Sequence[Picture]) -> float:
    """How far paintings of one drawing move over how far their references' colours are apart; two or more.

    0: the references are ignored; about 1: the painting moves as they do. Over all pairs, the mean of the
    per-band earth mover's distance between the paintings and their mean ΔE pixel by pixel, over the per-band
    distance between the references; NaN where all references are alike. Paintings uint8 H×W×3 of
    one size; references of any size.
    """
    if len(painted) != len(references) or len(painted) < 2:
        problem = f"{len(painted)} paintings from {len(references)} references tell no sensitivity"
        raise AttnpaintError(problem, "give a painting for each of two or more references")
    if len({picture.shape for picture in painted}) > 1:
        raise AttnpaintError("the paintings are of different sizes", "paint one drawing from each reference")
    wanted = [colours_of(reference) for reference in references]
    found = [colours_of(picture) for picture in painted]
    places = [to_lab(picture) for picture in painted]
    moved = asked = 0.0
    for i, j in combinations(range(len(painted)), 2):
        distance = band_distance(wanted[i], wanted[j])
        if distance < LEAST:
            continue
        pixels = float(np.linalg.norm(places[i] - places[j], axis=2).mean())
        moved += (band_distance(found[i], found[j]) + pixels) / 2
        asked += distance
    return moved / asked if asked else float("nan")
