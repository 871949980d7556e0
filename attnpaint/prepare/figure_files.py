"""Folders or shards of figures: written by several processes, and gone on with where they were stopped."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import asdict, dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image

from attnpaint.errors import AttnpaintError, Stopped, UsageError
from attnpaint.extract.batch.workers import Died, in_order
from attnpaint.figures import LICENCE
from attnpaint.figures.canvas import Drawn
from attnpaint.figures.digest import renderer_digest
from attnpaint.figures.figure import render
from attnpaint.files import SMALL, make_folder, parse_json, read_bytes, replacing, sweep
from attnpaint.prepare.shards import members, shard_name

SETTINGS, MANIFEST = "figures.json", "manifest.csv"
IN_A_SHARD = 100  # figures
Telling = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
_PALETTE = [value for i in range(256) for value in (i * 67 % 256, i * 131 % 256, i * 29 % 256)]


@dataclass(frozen=True)
class Settings:
    """What is drawn: `views` pictures of each figure, size×size px."""

    views: int = 4
    seed: int = 0
    size: int = 640
    shards: bool = False


@dataclass(frozen=True)
class Written:
    """Views that lie there in the end, and those of them that this run has drawn."""

    views: int
    drawn: int


def name_of(number: int) -> str:
    return f"figure-{number:05}"


def write_figures(out: Path, count: int, settings: Settings, workers: int, telling: Telling) -> Written:
    """Draw `count` figures into a folder, leaving alone what an earlier run with equal settings has finished.

    Raises UsageError where the folder holds figures of other settings or of another version of the renderer,
    Stopped at a Ctrl-C.
    """
    make_folder(out)
    _agree(out, count, settings)
    sweep(out)
    tasks = [batch for batch in _batches(count, settings) if not _whole(out, batch, settings)]
    drawn = 0
    try:
        with (
            telling("drawing") as tell,
            closing(in_order(partial(_draw_batch, out, settings), tasks, workers)) as results,
        ):
            total = sum(len(batch) for batch in tasks) * settings.views
            tell(0, total)
            for result in results:
                if isinstance(result, Died):
                    problem = f"{name_of(result.task[0])} could not be drawn: its process was killed"
                    raise AttnpaintError(problem, "give the same command again, with fewer --workers")
                drawn += result
                tell(drawn, total)
    except KeyboardInterrupt:
        raise Stopped(f"stopped; {drawn} views are drawn", "give the same command again to go on") from None
    _write_manifest(out, count, settings)
    return Written(count * settings.views, drawn)


def _agree(out: Path, count: int, settings: Settings) -> None:
    wanted = asdict(settings) | ({"count": count} if settings.shards else {})
    path, renderer = out / SETTINGS, renderer_digest()
    if path.exists():
        try:
            there = parse_json(read_bytes(path, SMALL))
        except (OSError, ValueError):
            there = None
        by = there.pop("renderer", "an earlier one") if isinstance(there, dict) else ""
        if there != wanted:
            said = json.dumps(there) if there else "unreadable settings"
            raise UsageError(f"{out} holds figures of other settings ({said})", "choose another folder")
        if by != renderer:
            problem = f"{out} holds figures of another version of the renderer ({by}; this one is {renderer})"
            raise UsageError(problem, "choose another folder, or delete it to draw all of them anew")
        return
    with replacing(path) as part:
        part.write_text(json.dumps(wanted | {"renderer": renderer}) + "\n", encoding="utf-8")


def _batches(count: int, settings: Settings) -> Iterator[range]:
    step = IN_A_SHARD if settings.shards else 1
    for first in range(0, count, step):
        yield range(first, min(first + step, count))


def _whole(out: Path, batch: range, settings: Settings) -> bool:
    if settings.shards:
        return (out / shard_name(batch.start // IN_A_SHARD)).exists()
    folder = out / name_of(batch.start)
    return all((folder / f"{view}.parts.png").exists() for view in range(settings.views))


def _draw_batch(out: Path, settings: Settings, batch: range) -> int:
    """Draw the views of some figures that are not there; how many."""
    if settings.shards:
        with replacing(out / shard_name(batch.start // IN_A_SHARD)) as part, part.open("wb") as file:
            for number in batch:
                for view in range(settings.views):
                    drawn = render(settings.seed, number, view, settings.size)
                    file.write(
                        members((f"{name_of(number)}-{view}.{end}", data) for end, data in encode(drawn))
                    )
            file.write(bytes(1024))  # the end of a tar
        return len(batch) * settings.views
    done = 0
    for number in batch:
        folder = make_folder(out / name_of(number))
        sweep(folder)
        for view in range(settings.views):
            if not (folder / f"{view}.parts.png").exists():
                for end, data in encode(render(settings.seed, number, view, settings.size)):
                    with replacing(folder / f"{view}.{end}") as part:
                        part.write_bytes(data)
                done += 1
    return done


def encode(drawn: Drawn) -> Iterator[tuple[str, bytes]]:
    """(ending, file) of the three pictures; last the part map, whose file says that a view is whole."""
    parts = Image.fromarray(drawn.parts, "P")
    parts.putpalette(_PALETTE)
    pictures: tuple[tuple[str, Image.Image, dict[str, int]], ...] = (
        ("color.webp", Image.fromarray(drawn.colour), {"quality": 92, "method": 2}),
        ("line.webp", Image.fromarray(drawn.line).convert("RGB"), {"quality": 92, "method": 2}),
        ("parts.png", parts, {}),
    )
    for end, picture, options in pictures:
        file = BytesIO()
        picture.save(file, end.rpartition(".")[2].upper(), **options)
        yield end, file.getvalue()


def _write_manifest(out: Path, count: int, settings: Settings) -> None:
    between = "-" if settings.shards else "/"
    with replacing(out / MANIFEST) as part, part.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["path", "licence", "author", "width", "height", "same_as"])
        for number in range(count):
            for view in range(settings.views):
                path = f"{name_of(number)}{between}{view}.color.webp"
                size = settings.size
                table.writerow([path, LICENCE, "attnpaint contributors", size, size, name_of(number)])
