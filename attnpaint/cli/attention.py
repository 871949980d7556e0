"""`attnpaint attention`: what the network looked at while it painted a drawing, as pictures."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attnpaint.cli.painting import (
    DeviceOption,
    GuideWeightsOption,
    HintsOption,
    JsonOption,
    ModelOption,
    RefOption,
)
from attnpaint.errors import AttnpaintError, tell
from attnpaint.files import check_folder
from attnpaint.jobs.check import check_inputs, keep_inputs

if TYPE_CHECKING:
    from attnpaint.images import Picture
    from attnpaint.inference.coloring import Coloring


def attention(
    sketch: Annotated[
        Path, typer.Argument(help="The line drawing: dark lines on white or transparent paper.")
    ],
    ref: RefOption = None,
    hints: HintsOption = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The folder to write to. Default: SKETCH.attention beside it."),
    ] = None,
    model: ModelOption = None,
    guide_weights: GuideWeightsOption = "",
    device: DeviceOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Show what a network looks at while it paints a drawing.

    Writes attention.png, a sheet of everything; for each attention gate its map over the drawing (gate-1.png)
    and alone (gate-1-map.png, black is 0, white is 1); and, for networks that point at colours, where each of
    them went: pointer.png, and a map of each. All have the drawing's aspect ratio.

    Example: attnpaint attention sketch.png --ref ref.png -o maps
    """
    from attnpaint.cli.progress import counting
    from attnpaint.images import write_picture
    from attnpaint.jobs.painter import Painter
    from attnpaint.jobs.plan import plan
    from attnpaint.palettes.references import References, parse_reference

    began = time.perf_counter()
    painter, refs = Painter(model, guide_weights, device, references=References(tell, counting)), ref or []
    check_inputs([sketch], None)
    folder = output or sketch.with_name(f"{sketch.stem}.attention")
    (job,) = plan([sketch], refs, folder / "attention.png", hints=hints)
    painter.check(refs, hints is not None)
    inputs = [
        sketch, *(parse_reference(str(one)).path for one in job.references),
        *([job.hints] if isinstance(job.hints, Path) else []),
    ]  # fmt: skip
    if folder.exists() and not folder.is_dir():
        raise AttnpaintError(f"{folder} is not a folder", "give a folder to write to")
    check_folder(folder if folder.exists() else folder.parent)

    coloring = painter.paint(job)
    for note in coloring.notes:
        tell(f"{sketch}: {note}")
    pictures, facts = _look(coloring)
    for name in pictures:
        keep_inputs(folder / name, inputs)
    folder.mkdir(exist_ok=True)
    for name, picture in pictures.items():
        write_picture(folder / name, picture)

    done = {
        "output": str(folder),
        "files": list(pictures),
        **facts,
        **painter.facts(),
        "seconds": round(time.perf_counter() - began, 3),
    }
    if len(pictures) == 1:
        tell("this network has no gates and does not point: there is nothing to look at")
    for gate in coloring.gates():
        tell(gate.caption)
    for share in sorted(coloring.shares(), key=lambda share: -share.share)[:4]:
        tell(f"{share.name} · #{bytes(share.color).hex()} · {100 * share.share:.1f} %")
    tell(f"{folder}: {len(pictures)} pictures; begin with {folder / 'attention.png'}")
    if as_json:
        print(json.dumps(done))


def _look(coloring: "Coloring") -> tuple[dict[str, "Picture"], dict[str, Any]]:
    """The pictures by file name, and the numbers of gates and palette colours."""
    from attnpaint.sheets.maps import grey, overlay

    pictures = {"attention.png": coloring.attention()}
    gates, colors = [], []
    for gate in coloring.gates():
        (level,), (lowest, mean, highest) = gate.levels, gate.values
        files = [f"gate-{gate.number}.png", f"gate-{gate.number}-map.png"]
        pictures |= dict(zip(files, (overlay(coloring.seen, level), grey(level)), strict=True))
        numbers = {"mean": mean, "lowest": lowest, "highest": highest}
        gates.append(
            {"gate": gate.number, "level": f"1/{gate.cell}", "grid": list(gate.grid), "files": files}
            | {name: round(value, 4) for name, value in numbers.items()}
        )
    shares = coloring.shares()
    if shares:
        pictures["pointer.png"] = coloring.pointer()
    for share in shares:
        file = f"pointer-{share.name.replace(' · ', '-').replace(' ', '-')}.png"
        pictures[file] = grey(share.map)
        color = {"name": share.name, "color": list(share.color), "share": round(share.share, 4)}
        colors.append(color | {"file": file})
    return pictures, {"gates": gates, "colors": colors}
