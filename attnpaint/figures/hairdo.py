"""Hairstyles; equal in every view of a figure."""

from dataclasses import dataclass

import numpy as np

BANGS = ("full", "hime", "side", "parted", "curtain", "messy", "centre", "eye", "up")
BACKS = ("short", "spiky", "curly", "bob", "long", "hime", "wavy", "twin", "low twin", "pony", "side pony",
         "buns", "braid", "braids", "drills", "half up", "wolf", "afro")  # fmt: skip
SHORT = ("short", "spiky", "curly", "bob", "wolf", "afro")
GLEAMS = ("ring", "band", "dashes", "spot", "")


@dataclass(frozen=True)
class Hairdo:
    """Lengths in half head widths. side: how low the locks before the ears hang; parting: -1 left to 1."""

    bangs: str
    back: str
    length: float
    volume: float
    parting: float
    count: int
    low: float
    ahoge: int
    curl: float
    pitch: float
    side: float
    side_wide: float
    gleam: str
    fine: float
    part_drop: float
    seed: int

    @classmethod
    def draw(cls, rng: np.random.Generator, male: bool) -> "Hairdo":
        """Hair as chance has it."""
        if male and rng.random() < 0.85:
            back = str(rng.choice(["short", "spiky", "curly", "wolf", "bob", "pony", "long", "afro"],
                                  p=[0.42, 0.2, 0.08, 0.12, 0.04, 0.05, 0.06, 0.03]))  # fmt: skip
            bangs = str(rng.choice(["messy", "side", "centre", "full", "up", "eye", "parted", "curtain"],
                                   p=[0.26, 0.2, 0.14, 0.08, 0.12, 0.06, 0.08, 0.06]))  # fmt: skip
        else:
            chance = np.array([4, 1, 2, 10, 16, 5, 9, 9, 5, 8, 5, 5, 4, 4, 3, 5, 4, 2], float)
            back = str(rng.choice(BACKS, p=chance / chance.sum()))
            bangs = str(rng.choice(BANGS, p=[0.2, 0.12, 0.17, 0.1, 0.1, 0.09, 0.12, 0.06, 0.04]))
        long = {"short": (0.75, 1.05), "spiky": (0.7, 0.95), "curly": (0.8, 1.2), "bob": (1.1, 1.6),
                "wolf": (1.4, 2.0), "afro": (0.7, 1.0)}.get(back, (2.2, 5.8))  # fmt: skip
        wavy = back in ("wavy", "curly") or rng.random() < 0.15
        side = (
            rng.uniform(0.7, 1.05) if back in ("short", "spiky", "curly", "afro") else rng.uniform(0.9, 2.4)
        )
        return cls(
            bangs=bangs, back=back, length=rng.uniform(*long), volume=rng.uniform(0.04, 0.2),
            parting=rng.uniform(-0.6, 0.6), count=int(rng.integers(5, 9)), low=rng.uniform(-0.04, 0.12),
            ahoge=int(rng.choice([0, 1, 2], p=[0.72, 0.2, 0.08])),
            curl=rng.uniform(0.06, 0.14) if wavy else float(rng.choice([0.0, rng.uniform(0, 0.05)])),
            pitch=rng.uniform(0.5, 0.8) if back == "curly" else rng.uniform(1.1, 2.2),
            side=0.0 if male and rng.random() < 0.4 else side, side_wide=rng.uniform(0.24, 0.42),
            gleam=str(rng.choice(GLEAMS)), fine=rng.uniform(0, 1), part_drop=rng.uniform(0.05, 0.3),
            seed=int(rng.integers(2**31)),
        )  # fmt: skip
