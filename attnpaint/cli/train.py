"""`attnpaint train`: a recipe trained on pictures, gone on with after a stop."""

import json
import shlex
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from attnpaint.cli.packages import check_training_packages
from attnpaint.cli.recipes import names_from
from attnpaint.errors import tell

if TYPE_CHECKING:
    from attnpaint.config import Recipe
    from attnpaint.data.layouts import Item
    from attnpaint.training.loop import Trainer
    from attnpaint.training.run_folder import RunFolder


def train(
    recipe: Annotated[
        str | None,
        typer.Option(
            autocompletion=names_from,
            help="Name of a recipe, or a .toml file. Default: attnpaint, or the resumed run's.",
        ),
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="Colour pictures to learn from: folders, .tar shards, side-by-side pairs (colour left), "
            "two folders with equal names, x.color.* beside x.line.*; figures:COUNT[:SEED] are drawn as they "
            "are needed. May be given several times. "
            "Default: ./data"
        ),
    ] = None,
    validation: Annotated[
        list[Path] | None,
        typer.Option(help="Pictures for validation. Default: some of the data are held out."),
    ] = None,
    out: Annotated[Path, typer.Option(help="The run's folder.")] = Path("runs/attnpaint"),
    steps: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=10**9,
            help="Steps to train; default: the recipe's. Of two stages, the first one's: the second has "
            "--set refine.steps=N.",
        ),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a recipe value: data.size=512"),
    ] = None,
    guide_weights: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|hub|random",
            help="Weights of the networks that look at references and paintings, where a recipe has such.",
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    init: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Start from the networks of another run, or from a model (attnpaint info says where the one "
            "inside attnpaint lies): its generator alone.",
        ),
    ] = None,
    device: Annotated[
        Literal["auto", "cpu", "cuda", "mps"], typer.Option(help="What computes; auto takes the fastest one.")
    ] = "auto",
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Write nothing: show the recipe, the data and what the run will cost."
        ),
    ] = False,
    tracker: Annotated[
        Literal["jsonl", "wandb", "none"],
        typer.Option(help="metrics.jsonl, that and Weights & Biases, or nothing."),
    ] = "jsonl",
    graph: Annotated[
        bool,
        typer.Option(
            help="In the end, where onnx is installed, write the graph with which the model paints without "
            "torch, too. Takes a minute."
        ),
    ] = True,
) -> None:
    """Train a colorizer on colour pictures.

    Line drawings and histograms are made on the fly. Ctrl-C saves a checkpoint; --resume goes on from there.
    Several GPUs: accelerate launch -m attnpaint train …, or torchrun --nproc-per-node 2 -m attnpaint train …
    The recipe's batch is divided among them, so the recipe means the same on any number.
    """
    check_training_packages()
    from attnpaint.cli.progress import TrainingBar, counting
    from attnpaint.devices import keep_memory
    from attnpaint.errors import UsageError
    from attnpaint.model.backbone import check_backbones
    from attnpaint.training.loop import Trainer
    from attnpaint.training.pictures import Pictures, find_pictures
    from attnpaint.training.processes import by_main, launch
    from attnpaint.training.run_folder import RunFolder
    from attnpaint.training.stages import Stages, check_stages
    from attnpaint.training.tracker import TrackerName

    folder = RunFolder(out)
    settings = [*(setting or []), *_weights(guide_weights)]
    chosen = _choose_recipe(recipe, folder if resume else None, settings, steps)
    check_stages(chosen)
    check_backbones(chosen)
    if resume and init:
        raise UsageError("--init starts a run, --resume goes on with one", "give one of them")
    before = folder.read_data() if resume else ([], [], "")
    data, validation = data or before[0], validation or ([] if data else before[1])
    if not data and not Path("data").is_dir():
        raise UsageError("there is no ./data to train on", "give --data with a folder or .tar shards")
    data = data or [Path("data")]
    accelerator = launch(device)
    main = accelerator.is_main_process
    say = _say if main else _keep_quiet
    keep_memory()

    def find() -> Pictures:
        with counting("looking at the pictures") as tell:
            return find_pictures(chosen, data, validation, tell)

    pictures = by_main(accelerator, find)
    for note in pictures.notes:
        say(note)
    if before[2] not in ("", pictures.digest):
        say("these are not the pictures that the run began with: it goes on with others")
    with ExitStack() as held:
        last = by_main(accelerator, lambda: folder.begin(resume, dry_run, held))
        trainer = Trainer(chosen, accelerator, folder)
        if last:
            trainer.resume(last)
        elif init:
            say(f"starting from {trainer.start_from(init)}")
        if dry_run:
            _foretell(trainer, pictures.learned, say)
            return

        def remember() -> None:
            folder.write_config(chosen)
            folder.write_data(data, validation, pictures.digest)
            folder.list_unreadable(pictures.unreadable)

        def bar(stage: str, trainer: Trainer) -> TrainingBar:
            last = trainer.recipe.training.steps
            return TrainingBar(trainer.step, last, chosen.data.batch_size, main, stage)

        command = _command(out=[out], device=[device], tracker=[tracker])
        if accelerator.num_processes > 1:
            command = f"{command}, by the same launcher"
        Stages(accelerator, pictures, TrackerName(tracker), say, remember, bar, counting, command)(trainer)
        if graph and main and trainer.step == chosen.training.steps:
            _write_graph(folder.model, chosen, say)


