"""What a project holds: all that a painting is made from, and all that a person did to it by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from attnpaint.extract import Histogram

Point = tuple[float, float]
"""x (to the right) and y (down), in px of the drawing from its upper left corner."""

ROLES = ("ground", "skin", "hair", "eyes", "mouth and brows", "clothes", "other")
"""What a region can be; the parts that a region stage tells."""

PAPER, REFERENCE, TRANSPARENT = GROUNDS = "paper", "reference", "transparent"
"""What the ground can be beside a colour: white, the reference's own flat ground, or seen through."""


@dataclass(frozen=True)
class Fill:
    """A colour that a person gave to the region at a point, or to all regions within an outline.

    color: #rrggbb, one of ROLES (the colour which that has in the painting), or None: what the network said.
    at: the point; within: at least three, an outline: regions with more than half of their area inside it.
    Exactly one of the two is given. group: all regions that belong together with it.
    """

    color: str | None
    at: Point | None = None
    within: tuple[Point, ...] = ()
    group: bool = False


@dataclass(frozen=True)
class RoleMark:
    """What a person said the region at a point is, one of ROLES; locked: nothing else paints it."""

    at: Point
    role: str
    locked: bool = False


@dataclass(frozen=True, eq=False)
class Reference:
    """The bytes of a picture file; bands: which of the palette it gives (1 is the top), None: a mixture of
    all without bands, in which it has this weight. name: of its file, for people."""

    data: bytes
    name: str = ""
    bands: tuple[int, ...] | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class Options:
    """As those of `Colorizer.colorize`; keep_alpha: None as there. lines: False for the colour alone."""

    finish: str | None = None
    strength: float = 1.0
    gap: float | None = None
    work_size: int | None = None
    keep_alpha: bool | None = None
    invert: str = "auto"
    lines: bool = True


@dataclass(frozen=True)
class Model:
    """Which model painted it. name: `default` or its folder's; sha256: of its weights."""

    name: str
    sha256: str


@dataclass(frozen=True, eq=False)
class Marks:
    """What a person did to a painting by hand, all by points.

    fills: in their order, later ones over earlier ones. strokes: bytes of a PNG of the drawing's size,
    transparent where nothing is painted, under all fills; its dabs fill regions, groups with `stroke_groups`.
    roles: what regions are. role_colors: #rrggbb of ROLES, for the ground also one of GROUNDS; all regions of
    that role take it, under all else.
    cuts: lines through regions, which divide them. joins: points whose regions become one, after the cuts.
    """

    fills: tuple[Fill, ...] = ()
    strokes: bytes | None = None
    stroke_groups: bool = False
    roles: tuple[RoleMark, ...] = ()
    role_colors: Mapping[str, str] = field(default_factory=dict)
    cuts: tuple[tuple[Point, ...], ...] = ()
    joins: tuple[tuple[Point, ...], ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was done."""
        given = (self.fills, self.roles, self.role_colors, self.cuts, self.joins)
        return any(given) or self.strokes is not None


@dataclass(frozen=True, eq=False)
class Project:
    """name: of the drawing's file without its suffix. drawing: bytes of a picture file, as it was given.

    palette: what it is painted from instead of the references' own colours; shown: the colours that it is
    shown in, entry for entry. Both are four bands of four colours; weights of `shown` are not looked at.
    hints: bytes of a PNG as `Marks.strokes`, for models that take hints. locks: entries of the palette, 0 to
    15, that a new reference leaves alone. model: which painted it; None: not known. page: what the page keeps
    for itself: plain JSON.
    """

    name: str
    drawing: bytes
    references: tuple[Reference, ...] = ()
    palette: Histogram | None = None
    shown: Histogram | None = None
    options: Options = Options()
    marks: Marks = Marks()
    hints: bytes | None = None
    locks: tuple[int, ...] = ()
    model: Model | None = None
    page: Mapping[str, Any] = field(default_factory=dict)
