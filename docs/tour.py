"""`make tour` makes docs/tour.md and its pictures, by the program's own commands, from assets/ alone."""

import csv
import os
import sys
import tempfile
from itertools import cycle
from pathlib import Path

import cv2
import numpy as np
from measured import PAIRS, bleeding, enlarged, sizes
from tour_folder import ASSETS, HERE, Tour, colorizer, crisp, drawing, reference, sheet, timed

from attnpaint.errors import SOME_FAILED
from attnpaint.extract import measure
from attnpaint.images import letterbox, on_white, to_grey, write_picture
from attnpaint.inference.coloring import FINISHES
from attnpaint.layered import Group, Layer, flatten, read_ora
from attnpaint.palettes.edit import turned
from attnpaint.palettes.swatch import to_hex

NAMES = tuple(PAIRS)
REFERENCES = ("sunflower", "green-dress", "rose", "sea", "pink-hair", "castle", "autumn", "night")
CROP = 320  # px of the crops at 100 %
INTRODUCTION = [
    "# A tour",
    "`make tour` makes this page: it runs the commands below in an empty folder beside `assets/`, "
    "measures, and opens again what they wrote. Files that are not in `assets/` it makes first, from those "
    "that are; their authors and licences are in [assets/LICENCES.md](../assets/LICENCES.md).",
]


def full_size(tour: Tour) -> None:
    write_picture(tour.work / "large.png", crisp(drawing("painter-cat"), 4.096))
    large = tour.read("large.png")
    height, width = large.shape[:2]
    tour.say(
        "## 1. A large drawing at its own size",
        f"`large.png` is assets/drawings/painter-cat.png, enlarged to {width}×{height} with crisp lines.",
    )
    command = "attnpaint colorize large.png --ref assets/references/sunflower.png --finish {0} -o {0}.png"
    tour.shell(*(command.format(finish) for finish in FINISHES))
    pictures = {"drawing": large} | {finish: tour.read(f"{finish}.png") for finish in FINISHES}
    tour.show("full", sheet(list(pictures.items()), 4, 340), "The drawing and its three finishes, small")
    tour.say(
        "What `painted` has on the paper beside the head is the network's own guess; in `flat` each region "
        "takes what most of it points at.",
        "Crops at 100 %. *Enlarged* is what would happen without the drawing's regions: the network's own "
        "picture, 512 px, enlarged by cubic interpolation. *Under lines*: and the drawing on it.",
    )
    bare, lined = enlarged("large", tour, "sunflower")
    views = {"enlarged": bare, "under lines": lined} | {finish: pictures[finish] for finish in FINISHES}
    places = [(round(y * height), round(x * width)) for y, x in ((0.525, 0.52), (0.73, 0.67))]
    tiles = [(name, view[y : y + CROP, x : x + CROP]) for y, x in places for name, view in views.items()]
    tour.show("crops", sheet(tiles, len(views)), "Crops at 100 %")
    worst = int(np.abs(pictures["flat"].astype(int) - large).max(axis=2)[to_grey(large) == 0].max())
    tour.say(f"Where the drawing is black, the flat picture is at most {worst} levels of 255 away from it.")


