"""Options that do by command what the page does by hand: fills, strokes, roles."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attnpaint.errors import AttnpaintError, UsageError

if TYPE_CHECKING:
    from attnpaint.projects import Fill, Marks

HAND = "By hand"
WORDS = {
    "--fill": ", or as skin, hair, eyes, clothes",
    "--ground": ", or as paper, reference, transparent",
}
LARGEST = 200_000_000  # bytes of a picture's file

FillOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fill",
        metavar="X,Y=COLOUR",
        rich_help_panel=HAND,
        help="Fill the region at this point of the drawing, in pixels from its upper left corner: "
        "512,300=#e8b08a, or 200,90=hair for the colour that hair has. Repeat it.",
    ),
]
StrokesOption = Annotated[
    Path | None,
    typer.Option(
        "--strokes",
        metavar="PICTURE",
        rich_help_panel=HAND,
        help="Dabs of colour on a transparent PNG as large as the drawing: regions under them are filled.",
    ),
]
GroupOption = Annotated[
    bool,
    typer.Option(
        "--group",
        rich_help_panel=HAND,
        help="Fills and strokes fill all regions that belong together with the one that they hit.",
    ),
]


_ROLE: dict[str, Any] = {"metavar": "#RRGGBB", "rich_help_panel": HAND}
_TOLD = "The colour of all that the model takes for {}."

SkinOption = Annotated[str | None, typer.Option("--skin", help=_TOLD.format("skin"), **_ROLE)]
HairOption = Annotated[str | None, typer.Option("--hair", help=_TOLD.format("hair"), **_ROLE)]
EyesOption = Annotated[str | None, typer.Option("--eyes", help=_TOLD.format("eyes"), **_ROLE)]
ClothesOption = Annotated[str | None, typer.Option("--clothes", help=_TOLD.format("clothes"), **_ROLE)]
GroundOption = Annotated[
    str | None,
    typer.Option(
        "--ground",
        metavar="COLOUR",
        rich_help_panel=HAND,
        help="What lies around the figure: paper (white, as it is anyway, unless drawing and reference are "
        "scenes), reference (the colour of the reference's own flat ground), transparent (in formats without "
        "transparency it is paper), or #rrggbb.",
    ),
]


def marks_of(
    fills: Sequence[str], strokes: Path | None, group: bool, roles: Mapping[str, str | None]
) -> "Marks":
    """What these options ask for. UsageError where one is written otherwise; the file of strokes is read."""
    from attnpaint.projects import Marks

    if group and not fills and strokes is None:
        raise UsageError(
            "--group says how fills and strokes work, and there are none", "add --fill X,Y=COLOUR"
        )
    return Marks(
        tuple(_fill(text, group) for text in fills),
        None if strokes is None else file_bytes(strokes),
        group and strokes is not None,
        role_colors={role: _role_color(text, role) for role, text in roles.items() if text is not None},
    )


def _fill(text: str, group: bool) -> "Fill":
    from attnpaint.projects import Fill
    from attnpaint.projects.project import ROLES

    point, _, color = text.partition("=")
    try:
        x, y = (float(number) for number in point.split(","))
    except ValueError:
        problem = f"{text!r} does not say where to fill with what"
        raise UsageError(problem, "write it as 512,300=#e8b08a or 200,90=hair") from None
    return Fill(color if color in ROLES else _color(color, "--fill"), (x, y), group=group)


def _role_color(text: str, role: str) -> str:
    from attnpaint.projects.project import GROUNDS

    if role == "ground" and text in GROUNDS:
        return text
    return _color(text, f"--{role}")


def _color(text: str, option: str) -> str:
    from attnpaint.palettes.swatch import from_hex, to_hex

    try:
        return to_hex(from_hex(text))
    except AttnpaintError as error:
        raise UsageError(f"{option}: {error.problem}", error.remedy + WORDS.get(option, "")) from error


def file_bytes(path: Path) -> bytes:
    """All of a file. AttnpaintError: missing, unreadable, or larger than any picture."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise AttnpaintError(f"{path} does not exist", "check the path") from error
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise AttnpaintError(f"{path} cannot be read ({reason})", "give a picture") from error
    if len(data) > LARGEST:
        raise AttnpaintError(f"{path} is too large for a picture", "give a smaller one")
    return data
