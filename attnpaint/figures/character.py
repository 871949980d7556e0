"""Who a figure is and how a view shows it: everything that chance decides."""

from dataclasses import dataclass, replace

import numpy as np

from attnpaint.figures.animals import ANIMALS
from attnpaint.figures.faces import Face
from attnpaint.figures.features import MOUTHS
from attnpaint.figures.hairdo import Hairdo
from attnpaint.figures.hues import Colours, hsv
from attnpaint.figures.outfits import Outfit
from attnpaint.figures.pens import Pen
from attnpaint.figures.poses import Pose, draw_pose
from attnpaint.figures.scenes import Scene
from attnpaint.figures.shading import Light, Rgb, shaded

CROPS = {"face": 2.9, "bust": 4.7, "cowboy": 7.8, "full": 12.2}  # the picture's side in half heads
ARMS: dict[str, tuple[float, float]] = {  # upper arm and forearm from hanging down, outwards, in radians
    "down": (0.14, 0.02), "hip": (0.75, -0.9), "wave": (0.7, 2.5), "chest": (0.3, -2.0),
    "out": (0.8, 0.5), "belly": (0.36, -1.2), "cheek": (0.5, -2.65), "up": (2.5, 0.35),
    "behind": (0.45, -0.35),
}  # fmt: skip
HANDS = ("open", "relaxed", "fist", "point", "peace")
PROPS = ("sword", "staff", "umbrella", "book", "cup", "bag", "flowers", "phone", "fan")
LEGS = ("stand", "wide", "cross", "stride", "sit", "kneel")
IN_SPACE = {"face": 0.5, "bust": 0.8, "cowboy": 0.95, "full": 0.97}
"""How often a body is posed in space and not drawn flat, for each frame."""
CAST = 8
"""Of eight figures in a row, the second is the first in other colours, and the fourth wears what the third
wears: so that form and colour come apart."""


@dataclass(frozen=True)
class Build:
    """broad: of the shoulders; legs: their length; size: of the body beside the head, 0.6 for a tiny figure
    with a large head; bust: 0 to 1; slim: the girth of limbs and trunk beside the usual."""

    male: bool
    broad: float
    legs: float
    size: float
    bust: float
    slim: float = 1.0

    @classmethod
    def draw(cls, rng: np.random.Generator, male: bool) -> "Build":
        """A body as chance has it."""
        tiny = rng.random() < 0.09
        return cls(
            male, rng.uniform(0.86, 1.0) + 0.16 * male, rng.uniform(0.92, 1.14),
            rng.uniform(0.52, 0.68) if tiny else rng.uniform(0.94, 1.28),
            0.0 if male or tiny else rng.uniform(0.2, 1),
        )  # fmt: skip


@dataclass(frozen=True)
class Character:
    """What all views of a figure share."""

    face: Face
    hairdo: Hairdo
    build: Build
    outfit: Outfit
    colours: Colours

    @property
    def skin(self) -> Rgb:
        return self.colours.skin

    @property
    def hair(self) -> Rgb:
        return self.colours.hair

    @property
    def cloth(self) -> tuple[Rgb, ...]:
        return self.colours.cloth


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
    bends: tuple[tuple[float, float], tuple[float, float]]  # of each arm beside its pose, in radians
    hands: tuple[str, str]
    props: tuple[str, str]
    stance: float
    roll: float  # of the whole figure, in radians; beyond 0.6 it lies
    legs: str
    wind: float
    crop: str
    shift: tuple[float, float]
    light: Light
    ground: Rgb
    lines_in: bool
    pen: Pen
    behind: bool  # seen from behind
    profile: bool  # seen from the side
    scene: Scene
    animal: str
    others: int  # how many more figures stand beside this one
    pose: Pose | None = None  # of a body in space; None: it is drawn flat


def draw_character(seed: int, number: int) -> Character:
    """The figure with this number: always the same for the same seed. See CAST."""
    place = number % CAST
    if place == 1:
        return replace(draw_character(seed, number - 1), colours=_own(seed, number).colours)
    own = _own(seed, number)
    if place != 3:
        return own
    other = draw_character(seed, number - 1)
    colours = replace(own.colours, cloth=other.colours.cloth)
    return replace(own, outfit=other.outfit, colours=colours)


def _own(seed: int, number: int) -> Character:
    rng = np.random.default_rng((seed, number, 0xF16))
    male = bool(rng.random() < 0.3)
    own = Character(
        Face.draw(rng, male),
        Hairdo.draw(rng, male),
        Build.draw(rng, male),
        Outfit.draw(rng, male),
        Colours.draw(rng),
    )
    slim = float(np.clip(rng.normal(1.0, 0.06), 0.88, 1.16))
    return replace(own, build=replace(own.build, slim=slim))