def layers(tour: Tour) -> None:
    from psd_tools import PSDImage

    tour.say("## 3. Layers, opened again")
    command = "attnpaint colorize assets/drawings/flower-girl.png --ref assets/references/rose.png -o girl{}"
    tour.shell(
        *(command.format(end) for end in (".ora", ".psd", ".png", "-paint.png --finish painted --no-lines"))
    )
    stack, picture, paint = (
        read_ora(tour.work / "girl.ora"),
        tour.read("girl.png"),
        tour.read("girl-paint.png"),
    )
    height, width = picture.shape[:2]
    psd = PSDImage.open(tour.work / "girl.psd")
    whole = np.asarray(psd.composite(force=True))
    groups = {layer.name: layer for layer in stack if isinstance(layer, Group)}
    differences = (
        (".ora, flattened", "the PNG", on_white(flatten(stack, height, width)), picture),
        (".psd, put together by psd-tools", "the PNG", on_white(whole), picture),
        (
            "the .ora's group “palette”",
            "the painting alone",
            on_white(flatten(groups["palette"].layers, height, width)),
            paint,
        ),
    )
    rows = [(one, two, int(np.abs(a.astype(int) - b).max())) for one, two, a, b in differences]
    tour.table(("what", "beside", "largest difference, levels of 255"), rows)
    parts = [
        f"{layer.name} ({', '.join(one.name for one in layer)})" if layer.is_group() else layer.name
        for layer in psd
    ]
    tour.say(
        f"The .psd has, from the bottom: {', '.join(parts)}. Seen are the group *flat*, one layer for each "
        "colour, and the lines, on multiply. Hidden are the other finishes, the reference, and the group "
        "*palette*, which splits the network's soft painting into its colours.",
        "Below, every layer of the .ora, from the bottom, on white.",
    )
    every = [one for layer in stack for one in (layer.layers if isinstance(layer, Group) else [layer])]
    tiles = [(one.name, one.draw()) for one in every if isinstance(one, Layer)]
    tour.show("layers", sheet(tiles, 8, 180), "Every layer on white")


def palette(tour: Tour) -> None:
    sea = measure(reference("sea"))
    vivid = np.ptp(sea.colors, axis=2) * sea.weights
    old = to_hex(sea.colors[np.unravel_index(vivid.argmax(), vivid.shape)].tolist())
    tour.say(
        "## 4. A palette, edited",
        "Each picture with its card; the card's rows are the bands. "
        "`--swap` changes the colour and all that are like it.",
    )
    ways = {
        "sea": "assets/references/sea.png",
        "swapped": f'sea.json --swap "{old}=#c03060"',
        "turned": "sea.json --hue 120",
        "top from rose": "sea.json@2-4 assets/references/rose.png@1",
    }
    files = [f"{name.replace(' ', '-')}" for name in ways]
    commands = [
        f"attnpaint palette {way} -o {f}.json -o {f}.png" for f, way in zip(files, ways.values(), strict=True)
    ]
    paint = "attnpaint colorize assets/drawings/painter-cat.png --palette {0}.json -o cat-{0}.png"
    tour.shell(*commands, *(paint.format(file) for file in files))
    cats, cards = (
        [(name, tour.read(f"{kind}{file}.png")) for name, file in zip(ways, files, strict=True)]
        for kind in ("cat-", "")
    )
    both = sheet([*cats, *cards], 4, 400)
    tour.show("palette", both, "Four palettes and what they paint")
    square, _ = letterbox(drawing("painter-cat"), 512)
    palettes = cycle([turned(sea, hue) for hue in range(10, 360, 17)])
    coloring = colorizer().colorize(square, sea)
    again = timed(20, lambda: coloring.recolor(next(palettes)).picture)
    anew = timed(5, lambda: colorizer().colorize(square, next(palettes)).picture)
    tour.say(
        f"In Python, `coloring.recolor(palette).picture` takes {again:.0f} ms at 512² (median of 20); "
        f"painting again, with the model loaded, {anew:.0f} ms (median of 5; load {os.getloadavg()[0]:.1f})."
    )


