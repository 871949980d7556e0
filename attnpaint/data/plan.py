"""The random choices of a training picture: drawn by the worker, carried out where lines are extracted."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attnpaint.config import DataConfig
from attnpaint.data.augment import colour_turn
from attnpaint.data.lines import EXTRACTORS

GENUINE = -1
NO_GAPS = 9.0  # above all that a field of random numbers reaches


@dataclass(frozen=True)
class Wear:
    """What has happened to a drawing, 1 for white; the values here are those of an unworn one.

    thick: 1 where lines grow by a pixel. ink: what is left of it. contrast and lift: about middle grey.
    gaps: lines vanish where a smooth field of random numbers is above this. paper: its tone. grain: standard
    deviation of Gaussian noise.
    """

    thick: float = 0.0
    ink: float = 1.0
    contrast: float = 1.0
    lift: float = 0.0
    gaps: float = NO_GAPS
    paper: float = 1.0
    grain: float = 0.0

    @classmethod
    def draw(cls, random: np.random.Generator, chance: float, noise: float = 0.0) -> "Wear":
        """Each kind with probability `chance`; on top of it Gaussian noise of at most `noise`."""
        happens = random.random(6) < chance
        ink, contrast, lift = random.uniform(0.4, 1.0), random.uniform(1, 4), random.uniform(-0.2, 0.2)
        gaps, paper = random.uniform(0.85, 1.0), random.uniform(0.88, 1.0)
        grain = random.uniform(0.005, 0.04) * happens[5]
        return cls(
            float(happens[0]),
            ink if happens[1] else cls.ink,
            contrast if happens[2] else cls.contrast,
            lift if happens[2] else cls.lift,
            gaps if happens[3] else cls.gaps,
            paper if happens[4] else cls.paper,
            float(np.hypot(grain, random.uniform(0, noise))),  # two Gaussians are one
        )


@dataclass(frozen=True, eq=False)
class Plan:
    """extractor: a place in EXTRACTORS, or GENUINE for a drawing that is there already; strength: 0 to 1.

    turn: 3×3, of the colours; seed: of the fields of noise, under 2**31.
    """

    extractor: int
    strength: float
    turn: npt.NDArray[np.float32]
    wear: Wear
    seed: int

    @classmethod
    def draw(cls, random: np.random.Generator, config: DataConfig) -> "Plan":
        """With an extractor; `GENUINE` takes its place where a drawing is found."""
        chosen: tuple[str, ...] = config.extractors or tuple(EXTRACTORS)
        return cls(
            list(EXTRACTORS).index(chosen[random.integers(len(chosen))]),
            float(random.random()),
            colour_turn(random) if random.random() < config.recolour else np.eye(3, dtype=np.float32),
            Wear.draw(random, config.wear, config.noise),
            int(random.integers(2**31)),
        )

    @property
    def turns(self) -> bool:
        return not np.array_equal(self.turn, np.eye(3))