def draw_view(seed: int, number: int, view: int) -> View:
    """The view with this number of a figure: always the same for the same seed. Now and then it is the view
    before it in other lines, light and ground; views of a figure in other colours are those of the first."""
    if number % CAST == 1:
        number -= 1
    rng = np.random.default_rng((seed, number, view, 0x71E))
    if view and rng.random() < 0.12:
        before = draw_view(seed, number, view - 1)
        return replace(
            before,
            light=Light.draw(rng),
            ground=_ground(rng),
            lines_in=True,
            pen=Pen.draw(rng),
            scene=Scene.draw(rng),
        )
    lids = float(rng.choice([1, 0.88, 0.7, 0.0], p=[0.6, 0.2, 0.1, 0.1]))
    wink = 0.0 if rng.random() < 0.05 else lids
    behind = bool(rng.random() < 0.05)
    reaches = ["down", "hip", "out", "up"] if behind else list(ARMS)
    return _in_space((seed, number, view), View(
        turn=float(rng.choice([-1, 1]) * rng.choice([0.0, rng.uniform(0.1, 0.5), rng.uniform(0.5, 1)])),
        nod=rng.uniform(-0.7, 0.7), lean=rng.normal(0, 0.08), mouth=str(rng.choice(MOUTHS)),
        open=(lids, wink), gaze=(rng.uniform(-0.14, 0.14), rng.uniform(-0.05, 0.1)),
        brow=rng.uniform(-0.3, 0.35), blush=int(rng.choice([0, 1, 2, 3], p=[0.5, 0.28, 0.12, 0.1])),
        arms=(str(rng.choice(reaches)), str(rng.choice(reaches))),
        bends=(_bends(rng), _bends(rng)),
        hands=(str(rng.choice(HANDS)), str(rng.choice(HANDS))), props=_props(rng, behind),
        stance=rng.uniform(-1, 1), roll=_roll(rng),
        legs=str(rng.choice(LEGS, p=[0.54, 0.12, 0.08, 0.13, 0.08, 0.05])),
        wind=float(rng.choice([0, 0, rng.uniform(-0.35, 0.35)])),
        crop=str(rng.choice(list(CROPS), p=[0, 0.4, 0.3, 0.3] if behind else [0.2, 0.36, 0.24, 0.2])),
        shift=(rng.uniform(-0.25, 0.25), rng.uniform(-0.1, 0.1)),
        light=Light.draw(rng), ground=_ground(rng), lines_in=bool(rng.random() < 0.92), pen=Pen.draw(rng),
        behind=behind, profile=bool(not behind and rng.random() < 0.09),
        scene=Scene.draw(rng), animal=str(rng.choice(list(ANIMALS))) if rng.random() < 0.09 else "",
        others=int(rng.choice([0, 1, 2], p=[0.93, 0.055, 0.015])),
    ))  # fmt: skip


def _in_space(chance: tuple[int, int, int], view: View) -> View:
    """A view with a pose in space, as often as its frame asks for; the pose says what it decides."""
    rng = np.random.default_rng((*chance, 0x5011D))
    if rng.random() >= IN_SPACE[view.crop]:
        return view
    pose = draw_pose(rng, view.hands)
    props = ("", "") if pose.held else view.props
    arms = [
        replace(arm, reach="down" if held == "bag" else "prop") if held else arm
        for arm, held in zip(pose.arms, props, strict=True)
    ]
    pose = replace(pose, arms=(arms[0], arms[1]))
    far = abs(pose.head[0])
    crop = "bust" if view.crop == "face" and far > 2 else view.crop
    return replace(
        view, pose=pose, crop=crop, roll=pose.roll, behind=far > 2, profile=1.2 < far <= 2, props=props
    )


def _ground(rng: np.random.Generator) -> Rgb:
    light = hsv(rng.random(), rng.uniform(0, 0.25), rng.uniform(0.85, 1))
    return (255, 255, 255) if rng.random() < 0.45 else light if rng.random() < 0.7 else shaded(light, 0.4)


def _props(rng: np.random.Generator, behind: bool) -> tuple[str, str]:
    held = str(rng.choice(PROPS)) if rng.random() < 0.2 and not behind else ""
    return (held, "") if rng.random() < 0.5 else ("", held)


def _roll(rng: np.random.Generator) -> float:
    kind = rng.random()
    if kind < 0.7:
        return 0.0
    return float(rng.normal(0, 0.07) if kind < 0.955 else rng.choice([-1, 1]) * rng.uniform(0.7, 1.9))


def _bends(rng: np.random.Generator) -> tuple[float, float]:
    return float(np.clip(rng.normal(0, 0.13), -0.25, 0.25)), float(np.clip(rng.normal(0, 0.2), -0.45, 0.45))
