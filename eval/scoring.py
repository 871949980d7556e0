"""One painted picture scored and written down, in whatever process."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import numpy as np
from PIL import Image

from attnpaint.eval.feature_weights import Weights, alexnet, inception
from attnpaint.eval.metrics.feature_distances import Vectors, inception_features, lpips
from attnpaint.eval.metrics.measures import Distribution, score, sensitivity
from attnpaint.eval.metrics.rightness import figure_scores
from attnpaint.eval.protocol import SIBLING, Case
from attnpaint.eval.records import PICTURES, Record
from attnpaint.files import make_folder, replacing
from attnpaint.images import Picture, fitted

SMALL = 320  # px; the long side of the pictures that are kept
QUALITY = 85


@dataclass(frozen=True, eq=False)
class Painting:
    """A case as a painter painted it. index: the picture's place in the selection.

    out: the evaluation's folder. twin: the painter's picture of the same drawing from the other reference,
    and that reference; once for each drawing, else None. inputs: whether to write the case's own pictures.
    weights: of the feature networks that measure it too. headline: whether it counts in the tables.
    """

    painter: str
    index: int
    case: Case
    painted: Picture
    out: Path
    twin: tuple[Picture, Picture] | None
    inputs: bool
    weights: Weights = field(default_factory=Weights)
    headline: bool = True


@dataclass(frozen=True, eq=False)
class Scored:
    """record: a line of records.jsonl; distribution: of this one picture.

    features: (2, 2048), the painting's and the true picture's, for FID; None: it is not measured.
    """

    painter: str
    index: int
    record: Record
    distribution: Distribution
    features: Vectors | None = None


def scored(painting: Painting) -> Scored:
    """Score a painting and write its small pictures. Scores that are not finite are left out."""
    case, painted, weights = painting.case, painting.painted, painting.weights
    scores = figure_scores(painted, case.drawing, case.reference, case.truth, case.real, case.parts)
    scores |= score(painted, case.drawing, case.reference, case.truth, case.real)
    if weights.lpips and case.truth is not None:
        scores |= lpips(painted, case.truth, alexnet(weights.lpips))
    record: Record = {
        "painter": painting.painter,
        "protocol": str(case.protocol),
        "lines": case.lines,
        "name": case.name,
        "scores": _finite(scores),
        **_write_pictures(painting),
    }
    if not painting.headline:
        record["headline"] = False
    if painting.twin:
        moved = sensitivity([painting.twin[0], painted], [painting.twin[1], case.reference])
        record |= _finite({"sensitivity": moved})
    distribution = Distribution()
    features = None
    if painting.headline:
        distribution.add(painted, case.real)
    if weights.fid and painting.headline:
        own = inception_features(painted, inception(weights.fid))
        features = np.stack([own, _true_features(case.real.tobytes(), case.real.shape, weights.fid)])
    return Scored(painting.painter, painting.index, record, distribution, features)


@lru_cache(maxsize=4)
def _true_features(pixels: bytes, shape: tuple[int, ...], weights: Path) -> Vectors:
    """Of a picture that every painter and line extractor is compared with."""
    picture = np.frombuffer(pixels, np.uint8).reshape(shape)
    return inception_features(picture, inception(weights))


def _write_pictures(painting: Painting) -> dict[str, str | None]:
    """The names of the painted picture and of what it was painted from, in the evaluation's folder."""
    case = painting.case
    place = f"{PICTURES}/{painting.index:04}"
    names = {
        "picture": f"{place}/{quote(painting.painter, safe='')}-{case.lines}-{case.protocol}.webp",
        "drawing": f"{place}/drawing-{case.lines}.webp",
        "reference": f"{place}/reference-{case.protocol}.webp",
        "truth": f"{place}/truth{'-sibling' if case.protocol == SIBLING else ''}.webp",
    }
    pictures = {"picture": painting.painted}
    if painting.inputs:
        pictures |= {"drawing": case.drawing, "reference": case.reference}
        if case.truth is not None:
            pictures["truth"] = case.truth
    make_folder(painting.out / place)
    for what, picture in pictures.items():
        small = fitted(picture, SMALL, enlarge=False)
        with replacing(painting.out / names[what]) as part:
            Image.fromarray(small).save(part, "WEBP", quality=QUALITY)
    return {**names, "truth": None if case.truth is None else names["truth"]}


def _finite(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(value), 6) for name, value in scores.items() if math.isfinite(value)}