def _write_graph(model: Path, recipe: "Recipe", say: Callable[[str], None]) -> None:
    """Beside the weights. A model that has no such form, and a missing package, are no faults of the run."""
    from attnpaint.cli.packages import packages_there
    from attnpaint.errors import AttnpaintError, UsageError
    from attnpaint.export.onnx import export, exportable

    try:
        exportable(recipe)
    except UsageError:
        return
    if not packages_there("onnx", "onnxscript", "onnxruntime"):
        return
    say("writing the graph for ONNX Runtime")
    try:
        export(model, model)
    except AttnpaintError as error:
        say(f"the model has no graph for ONNX Runtime: {error}")


def _weights(guide: str | None) -> list[str]:
    """Settings: where all networks that look at pictures have their weights from."""
    if guide is None:
        return []
    known = guide if guide in ("hub", "random") else str(Path(guide).resolve())
    return [f"{section}.weights={json.dumps(known)}" for section in ("guide", "perceptual")]


def _choose_recipe(
    name: str | None, resumed: "RunFolder | None", settings: Sequence[str], steps: int | None
) -> "Recipe":
    """The recipe of that name, by default a resumed run's own, with what is set on top."""
    from attnpaint.config import Recipe, read_as
    from attnpaint.recipe_file import apply_setting, load_recipe

    settings = [*settings, *([f"training.steps={steps}"] if steps else [])]
    if not resumed or name or not resumed.config.is_file():
        return load_recipe(name or "attnpaint", settings)
    table = resumed.read_config()
    for one in settings:
        apply_setting(table, one)
    recipe: Recipe = read_as(Recipe, table)
    return recipe


def _foretell(trainer: "Trainer", items: "tuple[Item, ...]", say: Callable[[str], None]) -> None:
    """The resolved recipe on stdout, the rest on stderr."""
    from attnpaint.training.forecast import STEPS, forecast

    if trainer.accelerator.is_main_process:
        print(json.dumps(trainer.recipe.to_dict(), indent=2))
    say(f"trying {STEPS} steps on {trainer.device}")
    found = forecast(trainer, items)
    memory = f"{found.memory / 2**30:.1f} GiB of memory" if found.memory else "memory unknown"
    say(
        f"{found.parameters / 1e6:.1f} M parameters, {found.gflop:.1f} GFLOP a picture, {memory}, "
        f"{found.images_per_second:.1f} images/s: "
        f"{found.hours:.1f} hours for {trainer.recipe.training.steps} steps"
    )
    if second := trainer.recipe.refine.steps:
        hours = second * trainer.recipe.data.batch_size / found.images_per_second / 3600
        say(f"second stage: {trainer.recipe.refine.bundles} bundles, {hours:.1f} hours for {second} steps")


def _command(**options: Sequence[str | Path] | None) -> str:
    """The call that goes on with a run; what is so by default is not said."""
    said = [(f"--{name}", str(value)) for name, values in options.items() for value in values or ()]
    given = [pair for pair in said if pair not in {("--device", "auto"), ("--tracker", "jsonl")}]
    return shlex.join(["attnpaint", "train", *chain(*given), "--resume"])


def _say(message: str) -> None:
    tell(message)


def _keep_quiet(message: str) -> None:
    """Of several processes one speaks."""
