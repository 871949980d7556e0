"""The measuring of one reference: what a worker does, here or on another machine."""

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.extract.batch.ancestor_files import inside, json_path, write_json
from attnpaint.extract.batch.preview_sheet import Tile, make_tile
from attnpaint.extract.batch.sources import MOST_BYTES, Failure, Source, cannot_read, too_large
from attnpaint.extract.batch.table_check import Row
from attnpaint.extract.histogram import measure
from attnpaint.extract.method import MOST, Method
from attnpaint.files import make_folder
from attnpaint.images import Picture, read_picture, write_picture

LONGEST = 255  # bytes in a file's name


@dataclass(frozen=True, eq=False)
class Measured:
    """A row, and the uint8 H×W×3|4 picture that it was measured on."""

    row: Row
    picture: Picture


@dataclass(frozen=True)
class Orders:
    """What is made of every reference: its row, and beside it below `out` what is asked for."""

    out: Path
    method: Method
    images: bool
    ancestor_json: bool

    def image_paths(self, name: str) -> list[Path]:
        """Where its histogram images go, one per rank."""
        ranks = range(1, self.method.colors + 1) if self.images else ()
        return [inside(self.out / "images", f"{name}.{rank}.png") for rank in ranks]

    def json_paths(self, name: str) -> list[Path]:
        """Where its histogram in the ancestor's layout goes."""
        return [json_path(self.out / "json", name)] if self.ancestor_json else []

    def nothing_missing(self, name: str) -> bool:
        """Whether all that is made beside its row is there."""
        return self.can_be_named(name) and all(path.is_file() for path in self._paths(name))

    def can_be_named(self, name: str) -> bool:
        """Whether file systems take the names of what is made beside its row."""
        return all(len(os.fsencode(part)) <= LONGEST for path in self._paths(name) for part in path.parts)

    def outdated(self, name: str) -> list[Path]:
        """What an earlier run may have made beside its row that this one does not make."""
        homes = [self.out / "images", self.out / "json"]
        if not any(home.is_dir() for home in homes):
            return []
        most = replace(self, method=replace(self.method, colors=MOST), images=True, ancestor_json=True)
        made = self._paths(name)
        return [path for path in most._paths(name) if path not in made]

    def _paths(self, name: str) -> list[Path]:
        return self.image_paths(name) + self.json_paths(name)


@dataclass(frozen=True)
class Task:
    """A reference with its turn in the run; digest: of the bytes that were measured before, or empty."""

    turn: int
    source: Source
    digest: str
    tile: bool


@dataclass(frozen=True, eq=False)
class Done:
    """row: None where the file's bytes are those that were measured before."""

    task: Task
    row: Row | None
    tile: Tile | None


def work(orders: Orders, task: Task) -> Done | Failure:
    """Measure one reference and write what is asked for beside its row."""
    source = task.source
    if source.size > MOST_BYTES:
        return too_large(source.name)
    if not orders.can_be_named(source.name):
        return Failure(source.name, "has too long a name for the files beside the table", "shorten it")
    try:
        data = source.read()
    except OSError as error:
        return cannot_read(source.name, error)
    if task.digest and digest(data) == task.digest:
        return Done(task, None, None)
    measured = measure_source(source.name, data, source.mtime_ns, orders.method)
    if isinstance(measured, Failure):
        return measured
    row, picture = measured.row, measured.picture
    for path in orders.outdated(row.path):
        path.unlink(missing_ok=True)
    if orders.images:
        images = row.histogram.images(row.height, row.width)
        for path, image in zip(orders.image_paths(row.path), images, strict=True):
            write_picture(make_folder(path.parent) / path.name, image)
    for path in orders.json_paths(row.path):
        write_json(make_folder(path.parent) / path.name, row.histogram)
    return Done(task, row, make_tile(row.path, picture, row.histogram) if task.tile else None)


def measure_source(name: str, data: bytes, mtime_ns: int, method: Method) -> Measured | Failure:
    """The row of a picture by the bytes of its file; whatever is wrong with them becomes a Failure."""
    try:
        picture = read_picture(data)
        histogram = measure(picture, method)
    except PictureError as error:
        return Failure(name, error.problem.removeprefix("the picture "), error.remedy)
    except MemoryError:
        return Failure(name, "needs more memory than there is", "make it smaller first")
    except AttnpaintError:
        raise
    except Exception as error:  # one picture must not stop a run of millions
        return Failure(name, f"broke the extractor ({type(error).__name__}: {error})", "please report it")
    height, width = picture.shape[:2]
    return Measured(Row(name, width, height, histogram, len(data), mtime_ns, digest(data)), picture)


def digest(data: bytes) -> str:
    """BLAKE2b-128, hexadecimal."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()
