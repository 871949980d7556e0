"""Unseen drawings in the colours of three references, by two models, on one sheet.

    python benchmarks/unseen_drawings.py val-*.tar --model BEFORE --model AFTER --sheet docs/unseen.webp

Lines are extracted from held-out pictures of figures in the shards, from one source after the other. A row:
the drawing, then for each reference the painting of each model. On top: the references.
"""

import argparse
import tarfile
from collections import defaultdict
from itertools import chain, zip_longest
from pathlib import Path

import numpy as np
from PIL import Image

from attnpaint import Colorizer
from attnpaint.data.lines import extract_lines
from attnpaint.images import Picture, fitted, letterbox, on_white, read_picture

REFERENCES = ("pink-hair", "green-dress", "autumn")
FIGURES = (  # sources of the corpus that show people, animals or mascots
    "allacrost", "asp", "bookdash", "comicgen", "flare", "gophers-egonelbre", "gracie", "kung-fu-gopher",
    "lily-novel", "morevna", "snap", "techmino", "wesnoth", "wesnoth-campaigns", "zig-mascots",
)  # fmt: skip
SUFFIXES = (".webp", ".png", ".jpg")
CELL = 150  # px
SIDE = 640  # px; drawings are no larger


def drawings(shards: list[Path], count: int) -> list[Picture]:
    found: dict[str, list[tuple[Path, str]]] = defaultdict(list)
    for shard in shards:
        with tarfile.open(shard) as tar:
            for name in sorted(tar.getnames()):
                source = name.split("/")[0]
                if (
                    source in FIGURES
                    and name.endswith(SUFFIXES)
                    and not {"line", "parts"} & set(name.split("."))
                ):
                    found[source].append((shard, name))
    turns = chain.from_iterable(zip_longest(*(found[source] for source in sorted(found))))
    chosen = [one for one in turns if one is not None][:count]
    return [extract_lines(fitted(opened(*one), SIDE, enlarge=False), 0, 0.5) for one in chosen]


def opened(shard: Path, name: str) -> Picture:
    with tarfile.open(shard) as tar:
        file = tar.extractfile(name)
        assert file is not None
        return on_white(read_picture(file.read()))


def cell(picture: Picture) -> Picture:
    colors = picture[..., :3] if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    return letterbox(np.ascontiguousarray(colors), CELL)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shards", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, action="append", required=True)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--sheet", type=Path, required=True)
    given = parser.parse_args()
    models = [Colorizer.load(model, many=True) for model in given.model]
    folder = Path(__file__).parent.parent / "assets/references"
    references = [folder / f"{name}.png" for name in REFERENCES]
    blank = np.full((CELL, CELL, 3), 255, np.uint8)
    shown = [cell(on_white(read_picture(one))) for one in references]
    head = [blank, *chain.from_iterable([one, *[blank] * (len(models) - 1)] for one in shown)]
    rows = []
    for drawing in drawings(given.shards, given.count):
        painted = [model.colorize(drawing, one).picture for one in references for model in models]
        rows.append(np.hstack([cell(picture) for picture in [drawing, *painted]]))
        print(f"{len(rows)} of {given.count}", flush=True)
    half = -(-len(rows) // 2)
    rows += [np.hstack([blank] * len(head))] * (2 * half - len(rows))
    columns = [np.vstack([np.hstack(head), *some]) for some in (rows[:half], rows[half:])]
    Image.fromarray(np.hstack(columns)).save(given.sheet, quality=70)


if __name__ == "__main__":
    main()
