"""All metrics, in the order of the tables, and the scores of one whole painting."""

from dataclasses import dataclass
from typing import Literal

from attnpaint.colour import to_lab
from attnpaint.errors import AttnpaintError
from attnpaint.eval.metrics.distribution import Distribution
from attnpaint.eval.metrics.fidelity import colourfulness_ratio, fidelity
from attnpaint.eval.metrics.lines import line_f1
from attnpaint.eval.metrics.palette import colours_of, histogram_distances, sensitivity
from attnpaint.eval.metrics.regions import bleed, seams
from attnpaint.images import Picture, to_grey

__all__ = ["FIGURE", "MEASURES", "TABLES", "Distribution", "Measure", "score", "sensitivity"]

Better = Literal["higher", "lower", "one", "none"]


@dataclass(frozen=True)
class Measure:
    """name: in files; title: in tables; better: which way, or nearest to one; about: a line for people."""

    name: str
    title: str
    unit: str
    better: Better
    digits: int
    about: str


_FIGURE = (
    Measure(
        "right_area",
        "right area",
        "",
        "higher",
        3,
        "share of the figure with about the right colour: ΔE2000 to the truth at most 10 beyond that of the "
        "nearest of the reference's 16 colours",
    ),
    Measure("pair_f1", "pair F1", "", "higher", 3, "areas of the figure alike where the truth's are alike"),
    Measure(
        "pieces",
        "pieces a part",
        "",
        "lower",
        2,
        "colours in what is one part of one colour in the truth; 1: no part is broken",
    ),
    Measure("figure_delta_e", "ΔE2000, figure", "ΔE", "lower", 2, "colour difference off ground and lines"),
    Measure(
        "skin_as_hair",
        "skin as hair",
        "",
        "lower",
        3,
        "share of figures with skin in a colour of hair, where parts are known and the reference holds both",
    ),
    Measure("hair_as_skin", "hair as skin", "", "lower", 3, "the reverse: hair in a colour of skin"),
)
_ALL = (
    Measure("mse", "MSE", "levels²", "lower", 0, "squared error to the truth, 255 levels a channel"),
    Measure("psnr", "PSNR", "dB", "higher", 2, "the same on a logarithmic scale; it rewards dull averages"),
    Measure("ssim", "SSIM", "", "higher", 3, "structure shared with the truth"),
    Measure("ms_ssim", "MS-SSIM", "", "higher", 3, "structure shared with the truth, at five scales"),
    Measure("delta_e", "ΔE2000", "ΔE", "lower", 2, "colour difference to the truth as the eye sees it"),
    Measure("lpips", "LPIPS", "", "lower", 3, "how far from the truth it is to AlexNet, much as to people"),
    Measure("dccw", "DCCW", "ΔE", "lower", 2, "how far the palettes of painting and reference are apart"),
    Measure("emd", "band EMD", "ΔE", "lower", 2, "how far colour moves between their bands, with its weight"),
    Measure("line_f1", "line F1", "", "higher", 3, "lines of the drawing kept, and no others added"),
    Measure("bleed", "bleed", "ΔE", "lower", 2, "spread of colour inside the drawing's closed regions"),
    Measure(
        "seams",
        "seams",
        "ΔE",
        "lower",
        2,
        "colour steps where bands meet, over those elsewhere; about 0: none",
    ),
    Measure(
        "colourfulness",
        "colourfulness",
        "×",
        "one",
        2,
        "how colourful beside the truth, or beside the reference where no truth is known",
    ),
    Measure(
        "sensitivity",
        "sensitivity",
        "",
        "higher",
        2,
        "how far other references move it; 0: they are ignored, about 1: it moves as they do",
    ),
    Measure(
        "sliced_wasserstein",
        "sliced Wasserstein",
        "σ",
        "lower",
        3,
        "patches of all sizes against true pictures'",
    ),
    Measure(
        "frechet_random",
        "Fréchet, random features",
        "",
        "lower",
        3,
        "all paintings against all true pictures, seen by a fixed random network; not FID",
    ),
    Measure(
        "fid",
        "FID",
        "",
        "lower",
        1,
        "all paintings against all true pictures, seen by Inception v3; fewer pictures give a larger one, "
        "so compare it only inside a table",
    ),
)
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
"""Of whole pictures."""
FIGURE: dict[str, Measure] = {measure.name: measure for measure in _FIGURE}
"""Of the figure alone: see `rightness.figure_scores`."""
TABLES: dict[str, Measure] = FIGURE | MEASURES


def score(
    painted: Picture,
    drawing: Picture,
    reference: Picture,
    truth: Picture | None,
    real: Picture | None = None,
) -> dict[str, float]:
    """The measures of one painting, by name: all but sensitivity, LPIPS and the distributions.

    painted uint8 H×W×3; drawing uint8 H×W or H×W×3; reference uint8 h×w×3 of any size; truth uint8 H×W×3, or
    None: no fidelity. real: the picture that the drawing was made from, in whatever colours, if known; it is
    the truth unless given, and tells which regions have one colour. NaN where a measure has nothing to tell;
    ms_ssim is left out under 176 px. Raises AttnpaintError where sizes differ.
    """
    _check(painted, drawing, "drawing")
    for known in (truth, real):
        if known is not None:
            _check(painted, known, "truth")
    lines = drawing if drawing.ndim == 2 else to_grey(drawing)
    lab = to_lab(painted)
    real_lab = None
    scores: dict[str, float] = {}
    if truth is not None:
        real_lab = to_lab(truth)
        scores |= fidelity(painted, truth, lab, real_lab)
    if real is not None and real is not truth:
        real_lab = to_lab(real)
    scores |= histogram_distances(colours_of(painted), colours_of(reference))
    scores["line_f1"] = line_f1(to_grey(painted), lines)
    scores["bleed"] = bleed(lab, lines, real_lab)
    scores["seams"] = seams(lab, lines)
    scores["colourfulness"] = colourfulness_ratio(painted, reference if truth is None else truth)
    return scores


def _check(painted: Picture, other: Picture, name: str) -> None:
    (height, width), (h, w) = painted.shape[:2], other.shape[:2]
    if (height, width) != (h, w):
        problem = f"the painting has {width}×{height} pixels, its {name} {w}×{h}"
        raise AttnpaintError(problem, f"give pictures of the {name}'s size")
