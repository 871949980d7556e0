"""`attnpaint palette`: the colours of references as a palette to look at, to edit and to take elsewhere."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnpaint.errors import AttnpaintError, UsageError, tell
from attnpaint.jobs.check import keep_inputs

if TYPE_CHECKING:
    from rich.table import Table

    from attnpaint.extract import Histogram

PLACES = ("top", "upper", "lower", "bottom")


def palette(
    refs: Annotated[
        list[str],
        typer.Argument(
            metavar="REF...",
            help="Pictures, or palettes (.json .gpl .aco .ase .hex .act). REF@1, REF@3-4 or REF@1,3 gives "
            "these bands, counted from the top; REF*0.3 is its weight in the mixture of the others.",
        ),
    ],
    outputs: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            help="Where to write; the suffix tells what: .json to edit by hand, .gpl for Krita, GIMP and "
            "Inkscape, .aco or .ase for Adobe's programs, .hex or .act (without weights), .svg or .png for a "
            "card. May be repeated.",
        ),
    ] = None,
    swap: Annotated[
        list[str] | None,
        typer.Option(metavar="OLD=NEW", help='Replace a colour: "#aa3344=#3366cc". May be repeated.'),
    ] = None,
    hue: Annotated[float, typer.Option(help="Turn all hues by so many degrees; after --swap.")] = 0.0,
    saturation: Annotated[
        float,
        typer.Option(min=0, max=100, help="Multiply colourfulness; 0 makes all grey, 1 changes nothing."),
    ] = 1.0,
    whole: Annotated[
        bool,
        typer.Option(
            "--whole", help="Flat ground and lines count, too, as models of the founding papers see them."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say the palette as a JSON object.")] = False,
) -> None:
    """Take the palette of a reference: four bands of four colours, top to bottom, of what is not its ground.

    Without -o it is shown. `colorize --palette` reads what -o writes, cards aside.

    Look: attnpaint palette ref.png

    Save, to change it in Krita or GIMP: attnpaint palette ref.png -o mine.gpl

    Change colours: attnpaint palette mine.gpl --swap "#aa3344=#3366cc" --hue 20

    Show others: attnpaint palette mine.gpl -o card.png

    Combine: attnpaint palette hair.png@1 dress.png@3-4 rest.png -o mine.json

    Mix: attnpaint palette "day.png*0.7" "night.png*0.3" -o dusk.ase
    """
    from attnpaint.cli.progress import counting
    from attnpaint.extract import DEFAULT, FIGURE
    from attnpaint.palettes.edit import check_turn, parse_swap, swap_all, turned
    from attnpaint.palettes.mix import gather
    from attnpaint.palettes.references import References, parse_reference

    given = [parse_reference(text) for text in refs]
    swaps = [parse_swap(text) for text in swap or []]
    check_turn(hue, saturation)
    targets = outputs or []
    _check_targets(targets, [reference.path for reference in given])

    method = DEFAULT if whole else FIGURE
    measured = References(tell, counting).of([reference.path for reference in given], method)
    found = gather([(measured[reference.path], reference.bands, reference.weight) for reference in given])
    found = turned(swap_all(found, swaps), hue, saturation)

    from attnpaint.palettes.files import write_palette

    for target in targets:
        write_palette(target, found)
    if as_json:
        print(json.dumps(_said(found, refs, targets)))
    elif targets:
        tell(f"{', '.join(map(str, targets))}: the palette of {', '.join(refs)}")
    else:
        from rich.console import Console

        Console(highlight=False).print(_table(found))


def _check_targets(targets: Sequence[Path], inputs: Sequence[Path]) -> None:
    from attnpaint.files import check_folder, check_name
    from attnpaint.palettes.files import check_suffix

    for target in targets:
        check_name(target)
        if target.is_dir():
            raise AttnpaintError(f"{target} is a folder", "give a file name inside it")
        check_suffix(target)
        check_folder(target.parent)
        keep_inputs(target, inputs)
    if len({target.resolve() for target in targets}) < len(targets):
        raise UsageError("-o names the same file twice", "give each its own name")


def _said(found: "Histogram", refs: Sequence[str], targets: Sequence[Path]) -> dict[str, object]:
    from attnpaint.palettes.swatch import to_hex

    return {
        "references": list(refs),
        "outputs": [str(target) for target in targets],
        "bands": [
            [
                {"color": to_hex(color), "weight": round(weight, 4)}
                for color, weight in zip(colors, weights, strict=True)
            ]
            for colors, weights in zip(found.colors.tolist(), found.weights.tolist(), strict=True)
        ],
    }


def _table(found: "Histogram") -> "Table":
    from rich.table import Table
    from rich.text import Text

    from attnpaint.palettes.card import percent
    from attnpaint.palettes.swatch import to_hex

    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    rows = zip(PLACES, found.colors.tolist(), found.weights.tolist(), strict=True)
    for number, (place, colors, weights) in enumerate(rows, 1):
        cells = [Text(f"{number} {place}")]
        for color, weight in zip(colors, weights, strict=True):
            told = Text.assemble(("  ", f"on {to_hex(color)}"), f" {to_hex(color)} {percent(weight):>5}")
            cells.append(told if weight else Text())
        table.add_row(*cells)
    return table
