"""How a body in space holds itself and from where it is seen: everything that chance decides."""

from dataclasses import dataclass, replace

import numpy as np

Vector = tuple[float, float, float]

REACHES: dict[str, tuple[Vector, Vector, float]] = {
    # where a wrist is, in lengths of the arm from its shoulder: outwards, down, to the front; where the elbow
    # would rather be; how far the hand turns about the forearm, in radians
    "down": ((0.17, 0.96, 0.1), (0.6, 0.2, -0.7), 0.0),
    "loose": ((0.1, 0.9, 0.28), (0.7, 0.3, -0.6), 0.2),
    "hip": ((0.14, 0.62, 0.1), (1.0, 0.1, -0.35), -0.9),
    "chest": ((-0.15, 0.3, 0.32), (0.7, 0.9, 0.0), 0.5),
    "cheek": ((-0.1, -0.18, 0.36), (0.5, 1.0, 0.2), 1.2),
    "wave": ((0.4, -0.32, 0.3), (0.7, 0.9, -0.1), 1.4),
    "greet": ((0.1, -0.1, 0.48), (0.7, 0.9, 0.0), 1.4),
    "up": ((0.24, -0.92, 0.05), (1.0, 0.0, 0.2), 0.3),
    "out": ((0.8, 0.45, 0.25), (0.2, 0.8, -0.5), 0.4),
    "front": ((0.0, 0.2, 0.9), (0.6, 0.8, -0.2), 0.6),
    "behind": ((-0.1, 0.72, -0.26), (1.0, 0.1, -0.5), 0.3),
    "nape": ((0.0, -0.3, -0.1), (1.0, -0.2, 0.3), 0.6),
    "skirt": ((0.22, 0.86, 0.16), (0.7, 0.0, -0.7), -0.2),
    "belly": ((-0.16, 0.56, 0.36), (0.9, 0.4, -0.1), 0.4),
    "lap": ((-0.06, 0.72, 0.5), (0.8, 0.3, -0.3), 0.0),
    "prop": ((0.2, 0.3, 0.6), (0.5, 0.9, -0.2), 0.7),
    "both": ((-0.22, 0.5, 0.46), (0.8, 0.7, -0.2), 0.6),
    "pray": ((-0.2, 0.3, 0.42), (0.8, 0.8, 0.0), 1.0),
    "clasp": ((-0.22, 0.76, 0.32), (0.9, 0.3, -0.3), 0.2),
    "swing": ((0.1, 0.75, 0.5), (0.5, 0.5, -0.8), 0.2),
    "back swing": ((0.14, 0.8, -0.35), (0.6, 0.2, -0.8), 0.0),
    "floor": ((0.35, 0.92, -0.2), (0.8, 0.0, -0.6), 0.0),
}  # fmt: skip
STEPS: dict[str, tuple[tuple[Vector, Vector], tuple[Vector, Vector]]] = {
    # thigh and shin of the one leg and of the other: outwards, down, to the front
    "stand": (((0.04, 1, 0.0), (0.03, 1, -0.05)), ((0.04, 1, 0.0), (0.03, 1, -0.05))),
    "rest": (((-0.02, 1, 0.0), (0.0, 1, -0.04)), ((0.14, 1, 0.2), (0.02, 1, -0.24))),
    "wide": (((0.2, 1, 0.04), (0.16, 1, -0.06)), ((0.2, 1, 0.02), (0.16, 1, -0.08))),
    "cross": (((-0.06, 1, -0.02), (-0.06, 1, -0.04)), ((-0.08, 1, 0.14), (-0.12, 1, -0.08))),
    "walk": (((0.0, 1, 0.42), (0.0, 1, -0.1)), ((0.02, 1, -0.25), (0.02, 1, -0.6))),
    "run": (((0.0, 0.6, 0.85), (0.02, 1, -0.4)), ((0.02, 0.95, -0.4), (0.02, 0.2, -1.0))),
    "jump": (((0.1, 0.7, 0.7), (0.03, 0.45, -0.9)), ((0.06, 1, -0.1), (0.05, 0.75, -0.7))),
    "sit": (((0.1, 0.12, 1), (0.02, 1, 0.06)), ((0.1, 0.12, 1), (0.02, 1, 0.06))),
    "legs up": (((0.05, -0.55, 0.85), (0.02, 0.9, 0.45)), ((0.08, -0.5, 0.85), (0.04, 0.9, 0.5))),
    "seiza": (((0.1, 0.15, 1), (0.02, 0.1, -1)), ((0.1, 0.15, 1), (0.02, 0.1, -1))),
    "side": (((0.5, 0.14, 0.9), (-0.9, 0.16, -0.5)), ((-0.3, 0.14, 0.95), (0.75, 0.16, -0.7))),
    "kneel": (((0.08, 1, 0.06), (0.03, 0.12, -1)), ((0.08, 1, 0.06), (0.03, 0.12, -1))),
    "one knee": (((0.12, 0.12, 1), (0.02, 1, 0.02)), ((0.08, 1, -0.02), (0.02, 0.15, -1))),
    "tailor": (((0.8, 0.1, 0.75), (-0.9, 0.2, -0.1)), ((0.8, 0.1, 0.75), (-0.85, 0.22, 0.15))),
}
LOW = ("sit", "legs up", "seiza", "side", "kneel", "one knee", "tailor")
"""Poses that are nearer to the ground than standing ones."""
UPRIGHT = ("stand", "rest", "wide", "cross")
HELD = ("book", "tray", "box", "plush", "bouquet", "phone", "ball", "sign")
"""What two hands hold."""


