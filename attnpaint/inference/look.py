"""What may be asked of a painting's look. Needs no torch."""

from typing import Literal, get_args

from attnpaint.errors import UsageError

Finish = Literal["painted", "flat", "blend"]
FINISHES: tuple[Finish, ...] = get_args(Finish)
MOST_GAP = 1000.0  # px; any drawing's lines are closed by less


def check_look(finish: object = None, strength: object = 1.0, gap: object = None) -> None:
    """UsageError where a painting cannot look so.

    finish: one of FINISHES or None; strength: 0 to 1; gap: px, 0 to MOST_GAP, or None.
    """
    if finish is not None and (not isinstance(finish, str) or finish not in FINISHES):
        raise UsageError(f"there is no finish {finish!r}", f"give one of {', '.join(FINISHES)}")
    if not _within(strength, 1):
        raise UsageError(f"the colour's strength cannot be {strength!r}", "give 0, white paper, to 1")
    if gap is not None and not _within(gap, MOST_GAP):
        raise UsageError(f"lines cannot be closed over {gap!r} px", f"give a gap of 0 to {MOST_GAP:g}")


def _within(number: object, most: float) -> bool:
    """Whether it is a number from 0 to `most`; false of nan."""
    try:
        return 0 <= float(number) <= most  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
