"""Styles of faces, from round to grown-up; equal in every view of a figure."""

from dataclasses import dataclass

import numpy as np

STYLES = ("moe", "modern", "nineties", "sharp", "grown", "simple")
NOSES = ("tick", "dot", "side", "bridge", "shadow", "none")
PUPILS = ("round", "round", "soft", "slit", "ring", "none", "tall")
SHINES = ("two", "one", "oval", "square", "low", "many")


@dataclass(frozen=True)
class Face:
    """Lengths in half head widths; eyes: wide and tall are half sizes.

    peak: where the upper lid is highest, -0.4 inner to 0.4 outer. outer: how low its outer end is.
    iris: half width of it, as a share of the eye's. tilt: positive lifts the outer ends.
    """

    style: str
    wide: float
    tall: float
    apart: float
    eye_y: float
    tilt: float
    peak: float
    outer: float
    lash: float
    hairs: int
    crease: bool
    lower: float
    iris: float
    pupil: str
    shine: str
    brow: tuple[float, float, float]
    nose: str
    mouth: float
    jaw: float
    chin: float
    long: float
    lips: bool
    fang: bool
    mark: str
    eyewear: str
    ears: str

    @classmethod
    def draw(cls, rng: np.random.Generator, male: bool) -> "Face":
        """A face as chance has it."""
        weights = [0.08, 0.3, 0.06, 0.28, 0.22, 0.06] if male else [0.3, 0.32, 0.09, 0.14, 0.1, 0.05]
        style = str(rng.choice(STYLES, p=weights))
        tall = {"moe": (0.3, 0.37), "modern": (0.23, 0.3), "nineties": (0.3, 0.37), "sharp": (0.17, 0.23),
                "grown": (0.12, 0.17), "simple": (0.2, 0.3)}[style]  # fmt: skip
        wide = {"moe": (0.27, 0.31), "modern": (0.26, 0.3), "nineties": (0.25, 0.29), "sharp": (0.26, 0.31),
                "grown": (0.23, 0.27), "simple": (0.15, 0.22)}[style]  # fmt: skip
        grown = style in ("grown", "sharp")
        return cls(
            style=style,
            wide=rng.uniform(*wide),
            tall=rng.uniform(*tall) * (0.86 if male else 1),
            apart=rng.uniform(0.4, 0.47) - 0.03 * grown,
            eye_y=rng.uniform(0.3, 0.42) - 0.1 * (style == "grown") - 0.04 * (style == "sharp"),
            tilt=rng.uniform(0.0, 0.22) if style == "sharp" else rng.uniform(-0.16, 0.16),
            peak=rng.uniform(-0.3, 0.3),
            outer=rng.uniform(-0.1, 0.35),
            lash=rng.uniform(0.03, 0.06) * (0.7 if male or style == "simple" else 1.1),
            hairs=0 if male else int(rng.choice([0, 1, 2, 3], p=[0.3, 0.25, 0.3, 0.15])),
            crease=bool(rng.random() < 0.75),
            lower=float(rng.choice([0, 0.5, 0.8, 1], p=[0.05, 0.25, 0.4, 0.3])),
            iris=rng.uniform(0.56, 0.74) if not grown else rng.uniform(0.42, 0.56),
            pupil=str(rng.choice(PUPILS)),
            shine=str(rng.choice(SHINES)),
            brow=(rng.uniform(0.012, 0.03) + 0.014 * male, rng.uniform(0.75, 1.15), rng.uniform(-0.1, 0.3)),
            nose=str(rng.choice(NOSES[2:5] if grown else NOSES)),
            mouth=rng.uniform(0.1, 0.2),
            jaw=rng.uniform(-1, 0.3) + 0.8 * male * rng.random(),
            chin=rng.uniform(-0.6, 0.6),
            long=rng.uniform(0, 0.1) + {"grown": 0.1, "sharp": 0.06}.get(style, 0.0) + 0.05 * male,
            lips=bool(not male and style == "grown" and rng.random() < 0.6),
            fang=bool(rng.random() < 0.08),
            mark=str(rng.choice(["", "mole", "freckles", "scar", "plaster", "paint", "teardrop"],
                                p=[0.79, 0.07, 0.04, 0.03, 0.03, 0.02, 0.02])),
            eyewear=str(rng.choice(["", "round", "square", "half", "patch", "monocle"],
                                   p=[0.83, 0.05, 0.05, 0.03, 0.03, 0.01])),
            ears=str(rng.choice(["round", "elf", "cat", "fox", "rabbit"], p=[0.82, 0.06, 0.06, 0.03, 0.03])),
        )  # fmt: skip
