"""`attnpaint evaluate`: models and baselines paint the same drawings and are measured alike."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from attnpaint.cli.interrupts import resume_command
from attnpaint.cli.packages import check_training_packages
from attnpaint.cli.painting import DeviceOption, GuideWeightsOption
from attnpaint.errors import SOME_FAILED, AttnpaintError, Stopped, UsageError, tell
from attnpaint.jobs.check import MOST_PICTURES
from attnpaint.process import MOST, processes_of

if TYPE_CHECKING:
    from attnpaint.eval.painters import Painter
    from attnpaint.inference.coloring import Finish


def evaluate(
    context: typer.Context,
    data: Annotated[
        list[Path],
        typer.Option(metavar="PICTURES", help="Folder, .tar shard or picture, held out; may be repeated."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where to write what is found.")],
    models: Annotated[
        list[Path] | None,
        typer.Argument(help="Model folders or training runs. Default: the model inside attnpaint."),
    ] = None,
    size: Annotated[
        int, typer.Option(min=64, max=4096, help="Long side in px that is painted and judged.")
    ] = 512,
    pictures: Annotated[
        int,
        typer.Option(
            min=2, max=MOST_PICTURES, help="How many are judged at most; each has four or five drawings."
        ),
    ] = 64,
    seed: Annotated[
        int,
        typer.Option(min=0, max=2**63 - 1, help="Chooses the pictures and makes the references from them."),
    ] = 0,
    finish: Annotated[
        Literal["painted", "flat", "blend"] | None,
        typer.Option(
            help="As of colorize. Default: as it is there, flat for networks that point at palette colours."
        ),
    ] = None,
    compare: Annotated[
        list[Path] | None,
        typer.Option(metavar="RUN", help="Another evaluation's --out, put beside; may be repeated."),
    ] = None,
    guide_weights: GuideWeightsOption = "",
    device: DeviceOption = "auto",
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=MOST, help="Processes that measure; default: one for each processor core."),
    ] = None,
    fid_weights: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Measure FID too, with the weights of Inception v3.",
        ),
    ] = None,
    lpips_weights: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Measure LPIPS too, with the weights of AlexNet.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say the means as a JSON object.")] = False,
) -> None:
    """Paint held-out drawings with models and three baselines, and measure the pictures.

    Drawings: by every line extractor, and genuine ones where there are any. References: a warped, cropped and
    recoloured copy of the picture (same), another picture (cross), and another picture of the same character
    (sibling) where a manifest.csv (column same_as) or names like 00012-0, 00012-1 tell which those are. Part
    maps (x.parts.png beside x.color.webp) tell skin from hair. The same command goes on where it was
    stopped. Writes report.html, report.json, records.jsonl and summary.json.
    Models get no hints here, and of several pictures the first is judged; the report says which ones.
    FID and LPIPS need pip install 'attnpaint\\[fid]' and files of weights that you fetch yourself:
    weights-inception-2015-12-05-6726825d.pth from github.com/toshas/torch-fidelity/releases/tag/v0.2.0
    and alexnet-owt-7be5be79.pth from download.pytorch.org/models.

    Example: attnpaint evaluate runs/mine --data validation.tar --out judged
    """
    check_training_packages()
    from attnpaint.cli.progress import counting
    from attnpaint.eval.feature_weights import Weights
    from attnpaint.eval.run import Request
    from attnpaint.eval.run import evaluate as run

    began = time.perf_counter()
    for folder in models or []:
        if not folder.is_dir():
            problem = f"{folder} {'is not a folder' if folder.exists() else 'does not exist'}"
            raise AttnpaintError(problem, "give a model folder or a training run's")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is not a folder", "give a folder to write to")
    painters = _painters(models, device, finish, guide_weights)
    networks = Weights(fid_weights, lpips_weights)
    request = Request(tuple(data), out, painters, size, pictures, seed, tuple(compare or ()), networks)
    try:
        outcome = run(replace(request, workers=processes_of(workers)) if workers else request, counting)
    except Stopped as stopped:
        raise Stopped(stopped.problem, f"go on with: {resume_command(context)}") from None

    from attnpaint.eval.records import read_summary
    from attnpaint.eval.report import terminal_tables, write_report

    write_report(out)
    for name, reason in list(outcome.skipped.items())[:5]:
        tell(f"attnpaint: left out: {name} ({reason})")
    remarks = read_summary(out)["remarks"]
    if as_json:
        counts = {"pictures": outcome.pictures, "drawings": outcome.drawings, "skipped": outcome.skipped}
        means = {"remarks": remarks, "means": _means(out)}
        told = {"out": str(out), "report": str(out / "report.html"), **counts, **means}
        print(json.dumps({**told, "seconds": round(time.perf_counter() - began, 1)}))
    else:
        from rich.console import Console

        console = Console(stderr=True)
        for table in terminal_tables(out, console.width):
            console.print(table)
        for painter, remark in remarks.items():
            tell(f"{painter}: {remark}")
        lost = f", {len(outcome.skipped)} left out" if outcome.skipped else ""
        done = f"{outcome.pictures} pictures{lost}, {outcome.drawings} drawings"
        kin = f", {outcome.siblings} from a sibling too" if outcome.siblings else ""
        tell(f"{done}, each from two references{kin}; see {out / 'report.html'}")
    if outcome.skipped:
        raise typer.Exit(SOME_FAILED)


def _painters(
    models: list[Path] | None, device: str, finish: "Finish | None", guide_weights: str
) -> "tuple[Painter, ...]":
    """The models, under names of their own, and the baselines."""
    from attnpaint.eval.painters import ModelPainter, baselines, names_of
    from attnpaint.model.model_config import DEFAULT_MODEL

    folders = models or [DEFAULT_MODEL]
    names = [f"{name} ({finish})" if finish else name for name in names_of(folders)]
    judged = [
        ModelPainter(folder, device, finish, name, guide_weights)
        for folder, name in zip(folders, names, strict=True)
    ]
    return (*judged, *baselines(device))


def _means(out: Path) -> dict[str, dict[str, dict[str, float]]]:
    """By protocol, painter and measure: the means of the report."""
    from attnpaint.eval.results import read_results

    results = read_results(out)
    return {
        protocol.name: {
            painter: {
                measure: round(row[painter].mean, 4)
                for measure, row in protocol.cells.items()
                if painter in row
            }
            for painter in results.painters
        }
        for protocol in results.protocols
    }
