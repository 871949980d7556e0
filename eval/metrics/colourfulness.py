"""How colourful a picture is, so that dull averages do not pass for safe ones."""

import numpy as np

from attnpaint.images import Picture

GREY = 5.0
"""What is less colourful than this is grey, and counts as this."""


def colourfulness(picture: Picture) -> float:
    """uint8 H×W×3 → 0 for grey, 33 moderately, 82 extremely colourful (Hasler & Süsstrunk 2003)."""
    red, green, blue = np.moveaxis(picture.astype(np.float32), 2, 0)
    opponents = np.stack([(red - green).ravel(), ((red + green) / 2 - blue).ravel()])
    spread, mean = opponents.std(axis=1, dtype=np.float64), opponents.mean(axis=1, dtype=np.float64)
    return float(np.hypot(*spread) + 0.3 * np.hypot(*mean))


def colourfulness_ratio(painted: Picture, wanted: Picture) -> float:
    """The painting's over that of the picture it should be like; 1 is as colourful. Grey counts as GREY."""
    return max(colourfulness(painted), GREY) / max(colourfulness(wanted), GREY)