def batch(tour: Tour) -> None:
    (tour.work / "twenty").mkdir()
    every = [(name, drawing(name)) for name in NAMES]
    every += [(f"{name}-mirrored", picture[:, ::-1]) for name, picture in every]
    every += [(f"{name}-top", picture[:400]) for name, picture in every[:8]]
    for name, picture in every:
        write_picture(tour.work / "twenty" / f"{name}.png", np.ascontiguousarray(picture))
    whole = (ASSETS / "drawings/car.png").read_bytes()
    (tour.work / "twenty/damaged.png").write_bytes(whole[: len(whole) // 2])
    names = [name for name, _ in every]
    names.insert(7, "damaged")
    with (tour.work / "pairs.csv").open("w", newline="") as file:
        rows = (
            (f"twenty/{name}.png", f"assets/references/{ref}.png")
            for name, ref in zip(names, cycle(REFERENCES))
        )
        csv.writer(file).writerows([("sketch", "reference"), *rows])
    command = "attnpaint colorize --pairs pairs.csv -o painted"
    tour.say(
        "## 5. Twenty drawings in one call",
        "Twenty drawings made from the six of assets/, whole, mirrored and cut, each with the next of its "
        "eight references in a CSV; and one file that was cut short, to see that it does not stop the rest.",
        f"    {command}",
        "`pairs.csv` begins with",
        "\n".join(f"    {line}" for line in (tour.work / "pairs.csv").read_text().splitlines()[:3]),
    )
    told = tour.run(command, SOME_FAILED).told
    tour.say(
        f"It ended with exit code {SOME_FAILED} and said:",
        "\n".join(f"    {line}" for line in told.splitlines()),
    )
    tiles = [(name, tour.read(f"painted/twenty/{name}.png")) for name, _ in every]
    tour.show("twenty", sheet(tiles, 5, 220), "Twenty painted drawings")


def frames(tour: Tour) -> None:
    (tour.work / "frames").mkdir()
    girl, chance = crisp(drawing("flower-girl"), 2), np.random.default_rng(0)
    height, width = girl.shape
    y, x = np.indices(girl.shape, np.float32)
    for number in range(10):
        sway = float(6 * np.sin(number / 2)) * (1 - y / height)
        wobble = [
            cv2.GaussianBlur(chance.normal(0, 60, girl.shape).astype(np.float32), (0, 0), 12) for _ in "xy"
        ]
        frame = cv2.remap(girl, x + sway + wobble[0], y + wobble[1], cv2.INTER_CUBIC, borderValue=255)
        grain = chance.normal(0, 10, girl.shape) * (frame < 250)
        write_picture(tour.work / "frames" / f"{number}.png", (frame + grain).clip(0, 255).astype(np.uint8))
    tour.say(
        "## 6. Frames",
        f"Ten frames of assets/drawings/flower-girl.png at {width}×{height}: the head sways by a few pixels, "
        "the lines wobble and have grain.",
    )
    command = "attnpaint colorize frames --ref assets/references/green-dress.png -o {}"
    _, held = tour.shell(command.format("own"), command.format("held --frames"))
    tour.say("The second said:", "\n".join(f"    {line}" for line in held.told.splitlines()))
    upper = slice(None, height // 2)
    tiles = [
        (f"{folder} {n}", tour.read(f"{folder}/{n}.png")[upper])
        for folder in ("own", "held")
        for n in range(5)
    ]
    tour.show("frames", sheet(tiles, 5, 300), "Five frames, upper half: each on its own above, held below")


def main() -> None:
    """Named sections are made anew; without names all of them are."""
    (HERE / "tour").mkdir(exist_ok=True)
    page = HERE / "tour.md"
    known = page.read_text().rstrip().split("\n\n## ")[1:] if sys.argv[1:] and page.exists() else []
    pages = {part[0]: f"## {part}" for part in known}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "assets").symlink_to(ASSETS)
        # sizes first: a process that is started counts its parent's peak as its own
        for section in (sizes, full_size, layers, palette, batch, frames, bleeding):
            if section.__name__ in (sys.argv[1:] or [section.__name__]):
                print(section.__name__, file=sys.stderr)
                section(tour := Tour(Path(folder), []))
                pages[tour.parts[0][3]] = "\n\n".join(tour.parts)
                page.write_text("\n\n".join([*INTRODUCTION, *(pages[n] for n in sorted(pages))]) + "\n")


if __name__ == "__main__":
    main()
