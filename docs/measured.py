"""The tour's tables: time and memory by size, and what the drawing's regions are worth."""

import os

import numpy as np
from tour_folder import Ran, Tour, colorizer, covering, crisp, drawing, reference

from attnpaint.colour import to_lab
from attnpaint.eval.metrics.lines import line_f1
from attnpaint.eval.metrics.regions import bleed
from attnpaint.images import Picture, lines_over, to_grey, write_picture
from attnpaint.inference.coloring import FINISHES

SIZES = ((1024, 1024), (2048, 2048), (4096, 4096), (6000, 4096))  # height, width
RUNS = 2  # of each measured command; of those that write layers one
SIZED = "attnpaint colorize girl.png --ref assets/references/green-dress.png -o girl-painted.{}"
PAIRS = {
    "painter-cat": "sunflower",
    "schoolgirl": "green-dress",
    "flower-girl": "rose",
    "dragon": "sea",
    "car": "pink-hair",
    "autumn": "castle",
}


def sizes(tour: Tour) -> None:
    rows: list[tuple[str, float, Ran]] = []
    for height, width in SIZES:
        write_picture(tour.work / "girl.png", covering("schoolgirl", height, width))
        for suffix in ("png", "ora", "psd") if height == width == 4096 else ("png",):
            runs = RUNS if suffix == "png" else 1
            ran = min((tour.run(SIZED.format(suffix)) for _ in range(runs)), key=lambda ran: ran.cpu)
            rows.append((f"{width}×{height}, .{suffix}", width * height / 1e6, ran))
    tour.say(
        "## 2. Time and memory",
        f"    {SIZED.format('png')}",
        f"A process of its own for each, the cheapest of {RUNS}; {os.cpu_count()} cores that other work "
        "shares (*load*: how many processes wanted one), so *processor seconds* tell more than seconds. The "
        "last column is what each megapixel more than the first row's costs; equal numbers are linear time.",
    )
    (_, least, first), *_ = rows
    body = [
        (name, f"{ran.seconds:.1f}", f"{ran.cpu:.1f}", f"{ran.peak:.0f}", f"{ran.load:.1f}",
         f"{(ran.cpu - first.cpu) / (area - least):.2f}" if area > least else "")
        for name, area, ran in rows
    ]  # fmt: skip
    tour.table(
        ("drawing", "seconds", "processor seconds", "peak MiB", "load", "processor seconds a megapixel"), body
    )


def enlarged(name: str, tour: Tour, ref: str) -> tuple[Picture, Picture]:
    """The network's picture at the drawing's size, as it is and under the drawing's lines."""
    coloring = colorizer().colorize(tour.work / f"{name}.png", reference(ref))
    box = coloring.canvas.drawing.box
    bare = box.crop_back(coloring.canvas.image(coloring.histogram))
    return bare, lines_over(bare, coloring.canvas.drawing.clean)


def bleeding(tour: Tour) -> None:
    found: dict[str, list[list[float]]] = {}
    for name, ref in PAIRS.items():
        lines = crisp(drawing(name), 1500 / max(drawing(name).shape[:2]))
        write_picture(tour.work / f"{name}.png", lines)
        coloring = colorizer().colorize(lines, reference(ref))
        bare, lined = enlarged(name, tour, ref)
        views = {"network's picture, enlarged": bare, "the same under the drawing's lines": lined}
        views |= {f"--finish {finish}": coloring.finished(finish).picture for finish in FINISHES}
        for way, view in views.items():
            found.setdefault(way, []).append([bleed(to_lab(view), lines), line_f1(to_grey(view), lines)])
    tour.say(
        "## 7. Bleed and line keeping",
        "Six drawings of `assets/` at 1500 px, each with another reference: means. Bleed is the mean ΔE2000 "
        "between a pixel and the mean colour of its closed region (shading counts too), line F1 is 1 where "
        "all lines are kept and none added. The first two rows are without the drawing's regions. What lies "
        "right beside lines does not count as bleed: there see the crops above. (`attnpaint evaluate "
        "--finish` measures more.)",
    )
    means = ((way, np.mean(values, axis=0)) for way, values in found.items())
    rows = [(way, f"{spill:.2f}", f"{kept:.3f}") for way, (spill, kept) in means]
    tour.table(("", "bleed, ΔE ↓", "line F1 ↑"), rows)