@dataclass(frozen=True)
class Arm:
    """reach: a key of REACHES; shift: beside it, in lengths of the arm; hand: see `hands` of `character`."""

    reach: str
    shift: Vector
    hand: str


@dataclass(frozen=True)
class Pose:
    """Angles in radians. azimuth: how far the figure is turned to the viewer's right; elevation: how far the
    viewer is above it; near: the viewer's distance in half heads; roll: of the picture, for figures that lie.
    lean: pitch, turn and roll of the trunk; hips: of the hips alone. head: its turn as the viewer sees it,
    and its own pitch and roll. legs: a key of STEPS; swap: the legs change sides; spread: further outwards;
    step: how far each thigh is swung to the front.
    held: what both hands hold, "" for nothing."""

    azimuth: float
    elevation: float
    near: float
    lean: Vector
    hips: Vector
    head: Vector
    arms: tuple[Arm, Arm]
    legs: str
    swap: bool
    spread: float
    step: tuple[float, float]
    roll: float
    held: str

    @property
    def seated(self) -> bool:
        return self.legs in LOW


def draw_pose(rng: np.random.Generator, hands: tuple[str, str]) -> Pose:
    """A pose as chance has it; hands: what each does where nothing is held."""
    legs = str(rng.choice(list(STEPS), p=_LEGS))
    azimuth = _azimuth(rng)
    if legs in _SIDEWAYS and abs(azimuth) < 0.55:  # a leg that comes straight at the viewer is seldom drawn
        azimuth = float(np.copysign(0.55 + 0.5 * abs(azimuth), azimuth))
    lies = legs in UPRIGHT and rng.random() < 0.07
    legs = "rest" if lies else legs
    held = str(rng.choice(HELD)) if rng.random() < 0.1 and abs(azimuth) < 1.2 else ""
    weight = rng.normal(0, 0.06) + 0.09 * (legs == "rest")
    swap = bool(rng.random() < 0.5)
    side = -1.0 if swap else 1.0
    bent = rng.normal(0, 0.05)
    forward = {"run": 0.25, "walk": 0.06, "legs up": 0.2, "sit": 0.05, "jump": 0.1}.get(legs, 0.0)
    return Pose(
        azimuth=azimuth, elevation=_elevation(rng), near=float(rng.choice([40, 26, 17], p=[0.45, 0.35, 0.2])),
        lean=(forward + rng.normal(0, 0.06), rng.normal(0, 0.14), bent - 1.3 * weight * side),
        hips=(0.0, rng.normal(0, 0.08), weight * side),
        head=(_facing(rng, azimuth), rng.normal(0, 0.12), rng.normal(0, 0.1)),
        arms=_seen(_arms(rng, legs, held, hands, lies), azimuth),
        legs=legs, swap=swap, spread=rng.uniform(-0.04, 0.08),
        step=(rng.normal(0, 0.05), rng.normal(0, 0.05)),
        roll=float(rng.choice([-1, 1]) * rng.uniform(0.8, 1.9)) if lies else 0.0, held=held,
    )  # fmt: skip


