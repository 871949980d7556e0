"""How lines are drawn: pens, and what they make of the ink on a finished canvas."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ink = npt.NDArray[np.float32]
DARK = 70.0  # luminance of hair that may be spotted black


@dataclass(frozen=True)
class Pen:
    """How lines are drawn.

    width: px in a picture of 640. variation: how much it swells, 0 to 1. gaps: the chance of a gap in a long
    line. coloured: lines take a dark shade of what they lie on. ink: grey of black lines, 0 to 120.
    wobble: px in a picture of 640 that a hand strays. overshoot: share of its length that a line goes on.
    double: the chance that a line is drawn twice. pencil: 0 for even ink to 1 for grain.
    fill: what dark hair and shadows get in the drawing: "", "black", "hatch" or "tone".
    faint: a coloured line is as light in the drawing as on the picture.
    """

    width: float = 2.2
    variation: float = 0.4
    gaps: float = 0.0
    coloured: bool = False
    ink: int = 20
    wobble: float = 0.0
    overshoot: float = 0.0
    double: float = 0.0
    pencil: float = 0.0
    fill: str = ""
    faint: bool = False

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Pen":
        """A pen as chance has it: clean ink most often, then swelling, sketching and pencil ones."""
        kind = str(
            rng.choice(["clean", "brush", "sketch", "pencil", "fine"], p=[0.38, 0.22, 0.12, 0.13, 0.15])
        )
        loose = kind in ("sketch", "pencil")
        width = {
            "clean": (1.6, 2.6),
            "brush": (2.0, 3.4),
            "sketch": (1.2, 2.2),
            "pencil": (1.4, 2.6),
            "fine": (1.15, 1.6),
        }
        return cls(
            width=rng.uniform(*width[kind]),
            variation=rng.uniform(0.6, 1) if kind == "brush" else rng.uniform(0.1, 0.6),
            gaps=float(rng.choice([0, 0.15, 0.35])),
            coloured=bool(rng.random() < 0.35 and not loose),
            ink=int(rng.integers(10, 60) if loose else rng.integers(0, 60)),
            wobble=rng.uniform(0.4, 1.6) if loose else float(rng.choice([0, 0.5])),
            overshoot=rng.uniform(0, 0.08) if loose else float(rng.choice([0, 0, 0.03])),
            double=rng.uniform(0.2, 0.6) if kind == "sketch" else 0.15 * (kind == "pencil"),
            pencil=rng.uniform(0.3, 0.75) if kind == "pencil" else 0.0,
            fill=str(rng.choice(["", "black", "hatch", "tone"], p=[0.8, 0.08, 0.06, 0.06])),
            faint=bool(rng.random() < 0.4),
        )  # fmt: skip


def grained(ink: Ink, pen: Pen, rng: np.random.Generator) -> Ink:
    """Ink in [0, 1] as the grain of the paper takes it."""
    if not pen.pencil:
        return ink
    rough = rng.standard_normal(ink.shape).astype(np.float32)
    tooth = cv2.GaussianBlur(rough, (0, 0), 0.7) * np.float32(1.6)
    few = rng.random((max(2, len(ink) // 40),) * 2).astype(np.float32)
    press = cv2.resize(few, ink.shape[::-1], interpolation=cv2.INTER_CUBIC)
    share = np.clip(1 - pen.pencil * (0.35 + 0.35 * tooth + 0.5 * (press - 0.5)), 0.5, 1)
    return np.asarray(ink * share, np.float32)


def filled(ink: Ink, pen: Pen, dark: Ink, shade: Ink, rng: np.random.Generator) -> Ink:
    """The drawing's ink with what the pen fills; dark: of black hair, shade: of shadows, both in [0, 1]."""
    if pen.fill == "black":
        return np.maximum(ink, dark)
    if pen.fill not in ("hatch", "tone"):
        return ink
    side = ink.shape[0]
    pitch = max(4.0, side / float(rng.uniform(70, 120)))
    y, x = np.mgrid[:side, :side].astype(np.float32)
    if pen.fill == "tone":
        u, v = (x + y) * np.float32(0.7071) / pitch * 2, (x - y) * np.float32(0.7071) / pitch * 2
        mark = np.cos(np.pi * u) * np.cos(np.pi * v) > 0.3
    else:
        lean = float(rng.uniform(0.4, 1.2))
        mark = ((x * lean + y) / pitch) % 1 < 0.22
    return np.asarray(np.maximum(ink, shade * mark.astype(np.float32) * np.float32(0.85)), np.float32)
