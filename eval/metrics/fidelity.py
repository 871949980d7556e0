"""How near a painting is to the truth, pixel by pixel."""

import numpy as np

from attnpaint.colour.difference import Floats, delta_e_2000
from attnpaint.eval.metrics.ssim import structure
from attnpaint.images import Picture

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
