"""What the sections of the tour share: a folder to work in, commands that are run and told, sheets."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from PIL import Image

from attnpaint import Colorizer
from attnpaint.images import Picture, fitted, on_white, read_picture, to_grey
from attnpaint.sheets.labels import Tile, lay_out

HERE = Path(__file__).parent
ASSETS = HERE.parent / "assets"


@dataclass(frozen=True)
class Ran:
    """A command that came to its end. told: what it said, its last line; peak: MiB; load: before it began."""

    told: str
    seconds: float
    cpu: float
    peak: float
    load: float


@dataclass(frozen=True)
class Tour:
    """A folder to work in, where assets/ is seen, and the page so far."""

    work: Path
    parts: list[str]

    def say(self, *paragraphs: str) -> None:
        self.parts.extend(paragraphs)

    def run(self, command: str, code: int = 0) -> Ran:
        """In a process of its own, as if typed; any other exit code ends the tour."""
        load, began = os.getloadavg()[0], time.perf_counter()
        with (self.work / "told.txt").open("w+b") as told:
            words = [sys.executable, "-m", *shlex.split(command)]
            process = subprocess.Popen(words, cwd=self.work, stdout=subprocess.DEVNULL, stderr=told)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
        text = (self.work / "told.txt").read_text().strip()
        if process.returncode != code:
            sys.exit(f"{command}\nended with {process.returncode}: {text}")
        peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        return Ran(text, seconds, usage.ru_utime + usage.ru_stime, peak, load)

    def shell(self, *commands: str) -> list[Ran]:
        """Show them, then run them one after the other."""
        self.say("\n".join(f"    {command}" for command in commands))
        return [self.run(command) for command in commands]

    def read(self, name: str) -> Picture:
        return on_white(read_picture(self.work / name))

    def show(self, name: str, picture: Picture, words: str, crisp: bool = False) -> None:
        """crisp: kept as it is, to the pixel."""
        how = {"lossless": True} if crisp else {"quality": 85}
        Image.fromarray(picture).save(HERE / "tour" / f"{name}.webp", method=6, **how)
        self.say(f"![{words}](tour/{name}.webp)")

    def table(self, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        lines = [head, ["---"] * len(head), *rows]
        self.say("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines))


def sheet(tiles: Sequence[tuple[str, Picture]], columns: int, side: int = 0) -> Picture:
    """Pictures in rows under their labels; side: of each, px; 0 leaves them as they are."""
    cells = [Tile(fitted(on_white(p), side) if side else on_white(p), label) for label, p in tiles]
    return lay_out([cells[first : first + columns] for first in range(0, len(cells), columns)])


def drawing(name: str) -> Picture:
    return read_picture(ASSETS / "drawings" / f"{name}.png")


def reference(name: str) -> Picture:
    return read_picture(ASSETS / "references" / f"{name}.png")


def crisp(picture: Picture, scale: float) -> Picture:
    """A drawing enlarged, H×W, its edges one or two pixels wide again as if it had been drawn so large."""
    grey = cv2.resize(to_grey(picture), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(grey, (0, 0), max(0.5, 0.4 * scale)).astype(np.float32)
    return ((soft - 128) * max(1, 0.8 * scale) + 128).clip(0, 255).astype(np.uint8)


def covering(name: str, height: int, width: int) -> Picture:
    """The upper part of a drawing at that size, H×W."""
    picture = drawing(name)
    scale = max(height / picture.shape[0], width / picture.shape[1]) * 1.0001
    return crisp(picture, scale)[:height, :width]


def timed(times: int, call: Callable[[], object]) -> float:
    """Median milliseconds, after one call that does not count."""
    seconds = []
    for _ in range(times + 1):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return 1000 * median(seconds[1:])


@cache
def colorizer() -> Colorizer:
    return Colorizer.load()
