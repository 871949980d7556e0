"""`attnpaint export`: a model as an ONNX file, or as a folder for the Hugging Face Hub."""

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from attnpaint.cli.packages import check_packages
from attnpaint.errors import AttnpaintError, UsageError, tell
from attnpaint.jobs.check import check_inputs


def export(
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="A model folder, as `train` writes. Default: the model inside attnpaint."
        ),
    ] = None,
    onnx: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write the model with graphs for ONNX Runtime here; into its own folder, the graphs alone. "
            "For models that paint from a histogram, as the default one does. Takes a minute.",
        ),
    ] = None,
    hub: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write the folder to upload to the Hugging Face Hub: weights, config.json, a model card.",
        ),
    ] = None,
    repo: Annotated[
        str, typer.Option(metavar="OWNER/NAME", help="Where it will lie on the Hub, for the card's examples.")
    ] = "",
    license: Annotated[
        str,
        typer.Option(
            metavar="ID",
            help="Licence of the weights for the card, as the Hub names it: cc-by-4.0, mit … Default: as the "
            "model's own card says, else unknown.",
        ),
    ] = "",
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="report.json of `attnpaint evaluate`: its means go into the card's metrics and model-index. "
            "Default: the one in the model's folder, if it judged these weights.",
        ),
    ] = None,
    painter: Annotated[
        str, typer.Option(metavar="NAME", help="What the report calls this model, where it has several.")
    ] = "",
    dataset: Annotated[
        list[str] | None,
        typer.Option(metavar="OWNER/NAME", help="A data set of the Hub that it was trained on; repeatable."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what an earlier export wrote.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as a JSON object.")] = False,
) -> None:
    """Write a model for other programs (--onnx) or other people (--hub), or both.

    The graph takes a drawing of any size, in batches too, and 16 colours with their weights; it gives the
    picture and the attention maps. A region stage is a second graph. Both point into model.safetensors beside
    them, and are compared with the network before they are written.

    Example: attnpaint export --onnx exported
    then: attnpaint colorize sketch.png --ref ref.png --engine onnx --model exported

    Example: attnpaint export --model runs/mine --hub mine --repo me/mine --license cc-by-4.0
    then: hf upload me/mine mine
    """
    if not onnx and not hub:
        raise UsageError("nothing to write is named", "give --onnx DIR or --hub DIR")
    if (repo or license or report or painter or dataset) and not hub:
        raise UsageError(
            "--repo, --license, --dataset and --report are for a model card", "give --hub DIR as well"
        )
    check_inputs([], model)
    if onnx:
        check_packages("export", "torch", "einops", "onnx", "onnxscript", "onnxruntime")
    from attnpaint.export.hub import FILES
    from attnpaint.model.model_config import DEFAULT_MODEL

    if onnx and hub and _same_folder(onnx, hub):
        raise UsageError("--onnx and --hub name the same folder", "give two folders")
    source = model or DEFAULT_MODEL
    done: dict[str, Any] = {"model": str(source)}
    if onnx:
        _check_folder(onnx, _onnx_files(source, onnx), force)
    if hub:
        _check_folder(hub, FILES, force)
    if hub:
        done["hub"] = _hub(source, hub, (license, repo, report, painter, dataset or ()), as_json)
    if onnx:
        done["onnx"] = _onnx(source, onnx, as_json)
    if as_json:
        print(json.dumps(done))


def _onnx_files(model: Path, folder: Path) -> tuple[str, ...]:
    """What the ONNX export writes: beside the model itself, its files are there already."""
    from attnpaint.inference.onnx_engine import MODEL, STAGE
    from attnpaint.model.model_config import CONFIG, WEIGHTS, stages_in

    own = _same_folder(stages_in(model)[0], folder)
    return (MODEL, STAGE) if own else (MODEL, STAGE, WEIGHTS, CONFIG)


def _check_folder(folder: Path, files: Iterable[str], force: bool) -> None:
    """AttnpaintError where the folder is a file; UsageError where files would be replaced without `force`."""
    if folder.exists() and not folder.is_dir():
        raise AttnpaintError(f"{folder} is a file", "give a folder")
    there = [name for name in files if (folder / name).exists()]
    if there and not force:
        problem = f"{folder} already holds {' and '.join(there)}"
        raise UsageError(problem, "give another folder, or --force to replace it")


def _same_folder(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _onnx(model: Path, folder: Path, quiet: bool) -> dict[str, Any]:
    from attnpaint.export.onnx import export as export_onnx

    began = time.perf_counter()
    made = export_onnx(model, folder)
    if not quiet:
        tell(
            f"{made.file}: {made.size / 1e6:.1f} MB, opset {made.opset}; at most {made.error:.1g} from the "
            f"network in {len(made.parity)} comparisons",
        )
        tell(
            f"use it with: attnpaint colorize sketch.png --ref ref.png --engine onnx --model {folder}",
        )
    return {
        "file": str(made.file),
        "bytes": made.size,
        "opset": made.opset,
        "outputs": list(made.outputs),
        "error": made.error,
        "compared": [
            {"batch": one.batch, "height": one.height, "width": one.width, "error": one.error}
            for one in made.parity
        ],
        "seconds": round(time.perf_counter() - began, 1),
    }


def _hub(
    model: Path, folder: Path, about: tuple[str, str, Path | None, str, Sequence[str]], quiet: bool
) -> dict[str, Any]:
    from attnpaint.export.hub import hub as write_hub

    made = write_hub(model, folder, *about)
    if not quiet:
        tell(f"{folder}: {', '.join(made.files)}; {made.parameters:,} parameters")
        tell(
            f"read README.md, then: hf upload {about[1] or 'OWNER/NAME'} {folder}",
        )
    return {"folder": str(folder), "files": list(made.files), "parameters": made.parameters}
