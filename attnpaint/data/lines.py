"""Line drawings from colour pictures: four extractors with strength. In torch: device_lines.py."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import xdog as xdog

Grey = npt.NDArray[np.uint8]
Color = npt.NDArray[np.uint8]


def dilated(picture: Color, strength: float) -> Grey:
    """What a dilation adds: |dilate(c) - c| of the strongest channel, inverted (the PaintsChainer habit)."""
    added = cv2.absdiff(cv2.dilate(picture, np.ones((3, 3), np.uint8)), picture)
    red, green, blue = cv2.split(added)
    tones = 1 - np.clip((np.arange(256, dtype=np.float32) / 255 - 0.06) * (1.4 + 2.2 * strength), 0, 1)
    drawn = cv2.LUT(cv2.max(cv2.max(red, green), blue), cv2.convertScaleAbs(tones, alpha=255).ravel())
    return drawn.astype(np.uint8, copy=False)


def pencil(picture: Color, strength: float) -> Grey:
    """Colour dodge: the grey picture divided by its own blur, as painting programs make pencil sketches."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(255)
    blurred = cv2.GaussianBlur(grey, (0, 0), 1.5 + 1.5 * strength)
    ratio = np.minimum((grey + np.float32(0.02)) / (blurred + np.float32(0.02)), 1)
    drawn = cv2.convertScaleAbs(cv2.pow(ratio, 1.5 + 2 * strength), alpha=255)
    return drawn.astype(np.uint8, copy=False)


def contour(picture: Color, strength: float) -> Grey:
    """Borders between smooth regions in one clean pen width: bilateral filter, then Canny on each channel."""
    smooth = cv2.bilateralFilter(picture, 5, 40 + 30 * (1 - strength), 5)
    high = 170 - 110 * strength
    red, green, blue = (cv2.Canny(channel, high / 2, high) for channel in cv2.split(smooth))
    edges = cv2.max(cv2.max(red, green), blue).astype(np.float32)
    tone = 1 - np.minimum(cv2.GaussianBlur(edges, (0, 0), 0.6) * np.float32(1.6 / 255), 1)
    drawn: Grey = cv2.convertScaleAbs(tone, alpha=255).astype(np.uint8, copy=False)
    return drawn


EXTRACTORS: dict[str, Callable[[Color, float], Grey]] = {
    "xdog": xdog,
    "dilated": dilated,
    "pencil": pencil,
    "contour": contour,
}


def extract_lines(picture: Color, extractor: int, strength: float) -> Grey:
    """uint8 H×W×3 → H×W, dark lines on white; extractor: place in EXTRACTORS, strength: 0 to 1."""
    return list(EXTRACTORS.values())[extractor](picture, strength)
