"""Filters: which pictures are worth training on, by a few numbers of a small copy of each."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture, channel_range, resize

SMALL = 256  # px, the long side of the copy that is looked at
_TINT = 20  # between the strongest and the weakest channel; JPEG leaves up to some 12 in grey
_PAPER = 245  # the weakest channel of white paper, at least
_LIGHT = 170  # the weakest channel of a light background, at least
_NEAR = 24  # between a channel and the background's, at most
_BRIDGE = 11  # px of the copy; parts of a figure are that far apart, at most
_TOUCHED = 0.25  # share of a border that a figure covers where it is cut off there
_FRAMED = 0.93  # share of its bounding box that a scene in a frame fills, at least


class Reason(StrEnum):
    """Why a picture is left out."""

    unreadable = "unreadable"
    tiny = "tiny"
    grey = "grey"
    white = "white"
    backdrop = "backdrop"
    several = "several"
    framed = "framed"
    cut = "cut"
    duplicate = "duplicate"


@dataclass(frozen=True)
class Limits:
    """min_side: of the short side, px. min_colour: tinted pixels, of those that are not paper. max_white:
    pixels of white paper. With single_subject, min_backdrop: border pixels near their median colour;
    min_subject: the figure's pixels, of all; min_single: of all that is not background.

    All but min_side are shares, 0 to 1.
    """

    min_side: int = 128
    min_colour: float = 0.02
    max_white: float = 0.97
    single_subject: bool = False
    min_backdrop: float = 0.75
    min_subject: float = 0.06
    min_single: float = 0.85


@dataclass(frozen=True)
class Verdict:
    """Why a picture is left out, and the number that says so."""

    reason: Reason
    number: float


@dataclass(frozen=True)
class Subject:
    """What `find_subject` sees. backdrop, area, single: shares as in Limits; box: the share of its bounding
    box that it fills; cut: the borders that it runs over. All but backdrop are 0 where nothing stands out.
    """

    backdrop: float
    area: float = 0.0
    single: float = 0.0
    box: float = 0.0
    cut: int = 0


def fault_of(picture: Picture, limits: Limits) -> Verdict | None:
    """The first limit that a uint8 H×W×3 picture misses; None: it is kept."""
    side = min(picture.shape[:2])
    if side < limits.min_side:
        return Verdict(Reason.tiny, side)
    small = small_copy(picture)
    white, coloured = tones(small)
    if white > limits.max_white:
        return Verdict(Reason.white, white)
    if coloured < limits.min_colour:
        return Verdict(Reason.grey, coloured)
    return _subject_fault(find_subject(small), limits) if limits.single_subject else None


def small_copy(picture: Picture) -> Picture:
    """At most SMALL px on the long side, area means."""
    height, width = picture.shape[:2]
    scale = min(1.0, SMALL / max(height, width))
    return resize(picture, max(1, round(height * scale)), max(1, round(width * scale)))


def tones(picture: Picture) -> tuple[float, float]:
    """The share of white paper, and the share of tinted pixels among the others."""
    paper = picture.min(axis=2) >= _PAPER
    tinted = channel_range(picture) > _TINT
    others = paper.size - int(paper.sum())
    return float(paper.mean()), float((tinted & ~paper).sum() / max(1, others))


def find_subject(picture: Picture) -> Subject:
    """The largest thing on the background, which is what the border shows: its median colour."""
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]).astype(np.int16)
    ground = np.median(border, axis=0)
    backdrop = float((np.abs(border - ground).max(axis=1) <= _NEAR).mean())
    if ground.min() < _LIGHT:
        backdrop = 0.0
    figure = (np.abs(picture.astype(np.int16) - ground).max(axis=2) > _NEAR).astype(np.uint8)
    joined = cv2.dilate(figure, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_BRIDGE, _BRIDGE)))
    parts = np.where(figure > 0, cv2.connectedComponents(joined)[1], 0)
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    if not sizes.any():
        return Subject(backdrop)
    largest = (parts == sizes.argmax()).astype(np.uint8)
    area = _filled(largest)
    _, _, width, height = cv2.boundingRect(largest)
    sides = (largest[0], largest[-1], largest[:, 0], largest[:, -1])
    cut = sum(bool(side.mean() > _TOUCHED) for side in sides)
    box = area * largest.size / (width * height)
    return Subject(backdrop, area, float(sizes.max() / sizes.sum()), box, cut)


def _subject_fault(subject: Subject, limits: Limits) -> Verdict | None:
    if subject.backdrop < limits.min_backdrop:
        return Verdict(Reason.backdrop, subject.backdrop)
    if subject.single < limits.min_single or subject.area < limits.min_subject:
        return Verdict(Reason.several, min(subject.single, subject.area))
    if subject.box > _FRAMED:
        return Verdict(Reason.framed, subject.box)
    return Verdict(Reason.cut, subject.cut) if subject.cut > 1 else None


def _filled(mask: npt.NDArray[np.uint8]) -> float:
    """The share of the picture inside the outline, white clothes and faces too."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    inside = cv2.drawContours(np.zeros_like(mask), outlines, -1, 1, cv2.FILLED)
    return float(inside.mean())


TITLES = {
    Reason.unreadable: "Unreadable",
    Reason.tiny: "Tiny",
    Reason.grey: "Grey",
    Reason.white: "Nearly white",
    Reason.backdrop: "No plain light background",
    Reason.several: "Not one figure",
    Reason.framed: "A scene in a frame",
    Reason.cut: "Cut off",
    Reason.duplicate: "Near-duplicates",
}


def why(reason: Reason, limits: Limits, distance: int | None) -> str:
    """The limit that the pictures miss, as a sentence."""
    return {
        Reason.unreadable: "",
        Reason.tiny: f"The short side is under {limits.min_side} px.",
        Reason.grey: f"Under {limits.min_colour:.1%} of what is not white paper is coloured.",
        Reason.white: f"More than {limits.max_white:.1%} is white paper.",
        Reason.backdrop: f"Under {limits.min_backdrop:.0%} of the border is of one light colour.",
        Reason.several: (
            f"The largest thing on the background is under {limits.min_single:.0%} of what is there, "
            f"or under {limits.min_subject:.0%} of the picture."
        ),
        Reason.framed: "What stands on the background fills its box: it is a picture in the picture.",
        Reason.cut: "The figure runs over more than one border.",
        Reason.duplicate: (
            f"At most {distance} of 64 bits differ from a larger picture's, and no colour does; "
            "left what is left out, right what is kept."
        ),
    }[reason]
