"""How near a painting is to the truth, pixel by pixel (SSIM and others), and how colourful it is."""

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.colour import Floats, delta_e_2000
from attnpaint.images import Picture

Doubles = npt.NDArray[np.float64]

WINDOW, SIGMA = 11, 1.5
SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
LEAST = 176
"""px of the short side that five scales of MS-SSIM need."""
_LIGHT, _CONTRAST = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def structure(painted: Picture, truth: Picture) -> dict[str, float]:
    """ssim and, from LEAST px on, ms_ssim of uint8 H×W×3; 1: equal. On R, G and B, Gaussian window of 11 px.

    Source: Wang et al., Image Quality Assessment, 2004, and Multiscale Structural Similarity, 2003. What the
    window covers of mirrored margins counts in whole pictures, but not in the contrasts of scales.
    """
    one, other = painted.astype(np.float64), truth.astype(np.float64)
    alike, contrast = _compared(one, other)
    scores = {"ssim": alike}
    if min(painted.shape[:2]) >= LEAST:
        product = 1.0
        for power in SCALES[:-1]:
            product *= max(contrast, 0.0) ** power
            one, other = _halved(one), _halved(other)
            alike, contrast = _compared(one, other)
        scores["ms_ssim"] = product * max(alike, 0.0) ** SCALES[-1]
    return scores


def _compared(one: Doubles, other: Doubles) -> tuple[float, float]:
    """Mean SSIM, and mean contrast and structure without the margins."""
    mean, other_mean = _blurred(one), _blurred(other)
    spread = _blurred(one * one) - mean**2 + _blurred(other * other) - other_mean**2
    shared = _blurred(one * other) - mean * other_mean
    contrast = (2 * shared + _CONTRAST) / (spread + _CONTRAST)
    light = (2 * mean * other_mean + _LIGHT) / (mean**2 + other_mean**2 + _LIGHT)
    margin = WINDOW // 2
    return float((light * contrast).mean()), float(contrast[margin:-margin, margin:-margin].mean())


def _blurred(values: Doubles) -> Doubles:
    blurred: Doubles = cv2.GaussianBlur(values, (WINDOW, WINDOW), SIGMA).astype(np.float64, copy=False)
    return blurred


def _halved(values: Doubles) -> Doubles:
    height, width = (side // 2 for side in values.shape[:2])
    even = values[: 2 * height, : 2 * width].reshape(height, 2, width, 2, -1)
    halved: Doubles = even.mean(axis=(1, 3))
    return halved


LEVELS = 255.0
BEST = 60.0
"""dB; what equal pictures score, so that means stay finite."""


def fidelity(painted: Picture, truth: Picture, lab: Floats, true_lab: Floats) -> dict[str, float]:
    """mse (levels²), psnr (dB), ssim, ms_ssim (not under 176 px) and mean delta_e of uint8 H×W×3."""
    error = mse(painted, truth)
    return {
        "mse": error,
        "psnr": psnr(error),
        **structure(painted, truth),
        "delta_e": float(delta_e_2000(lab, true_lab).mean()),
    }


def mse(painted: Picture, truth: Picture) -> float:
    return float(np.square(painted.astype(np.float32) - truth).mean(dtype=np.float64))


def psnr(error: float) -> float:
    """dB of a mean squared error in levels², at most BEST."""
    return float(min(BEST, 10 * np.log10(LEVELS**2 / error))) if error else BEST


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
