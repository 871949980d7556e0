"""What a figure wears; equal in every view of it."""

from dataclasses import dataclass

import numpy as np

TOPS = ("sailor", "shirt", "dress", "kimono", "armour", "hoodie", "jacket", "sweater", "maid", "uniform",
        "bare", "cardigan", "china", "coat", "robe", "sport")  # fmt: skip
_MALE = (
    "shirt",
    "kimono",
    "armour",
    "hoodie",
    "jacket",
    "sweater",
    "uniform",
    "cardigan",
    "china",
    "coat",
    "robe",
    "sport",
)
_OFTEN = {"sailor": 2.2, "dress": 2.2, "shirt": 2.0, "jacket": 1.5, "robe": 0.6, "sport": 0.7, "armour": 0.8}
LONG = ("kimono", "robe")
HATS = (
    "beret",
    "flower",
    "cap",
    "witch",
    "straw",
    "crown",
    "headphones",
    "headband",
    "horns",
    "halo",
    "band",
    "hairpin",
    "beanie",
)
PATTERNS = ("", "check", "stripes", "dots", "flowers", "waves", "stars")


@dataclass(frozen=True)
class Outfit:
    """sleeves: 0 none, 1 to the wrist; skirt: its length in half heads; stockings: 0 none, 1 to the hip."""

    top: str
    bottom: str
    sleeves: float
    sleeve: str
    skirt: float
    flare: float
    pleats: int
    frill: bool
    stockings: float
    stripes: bool
    shoe: str
    neck: str
    bow: bool
    hat: str
    cape: bool
    gloves: bool
    pattern: str
    lower_pattern: str
    belt: bool
    choker: bool
    trim: bool
    swap: bool
    seed: int

    @classmethod
    def draw(cls, rng: np.random.Generator, male: bool) -> "Outfit":
        """Clothes as chance has them."""
        chances = np.array([_OFTEN.get(top, 1.0) for top in (_MALE if male else TOPS)])
        top = str(rng.choice(_MALE if male else TOPS, p=chances / chances.sum()))
        bottom = str(
            rng.choice(["skirt", "pleated", "trousers", "shorts", "long"], p=[0.27, 0.36, 0.17, 0.1, 0.1])
        )
        bottom = "trousers" if male and rng.random() < 0.93 else bottom
        if top in ("dress", "maid"):
            bottom = "skirt"
        long = {"long": (3.6, 5.2)}.get(bottom, (1.5, 2.8)) if top != "dress" else (2.0, 5.0)
        sleeves = 0.0 if top == "bare" else float(rng.choice([0.35, 0.6, 1, 1]))
        rises = [0.75, 0.9, 1.2] if sleeves < 0.5 else [0, 0.2, 0.4, 0.75, 0.9, 1.2]
        return cls(
            top=top, bottom=bottom, sleeves=sleeves,
            sleeve=str(rng.choice(["plain", "puff", "bell", "rolled"], p=[0.6, 0.16, 0.1, 0.14])),
            skirt=rng.uniform(*long), flare=rng.uniform(0.35, 0.75), pleats=int(rng.choice([5, 7, 9, 11])),
            frill=bool(top == "maid" or (not male and rng.random() < 0.25)),
            stockings=float(rng.choice(rises)),
            stripes=bool(rng.random() < 0.12), shoe=str(rng.choice(["shoe", "boot", "pump", "high boot"])),
            neck=str(rng.choice(["round", "v", "high", "square"])),
            bow=bool(rng.random() < 0.22 and not male),
            hat=str(rng.choice(HATS)) if rng.random() < 0.26 else "",
            cape=bool(rng.random() < (0.5 if top == "armour" else 0.05)), gloves=bool(rng.random() < 0.1),
            pattern=str(rng.choice(PATTERNS)) if rng.random() < (0.6 if top == "kimono" else 0.14) else "",
            lower_pattern=str(rng.choice(["check", "stripes", "dots"])) if rng.random() < 0.15 else "",
            belt=bool(rng.random() < 0.45), choker=bool(not male and rng.random() < 0.1),
            trim=bool(rng.random() < 0.5), swap=bool(rng.random() < 0.3), seed=int(rng.integers(2**31)),
        )  # fmt: skip
