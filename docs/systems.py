"""`make systems` makes docs/systems.md: every recipe, small, trained for the same time and judged alike."""

import json
import os
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tour_folder import HERE, Tour, drawing, reference, sheet

from attnpaint import Colorizer
from attnpaint.cli.app import main as attnpaint
from attnpaint.eval.setup import BASELINES
from attnpaint.images import letterbox, on_white
from attnpaint.recipe_file import load_recipe, recipe_names

SECONDS = 600.0  # of a processor, for each
SIDE = 128
SHORT, LONG = 5, 25  # steps of two runs that tell what a step costs
SETTINGS = (
    f"data.size={SIDE}",
    "data.batch_size=8",
    "data.workers=0",
    "data.exclude_licences=" + json.dumps(load_recipe("attnpaint").data.exclude_licences),
    "training.validate_every=0",
    "training.checkpoint_every=0",
)
OWN = ("generator.widths=[16,24,48,72,96]", "generator.token_width=32", "discriminator.width=8")
WIDTHS = {"paints-chainer": (8, 8), "sgru": (24, 16), "sgru-ssn": (24, 16), "sgru-hint": (24, 16)}
PAIRS = {"painter-cat": "sunflower", "dragon": "sea", "flower-girl": "rose"}
MEASURES = (
    ("same", "psnr"),
    ("same", "ssim"),
    ("same", "delta_e"),
    ("same", "frechet_random"),
    ("cross", "dccw"),
    ("cross", "line_f1"),
    ("cross", "bleed"),
    ("cross", "sensitivity"),
)
PICTURES = 24
INTRODUCTION = (
    "# Every system, for ten minutes each",
    "`make systems DATA=… VALIDATION=…` makes this page. It is no verdict on the systems: each recipe "
    f"was trained for {SECONDS / 60:.0f} minutes of one processor core, at {SIDE}², with about a quarter "
    "of its widths and batches of 8, on the same pictures. Where a recipe looks through a VGG that VGG "
    "was random, because its weights were not at hand; the papers used ImageNet's. That is a handicap "
    "for `style2paints-v1`, `auto-painter`, `sgru` and `sgru-hint`. Recipes whose steps are cheap got "
    "more of them: the nine pictures of `sgru` left time for 32 steps, which is next to nothing. What takes "
    "hints got none here, and what takes no reference cannot follow one.",
    f"Judged on {PICTURES} validation pictures at {SIDE}², the network's own picture (`--finish "
    "painted`). *Same*: the reference is a warped, cropped and recoloured copy of the truth. *Cross*: "
    "it is another picture. `attnpaint evaluate --help` tells more.",
)


def arguments(name: str, data: list[str]) -> list[str]:
    """For `train`: a quarter of the recipe's widths."""
    recipe = load_recipe(name)
    width, critic = WIDTHS.get(name, (16, 16))
    own = OWN if name == "attnpaint" else (f"generator.width={width}", f"discriminator.width={critic}")
    settings = [*SETTINGS, *own, *(["refine.bundles=400"] if recipe.refine.steps else [])]
    compared = recipe.perceptual.weight > 0 and recipe.perceptual.backbone != "discriminator"
    looks = compared or "style" in recipe.generator.takes
    given = [f"--data={path}" for path in data] + [f"--set={setting}" for setting in settings]
    return ["train", f"--recipe={name}", "--device=cpu", *given, *["--guide-weights=random"] * looks]


def train(name: str, data: list[str], out: Path) -> None:
    """Two short runs, then one of as many steps as fit into SECONDS; steps and seconds go to budget.json."""
    trial = out.with_name(f"{name}.trial")
    second = bool(load_recipe(name).refine.steps)

    def run(steps: int, folder: Path) -> float:
        shutil.rmtree(folder, ignore_errors=True)
        more = [f"--set=training.steps={steps}"] + [f"--set=refine.steps={steps // 2}"] * second
        began = time.process_time()
        if code := attnpaint([*arguments(name, data), *more, f"--out={folder}"]):
            sys.exit(code)
        return time.process_time() - began

    short, long = run(SHORT, trial), run(LONG, trial)
    step = (long - short) / (LONG - SHORT)
    steps = max(SHORT, int((SECONDS - short) / step) + SHORT)
    seconds = run(steps, out)
    shutil.rmtree(trial)
    (out / "budget.json").write_text(json.dumps({"steps": steps, "seconds": seconds}))


def evaluate(names: list[str], validation: list[str], out: Path) -> None:
    given = [*(str(out / name) for name in names), *(f"--data={path}" for path in validation)]
    given += [f"--size={SIDE}", f"--pictures={PICTURES}", "--finish=painted", "--guide-weights=random"]
    if code := attnpaint(["evaluate", *given, "--device=cpu", f"--out={out / 'judged'}"]):
        sys.exit(code)


def page(names: list[str], out: Path) -> None:
    report, tour = json.loads((out / "judged/report.json").read_text()), Tour(out, list(INTRODUCTION))
    arrows, heads, columns = {"higher": " ↑", "lower": " ↓"}, [], []
    for side, measure in MEASURES:
        told = report["measures"][measure]
        heads.append(f"{side}: {told['title']}{arrows.get(told['better'], '')}")
        found = report["protocols"][side]["measures"][measure]
        columns.append({key.split(" ")[0]: f"{value['mean']:.3g}" for key, value in found.items()})
    rows = []
    for name in [*names, *BASELINES]:
        budget = out / name / "budget.json"
        spent = json.loads(budget.read_text()) if budget.exists() else {}
        cost = [f"{spent[key]:.0f}" if spent else "" for key in ("steps", "seconds")]
        rows.append((name, *cost, *(column.get(name, "") for column in columns)))
    tour.table(("system", "steps", "processor seconds", *heads), rows)
    tiles = []
    for picture, ref in PAIRS.items():
        square, _ = letterbox(on_white(drawing(picture)), 2 * SIDE)
        tiles += [("drawing", square), ("reference", reference(ref))]
        for name in names:
            colorizer = Colorizer.load(out / name, device="cpu", guide_weights="random")
            tiles.append((name, colorizer.colorize(square, reference(ref), finish="painted").picture))
    tour.show("systems", sheet(tiles, len(names) // 2 + 1, 160), "Three drawings, painted by every system")
    (HERE / "systems.md").write_text("\n\n".join(tour.parts) + "\n")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH")
    parser.add_argument("--validation", nargs="+", required=True, metavar="PATH")
    parser.add_argument(
        "--out", type=Path, default=Path("runs/systems"), help="models that it holds are not trained anew"
    )
    parser.add_argument("--only", help="train this recipe, and stop")
    given = parser.parse_args()
    if given.only:
        train(given.only, given.data, given.out / given.only)
        return
    names = recipe_names()
    missing = [name for name in names if not (given.out / name / "budget.json").exists()]
    one = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    commands = [[sys.executable, *sys.argv, f"--only={name}"] for name in missing]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda command: subprocess.run(command, env=one, check=True), commands))
    evaluate(names, given.validation, given.out)
    page(names, given.out)


if __name__ == "__main__":
    main()
