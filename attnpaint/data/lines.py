"""Line drawings from colour pictures: four extractors with strength, and the wear that real drawings have."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Color = npt.NDArray[np.uint8]


def xdog(picture: Color, strength: float) -> Grey:
    """Extended difference of Gaussians (Winnemöller et al. 2012): inked brush lines and dark fills."""
    grey = _lightness(picture)
    sigma = 0.6 + 0.6 * strength
    fine, coarse = (cv2.GaussianBlur(grey, (0, 0), s) for s in (sigma, 1.6 * sigma))
    sharp = fine + 20 * (fine - coarse)
    return _to_bytes(1 + np.tanh((4 + 8 * strength) * np.minimum(sharp - 0.3, 0)))


def dilated(picture: Color, strength: float) -> Grey:
    """What a dilation adds: |dilate(c) - c| of the strongest channel, inverted (the PaintsChainer habit)."""
    kernel = np.ones((3, 3), np.uint8)
    added = cv2.absdiff(cv2.dilate(picture, kernel), picture).max(axis=2).astype(np.float32) / 255
    return _to_bytes(1 - np.clip((added - 0.06) * (1.4 + 2.2 * strength), 0, 1))


def pencil(picture: Color, strength: float) -> Grey:
    """Colour dodge: the grey picture divided by its own blur, as painting programs make pencil sketches."""
    grey = _lightness(picture)
    blurred = cv2.GaussianBlur(grey, (0, 0), 1.5 + 1.5 * strength)
    ratio = np.clip((grey + 0.02) / (blurred + 0.02), 0, 1)
    return _to_bytes(ratio ** (1.5 + 2 * strength))


def contour(picture: Color, strength: float) -> Grey:
    """Borders between smooth regions in one clean pen width: bilateral filter, then Canny on each channel."""
    smooth = cv2.bilateralFilter(picture, 5, 40 + 30 * (1 - strength), 5)
    high = 170 - 110 * strength
    edges = np.max([cv2.Canny(channel, high / 2, high) for channel in cv2.split(smooth)], axis=0)
    return _to_bytes(1 - np.clip(cv2.GaussianBlur(edges.astype(np.float32) / 255, (0, 0), 0.6) * 1.6, 0, 1))


EXTRACTORS: dict[str, Callable[[Color, float], Grey]] = {
    "xdog": xdog,
    "dilated": dilated,
    "pencil": pencil,
    "contour": contour,
}


def extract_lines(picture: Color, random: np.random.Generator) -> Grey:
    """One of the extractors with random strength: uint8 H×W×3 → H×W, dark lines on white."""
    extractor = list(EXTRACTORS.values())[random.integers(len(EXTRACTORS))]
    return extractor(picture, float(random.random()))


def wear(sketch: Grey, random: np.random.Generator, chance: float) -> Grey:
    """Thicker or fainter lines, gaps, grain, grey paper: each with probability `chance`."""
    tone: npt.NDArray[Any] = sketch.astype(np.float32) / 255
    if random.random() < chance:
        tone = cv2.erode(tone, np.ones((2, 2), np.uint8))
    if random.random() < chance:
        tone = 1 - (1 - tone) * random.uniform(0.4, 1.0)
    if random.random() < chance:
        tone = np.clip((tone - 0.5) * random.uniform(1, 4) + 0.5 + random.uniform(-0.2, 0.2), 0, 1)
    if random.random() < chance:
        small = random.random((max(2, tone.shape[0] // 12), max(2, tone.shape[1] // 12))).astype(np.float32)
        gaps = cv2.resize(small, tone.shape[::-1], interpolation=cv2.INTER_CUBIC) > random.uniform(0.85, 1.0)
        tone = np.where(gaps, 1.0, tone)
    if random.random() < chance:
        tone = tone * random.uniform(0.88, 1.0)
    if random.random() < chance:
        tone = tone + random.normal(0, random.uniform(0.005, 0.04), tone.shape)
    return _to_bytes(tone)


def _lightness(picture: Color) -> npt.NDArray[np.float32]:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(255)


def _to_bytes(tone: npt.NDArray[Any]) -> Grey:
    return np.asarray(np.clip(tone, 0, 1) * 255 + 0.5, dtype=np.uint8)
