"""Who a figure is and how a view shows it: everything that chance decides."""

from dataclasses import dataclass

import numpy as np

from attnpaint.figures.canvas import Pen, Rgb
from attnpaint.figures.hues import SKINS, hair_colour, harmony, hsv, shaded

BANGS = ("straight", "parted", "swept", "messy", "hime", "curtain")
BACKS = ("short", "spiky", "curly", "bob", "long", "wavy", "twin", "pony", "buns", "braid")
TOPS = ("sailor", "shirt", "dress", "kimono", "armour", "hoodie", "jacket")
CROPS = {"face": 2.9, "bust": 5.0, "cowboy": 8.6, "full": 13.4}  # the picture's side in half heads
MOUTHS = ("smile", "line", "open", "grin", "small", "cat", "frown")
ARMS: dict[str, tuple[float, float]] = {  # upper arm and forearm from hanging down, outwards, in radians
    "down": (0.16, 0.04), "hip": (0.75, -0.9), "wave": (0.9, 2.75), "chest": (0.35, -2.0),
    "out": (0.85, 0.55), "belly": (0.42, -1.25), "cheek": (0.55, -2.6),
}  # fmt: skip


@dataclass(frozen=True)
class Character:
    """What all views of a figure share; lengths in half head widths."""

    skin: Rgb
    hair: Rgb
    tips: Rgb  # the second colour of two-tone hair; the hair's own where it has one
    eyes: tuple[Rgb, Rgb]  # left, right
    cloth: tuple[Rgb, ...]
    bangs: str
    back: str
    length: float  # of the hair, 1 to 6
    volume: float
    parting: float
    ahoge: bool
    tall: float  # of the eyes
    wide: float
    tilt: float
    lash: float
    jaw: float  # -1 slender to 1 broad
    ears: str
    top: str
    trousers: bool
    sleeves: float  # 0 none, 1 to the wrist
    skirt: float
    stockings: float  # 0 none, 1 to the hip
    broad: float  # of the shoulders
    legs: float
    size: float  # of the body beside the head: 0.6 is a tiny figure with a large head
    bow: bool
    glasses: bool
    hat: str
    cape: bool
    seed: int


@dataclass(frozen=True)
class View:
    """What may change from view to view. turn and nod -1 to 1, lean in radians, open: of the eyes, 0 to 1."""

    turn: float
    nod: float
    lean: float
    mouth: str
    open: tuple[float, float]
    gaze: tuple[float, float]
    brow: float
    blush: int
    arms: tuple[str, str]
    stance: float
    crop: str
    shift: tuple[float, float]
    steps: int  # of shade
    ground: Rgb
    lines_in: bool
    pen: Pen
    behind: bool  # seen from behind


def draw_character(seed: int, number: int) -> Character:
    """The figure with this number: always the same for the same seed."""
    rng = np.random.default_rng((seed, number, 0xF16))
    hair, cloth = hair_colour(rng), harmony(rng)
    eye = hsv(rng.random(), rng.uniform(0.45, 0.85), rng.uniform(0.5, 0.9))
    other = hsv(rng.random(), 0.7, 0.8) if rng.random() < 0.05 else eye
    male = rng.random() < 0.28
    back = str(rng.choice(BACKS[:3] if male and rng.random() < 0.85 else BACKS))
    long = {"short": 1.05, "spiky": 0.95, "curly": 1.1, "bob": 1.5}.get(back, rng.uniform(2.2, 5.6))
    top = str(rng.choice(TOPS if not male else ("shirt", "kimono", "armour", "hoodie", "jacket")))
    two_tone = hsv(rng.random(), 0.5, 0.85) if rng.random() < 0.2 else hair
    return Character(
        skin=SKINS[int(rng.integers(len(SKINS)) * rng.uniform(0.4, 1))],
        hair=hair, tips=two_tone, eyes=(eye, other), cloth=cloth,
        bangs=str(rng.choice(BANGS)), back=back, length=float(long),
        volume=rng.uniform(0.02, 0.16), parting=rng.uniform(-0.5, 0.5), ahoge=bool(rng.random() < 0.3),
        tall=rng.uniform(0.26, 0.38) * (0.84 if male else 1), wide=rng.uniform(0.3, 0.35),
        tilt=rng.uniform(-0.16, 0.2), lash=rng.uniform(0.05, 0.085), jaw=rng.uniform(-1, 0.6) + 0.6 * male,
        ears=str(rng.choice(["round", "elf", "cat"], p=[0.8, 0.08, 0.12])), top=top,
        trousers=bool(male or rng.random() < 0.2), sleeves=float(rng.choice([0.35, 0.6, 1, 1])),
        skirt=rng.uniform(1.5, 3.2) if top != "dress" else rng.uniform(2.4, 5.2),
        stockings=float(rng.choice([0, 0.35, 0.7, 0.85])), broad=rng.uniform(0.92, 1.08) + 0.2 * male,
        legs=rng.uniform(0.9, 1.1),
        size=rng.uniform(0.52, 0.66) if rng.random() < 0.1 else rng.uniform(0.92, 1.1),
        bow=bool(rng.random() < 0.3 and not male),
        glasses=bool(rng.random() < 0.12), hat=str(rng.choice(["", "beret", "flower"], p=[0.8, 0.1, 0.1])),
        cape=bool(rng.random() < (0.5 if top == "armour" else 0.06)), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def draw_view(seed: int, number: int, view: int) -> View:
    """The view with this number of a figure: always the same for the same seed."""
    rng = np.random.default_rng((seed, number, view, 0x71E))
    lids = float(rng.choice([1, 0.9, 0.75, 0.0], p=[0.55, 0.25, 0.12, 0.08]))
    wink = 0.0 if rng.random() < 0.05 else lids
    light = hsv(rng.random(), rng.uniform(0, 0.25), rng.uniform(0.85, 1))
    ground = (255, 255, 255) if rng.random() < 0.4 else light if rng.random() < 0.7 else shaded(light, 0.4)
    behind = bool(rng.random() < 0.06)
    pose = ["down", "hip", "out"] if behind else list(ARMS)
    return View(
        turn=float(rng.choice([-1, 1]) * rng.choice([0.0, rng.uniform(0.1, 0.5), rng.uniform(0.5, 1)])),
        nod=rng.uniform(-0.7, 0.7), lean=rng.normal(0, 0.07), mouth=str(rng.choice(MOUTHS)),
        open=(lids, wink), gaze=(rng.uniform(-0.15, 0.15), rng.uniform(-0.05, 0.1)),
        brow=rng.uniform(-0.2, 0.25), blush=int(rng.choice([0, 1, 2], p=[0.4, 0.4, 0.2])),
        arms=(str(rng.choice(pose)), str(rng.choice(pose))), stance=rng.uniform(-1, 1),
        crop=str(rng.choice(list(CROPS), p=[0, 0.4, 0.3, 0.3] if behind else [0.2, 0.32, 0.26, 0.22])),
        shift=(rng.uniform(-0.25, 0.25), rng.uniform(-0.1, 0.1)),
        steps=int(rng.choice([0, 1, 2], p=[0.25, 0.45, 0.3])), ground=ground,
        lines_in=bool(rng.random() < 0.92),
        pen=Pen(
            rng.uniform(1.5, 2.8), rng.uniform(0.2, 0.8), float(rng.choice([0, 0.15, 0.35])),
            bool(rng.random() < 0.35), int(rng.integers(0, 70)),
        ),
        behind=behind,
    )  # fmt: skip
