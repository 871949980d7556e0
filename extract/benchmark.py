"""`make bench-extract`: time, squared error and memory of the extractor beside others, same pictures."""

import argparse
import os
import platform
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image
from rich.console import Console

from attnpaint.errors import AttnpaintError
from attnpaint.extract.batch.folder import Request, extract
from attnpaint.extract.benchmark_memory import scale
from attnpaint.extract.benchmark_report import (
    CLUSTERING,
    COLORGRAM,
    COUNTING,
    DECODING,
    OURS,
    SKLEARN,
    Command,
    Figures,
    Raced,
    sheets,
    write_block,
)
from attnpaint.extract.histogram import band_edges, count_bands, measure
from attnpaint.extract.kmeans import Points, cluster
from attnpaint.extract.method import STARTS
from attnpaint.images import Picture, find_pictures, on_white, read_picture, resize

HOME = Path(__file__).parents[1]
PICTURES = "references", "samples/colors"
KINDS = "flat", "gradient", "shaded", "grainy"
COLORS = 4
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PACKAGES = "numpy", "opencv-python-headless", "pillow", "scikit-learn", "colorgram.py"

Palettes = Sequence[npt.NDArray[np.uint8]]


def illustration(side: int, kind: str) -> Picture:
    """Outlined shapes; on a gradient; in soft light; with grain. Each kind adds to the one before."""
    random, layers = np.random.default_rng(0), KINDS.index(kind)
    ground, sky = random.integers(60, 256, (2, 3))
    fade = np.linspace(0, 1 if layers > 0 else 0, side)[:, None, None]
    picture = np.broadcast_to(ground + (sky - ground) * fade, (side, side, 3)).astype(np.uint8, order="C")
    for corners in random.choice((3, 4, 5, 60), 24):  # 60: a disc
        turns = np.linspace(0, 2 * np.pi, corners, endpoint=False) + random.uniform(0, np.pi)
        x, y, radius = random.uniform((0, 0, 0.04), (1, 1, 0.2))
        shape = np.stack([x + radius * np.cos(turns), y + radius * np.sin(turns)], axis=1) * side
        color = random.integers(0, 256, 3).tolist()
        cv2.fillPoly(picture, [shape.round().astype(np.int32)], color, cv2.LINE_AA)
        ink, width = (24, 18, 20), max(1, side // 200)
        cv2.polylines(picture, [shape.round().astype(np.int32)], True, ink, width, cv2.LINE_AA)
    if layers > 1:
        light = random.uniform(0.6, 1.15, (5, 5)).astype(np.float32)
        shade = cv2.resize(light, (side, side), interpolation=cv2.INTER_CUBIC)[..., None]
        grain = random.standard_normal((side, side, 1), np.float32) * (6 if layers > 2 else 0)
        picture = (picture * shade + grain).clip(0, 255).astype(np.uint8)
    return picture


def square(picture: Picture, side: int) -> Picture:
    """The middle of a picture, on white, side × side × 3."""
    height, width = picture.shape[:2]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    return resize(on_white(picture[top : top + short, left : left + short]), side, side)


def decode(path: Path) -> Picture:
    """Plain decoding: what any program that measures a file must do."""
    return np.asarray(Image.open(path).convert("RGB"))


def bands_of(picture: Picture) -> list[Picture]:
    return np.split(picture, band_edges(len(picture))[1:-1])


def by_sklearn(picture: Picture) -> Palettes:
    """scikit-learn's k-means with ten starts on all pixels of each band."""
    from sklearn.cluster import KMeans

    solver = KMeans(COLORS, n_init=10, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about bands of fewer colours
        fits = [solver.fit(b.reshape(-1, 3).astype(np.float32)).cluster_centers_ for b in bands_of(picture)]
    return [fit.round().astype(np.uint8) for fit in fits]


def by_colorgram(picture: Picture) -> Palettes:
    """The published package, on each band."""
    import colorgram

    images = [Image.fromarray(band) for band in bands_of(picture)]
    return [np.array([c.rgb for c in colorgram.extract(i, COLORS)], np.uint8) for i in images]


def squared_error(picture: Picture, palettes: Palettes) -> float:
    """The mean over all pixels of the squared RGB distance to the nearest of the band's colours."""
    total = 0.0
    for band, colors in zip(bands_of(picture), palettes, strict=True):
        pixels = band.reshape(-1, 3).astype(np.float32)
        nearest = np.min([np.square(pixels - color).sum(axis=1) for color in colors], axis=0)
        total += float(nearest.sum(dtype=np.float64))
    return float(total / (picture.shape[0] * picture.shape[1]))


def seconds_of(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def count(picture: Picture) -> list[Points]:
    """The first half of our work; k-means is the second."""
    return [band.points() for band in count_bands(picture)]


def race(path: Path, repeats: int, all_of_them: bool) -> Raced:
    """The best time of each contender, taking turns; the slow ones, if asked for, a quarter as often."""
    picture = decode(path)
    points = count(picture)
    quick: dict[str, Callable[[], object]] = {
        DECODING: lambda: decode(path),
        OURS: lambda: measure(picture),
        COUNTING: lambda: count(picture),
        CLUSTERING: lambda: cluster(points, COLORS, STARTS, 0),
    }
    solvers = {SKLEARN: by_sklearn, COLORGRAM: by_colorgram} if all_of_them else {}
    seconds: dict[str, list[float]] = {name: [] for name in (*quick, *solvers)}
    palettes: dict[str, Palettes] = {OURS: list(measure(picture).colors)}
    for turn in range(repeats):
        for name, run in quick.items():
            seconds[name].append(seconds_of(run))
        for name, solve in solvers.items() if turn % 4 == 0 else ():
            began = time.perf_counter()
            palettes[name] = solve(picture)
            seconds[name].append(time.perf_counter() - began)
    best = {name: min(times) for name, times in seconds.items()}
    errors = {name: squared_error(picture, found) for name, found in palettes.items()} if all_of_them else {}
    return Raced(path.stem, len(picture), best, errors)


def command(folder: Path, repeats: int) -> Command:
    """The best time a picture of measuring a folder with one worker into a table, and of decoding it."""
    paths = find_pictures(folder)
    loops, commands = [], []
    for _ in range(1 + repeats):
        loops.append(seconds_of(lambda: [decode(path) for path in paths]))
        with TemporaryDirectory() as out:
            request = Request((folder,), Path(out, "histograms"), workers=1)
            commands.append(seconds_of(lambda request=request: extract(request)))  # type: ignore[misc]
    return Command(min(loops[1:]) / len(paths), min(commands[1:]) / len(paths))  # the first one warms up


def benchmark(assets: Path, sides: Sequence[int], repeats: int, counts: Sequence[int]) -> Figures:
    """All contenders on all pictures at the first side, the slow ones on one picture at the second."""
    cv2.setNumThreads(1)
    raced = []
    with TemporaryDirectory() as folder:
        home = Path(folder, "pictures")
        home.mkdir()
        found = [
            path for name in PICTURES if (assets / name).is_dir() for path in find_pictures(assets / name)
        ]
        for path in found:
            target = home / f"{path.parent.name}-{path.stem}.png"
            Image.fromarray(square(read_picture(path), sides[0])).save(target)
        for kind in KINDS:
            Image.fromarray(illustration(sides[0], kind)).save(home / f"{kind}.png")
        raced += [race(path, repeats, True) for path in find_pictures(home)]
        whole = command(home, repeats)
        for side in sides[1:]:
            for kind in KINDS:
                path = Path(folder, f"{kind}.png")
                Image.fromarray(illustration(side, kind)).save(path)
                raced.append(race(path, repeats, side == sides[1] and kind == KINDS[-1]))
    return Figures(raced, KINDS, whole, [scale(count) for count in counts])


def system_info() -> list[str]:
    versions = []
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            versions.append(f"{name} {version(name)}")
    return [f"{os.cpu_count()} processor cores", f"Python {platform.python_version()}", *versions]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description="Time, squared error and memory of extract-hist beside others."
    )
    parser.add_argument(
        "--assets", type=Path, default=HOME / "assets", help="holds references/, samples/colors/"
    )
    parser.add_argument(
        "--readme",
        type=Path,
        default=HOME / "docs" / "performance.md",
        help="gets the first table between its marks",
    )
    parser.add_argument(
        "--details", type=Path, default=HOME / "docs" / "extraction.md", help="gets all tables likewise"
    )
    parser.add_argument("--sides", type=int, nargs="+", default=[512, 1024, 2048, 4096], metavar="PIXELS")
    parser.add_argument("--repeats", type=int, default=8, help="the best of so many runs counts")
    parser.add_argument(
        "--scale", type=int, nargs="+", default=[], metavar="PICTURES", help="measure memory too"
    )
    options = parser.parse_args(arguments)
    try:
        report = sheets(benchmark(options.assets, options.sides, options.repeats, options.scale))
        best = f"Best of {options.repeats} runs, of colorgram.py and scikit-learn {-(-options.repeats // 4)}"
        caption = f"{best}; one thread; {', '.join(system_info())}."
        console = Console()
        for sheet in report:
            console.print(sheet.table())
        console.print(caption)
        for path, told in ((options.readme, report[:1]), (options.details, report)):
            if write_block(path, "\n\n".join([*(sheet.markdown() for sheet in told), caption])):
                print(f"The tables are in {path}", file=sys.stderr)
    except (AttnpaintError, ImportError) as error:
        sys.exit(f"benchmark: {error}")


if __name__ == "__main__":
    if any(
        os.environ.get(name) != value for name, value in ONE_THREAD.items()
    ):  # read when NumPy is imported
        again = [sys.executable, "-m", "attnpaint.extract.benchmark", *sys.argv[1:]]
        sys.exit(subprocess.call(again, env=os.environ | ONE_THREAD))
    main()