_SIDEWAYS = ("run", "jump", "one knee", "legs up")
_LEGS = np.array([0.09, 0.25, 0.08, 0.06, 0.1, 0.05, 0.04, 0.11, 0.04, 0.06, 0.04, 0.03, 0.02, 0.03])


def _azimuth(rng: np.random.Generator) -> float:
    kind, side = rng.random(), float(rng.choice([-1, 1]))
    if kind < 0.62:
        return side * rng.uniform(0, 0.6)
    if kind < 0.84:
        return side * rng.uniform(0.6, 1.15)
    return side * (rng.uniform(1.3, 1.7) if kind < 0.91 else rng.uniform(2.5, 3.14))


def _elevation(rng: np.random.Generator) -> float:
    kind = rng.random()
    if kind < 0.6:
        return rng.normal(0.02, 0.05)
    return rng.uniform(0.12, 0.55) if kind < 0.85 else -rng.uniform(0.08, 0.38)


def _facing(rng: np.random.Generator, azimuth: float) -> float:
    """The head's turn: what the neck can do, and of that what heads can be drawn at."""
    side = np.sign(azimuth) or 1.0
    far = abs(azimuth)
    if far > 2.0:
        return float(side * np.pi)
    if far > 1.2:
        return float(side * np.pi / 2)
    low, high = max(-0.8, far - 0.85), min(0.8, far + 0.6)
    return float(side * np.clip(rng.normal(far * 0.7, 0.3), low, high))


def _arms(
    rng: np.random.Generator, legs: str, held: str, hands: tuple[str, str], lies: bool
) -> tuple[Arm, Arm]:
    if held:
        shift = (0.0, rng.uniform(-0.12, 0.1), rng.uniform(-0.06, 0.06))
        return Arm("both", shift, "hold"), Arm("both", shift, "hold")
    if legs in ("run", "walk") and rng.random() < 0.75:
        pair = ["swing", "back swing"] if rng.random() < 0.5 else ["back swing", "swing"]
        return _arm(rng, pair[0], "fist" if legs == "run" else "relaxed"), _arm(rng, pair[1], "relaxed")
    if rng.random() < 0.22:
        both = str(rng.choice(["clasp", "pray", "behind", "nape", "skirt", "hip", "up"]))
        hand = "open" if both in ("pray", "up") else "relaxed"
        return _arm(rng, both, hand, 0.3), _arm(rng, both, hand, 0.3)
    if lies:
        one, two = (str(rng.choice(["up", "nape", "belly", "out", "chest"])) for _ in range(2))
        return _arm(rng, one, "relaxed"), _arm(rng, two, "relaxed")
    low = legs in LOW and legs not in ("kneel", "one knee")
    loose = ["down", "loose", "down"] if not low else ["lap", "lap", "floor"]
    first, second = _one(rng, loose, hands[0]), _one(rng, loose, hands[1])
    if first.reach in _AT_HEAD and second.reach in _AT_HEAD:
        second = _arm(rng, str(rng.choice(loose)), "relaxed")
    return (first, second) if rng.random() < 0.5 else (second, first)


def _seen(arms: tuple[Arm, Arm], azimuth: float) -> tuple[Arm, Arm]:
    """From the side an arm at the nape hides the head."""
    if not 1.2 < abs(azimuth) < 2:
        return arms
    one, two = (replace(arm, reach="hip") if arm.reach == "nape" else arm for arm in arms)
    return one, two


_AT_HEAD = ("cheek", "greet", "chest", "nape")


def _one(rng: np.random.Generator, loose: list[str], hand: str) -> Arm:
    if rng.random() < 0.5:
        return _arm(rng, str(rng.choice(loose)), "relaxed")
    free = [
        "hip",
        "chest",
        "cheek",
        "wave",
        "greet",
        "up",
        "out",
        "front",
        "behind",
        "nape",
        "skirt",
        "belly",
    ]
    reach = str(rng.choice(free))
    shown = hand if reach in ("wave", "greet", "up", "out", "front", "cheek") else "relaxed"
    return _arm(rng, reach, "fist" if reach == "hip" and hand == "fist" else shown)


def _arm(rng: np.random.Generator, reach: str, hand: str, share: float = 1.0) -> Arm:
    x, y, z = (rng.normal(0, 0.05, 3) * share).tolist()
    return Arm(reach, (x, y, z), hand)
