"""The reasons for which pictures are left out, in words."""

from attnpaint.prepare.filters import Limits, Reason
from attnpaint.prepare.ledger import Dropped

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


def numbered(lost: Dropped) -> str:
    """The number that says so, with its unit."""
    size, number = f"{lost.width} × {lost.height}", lost.number
    return {
        Reason.unreadable: "",
        Reason.tiny: size,
        Reason.grey: f"{number:.1%} coloured",
        Reason.white: f"{number:.1%} white",
        Reason.backdrop: f"{number:.0%} of the border",
        Reason.several: f"{number:.0%}",
        Reason.framed: f"{number:.0%} of its box",
        Reason.cut: f"{number:.0f} borders",
        Reason.duplicate: f"{number:.0f} bits apart, {size}",
    }[lost.reason]
