"""How clean flat finishes are: colour edges and pieces of colour without a line, and white left over.

    python benchmarks/finish.py --shards corpus-val-*.tar --drawings 24

Paints the drawings of assets/ with each of four references, and drawings out of shards with the picture that
they are of (its genuine lines where the shard has them). All lengths are px of a drawing of 512.
"""

import argparse
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.colour import delta_e_2000, to_lab
from attnpaint.data.lines import extract_lines
from attnpaint.extract.ground import find_ground
from attnpaint.images import Picture, nearest, on_white, read_picture, resize, to_grey, write_picture
from attnpaint.inference.canvas import fine
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.colorizer import Colorizer
from attnpaint.segment.regions import extent, paper_of

ASSETS = Path(__file__).parents[1] / "assets"
REFERENCES = ("sunflower", "pink-hair", "sea", "green-dress")
SEEN = 5.0  # ΔE2000 from which on two neighbours show an edge
OPEN = 0.1  # share of a piece's border without a line, from which on it counts
GROUND = 0.1  # share of the drawing's edge from which on a region at it is ground
LIKE = 10.0  # ΔE2000 to a truth's ground up to which it may be that
WHITE, COLORED = 245, 235  # least channel of what is white; of a truth that is not
FIGURES = (
    "duelyst", "pepper-carrot-run", "girl-stump", "juniper", "comicgen", "renpy", "snowy-vn", "codel",
    "sachi", "akari", "anan", "konqi", "lily-novel", "techmino", "dicebear-adventurer", "kung-fu-gopher",
    "morevna", "wesnoth", "allacrost", "asp", "openmoji", "openclipart",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """edges: length of colour edges without ink; pieces: of colour, of whose border a tenth is such; white:
    share of what is not ground. all_edges, all_pieces: with ink and without."""

    name: str
    edges: float
    all_edges: float
    pieces: int
    all_pieces: int
    white: float


def measure(name: str, coloring: Coloring, truth: Picture | None) -> Found:
    canvas = coloring.canvas
    labels = canvas.labels
    unit = max(1.0, extent(*labels.shape) / 512)
    colors, kinds = np.unique(coloring.finished("flat").flats, axis=0, return_inverse=True)
    painted = kinds.ravel()[labels]
    lab = to_lab(colors)
    apart = delta_e_2000(lab[:, None], lab) > SEEN
    grey = to_grey(fine(canvas.drawing.clean))
    reach = 2 * round(unit) + 1
    ink = cv2.dilate((~paper_of(grey)).astype(np.uint8), np.ones((reach, reach), np.uint8))
    pieces = _pieces(painted)
    border, bare = (np.zeros(int(pieces.max()) + 1) for _ in range(2))
    edges = every = 0
    for ours, theirs in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        seen = apart[painted[ours], painted[theirs]]
        free = seen & (ink[ours] == 0) & (ink[theirs] == 0)
        edges, every = edges + int(free.sum()), every + int(seen.sum())
        for side in (ours, theirs):
            border += np.bincount(pieces[side][seen], minlength=len(border))
            bare += np.bincount(pieces[side][free], minlength=len(border))
    counted = (border > 0) & (bare >= OPEN * border)
    edge = np.concatenate([labels[[0, -1]].ravel(), labels[:, [0, -1]].ravel()])
    figure = (np.bincount(edge, minlength=int(labels.max()) + 1) < GROUND * edge.size)[labels]
    white = (colors.min(axis=1) >= WHITE)[painted] & figure & paper_of(grey)  # under ink none is seen
    if truth is not None:
        white &= nearest(_coloured(truth).astype(np.uint8), *labels.shape) > 0
    return Found(
        name, edges / unit, every / unit, int(counted.sum()), int((border > 0).sum()),
        float(white.sum() / max(1, figure.sum())),
    )  # fmt: skip


def _coloured(truth: Picture) -> npt.NDArray[np.bool_]:
    """H×W: where a truth H×W×3 is neither white nor of its ground's colour: what is to be painted."""
    found: npt.NDArray[np.bool_] = truth.min(axis=2) < COLORED
    ground = find_ground(truth)
    if ground is not None:
        apart = delta_e_2000(to_lab(truth), to_lab(np.array(ground.color, np.uint8)))
        found &= (ground.there == 0) & (apart > LIKE)
    return found


def _pieces(painted: npt.NDArray[np.integer]) -> npt.NDArray[np.int32]:
    """Connected pieces of one colour, numbered from 1."""
    found = np.zeros(painted.shape, np.int32)
    for kind in np.unique(painted):
        count, parts = cv2.connectedComponents((painted == kind).astype(np.uint8), connectivity=4)
        found[parts > 0] = parts[parts > 0] + found.max()
        del count
    return found


def of_assets() -> Iterator[tuple[str, Picture, Picture, Picture | None]]:
    for drawing in sorted((ASSETS / "drawings").glob("*.png")):
        for name in REFERENCES:
            reference = read_picture(ASSETS / "references" / f"{name}.png")
            yield f"{drawing.stem}-{name}", read_picture(drawing), reference, None


def of_shards(shards: list[Path], most: int) -> Iterator[tuple[str, Picture, Picture, Picture | None]]:
    """Figures first, of each source in turn."""
    members: dict[str, list[tuple[Path, str]]] = {}
    for shard in shards:
        with tarfile.open(shard) as file:
            for name in sorted(file.getnames()):
                if name.endswith(".webp") and not name.endswith(".line.webp"):
                    members.setdefault(name.split("/")[0], []).append((shard, name))
    wanted = [source for start in FIGURES for source in sorted(members) if source.startswith(start)]
    queue = [members[source][turn] for turn in range(9) for source in wanted if turn < len(members[source])]
    for shard, name in queue[:most]:
        with tarfile.open(shard) as file:
            truth = on_white(_member(file, name))
            lines = name.replace(".color.webp", ".line.webp")
            known = lines != name and lines in file.getnames()
            drawing = on_white(_member(file, lines)) if known else extract_lines(truth, 0, 0.5)
        if drawing.ndim == 2:
            drawing = np.repeat(drawing[..., None], 3, axis=2)
        yield name.removesuffix(".webp").replace("/", "-"), drawing, truth, truth


def _member(file: tarfile.TarFile, name: str) -> Picture:
    stream = file.extractfile(name)
    assert stream is not None
    return read_picture(io.BytesIO(stream.read()).getvalue())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shards", type=Path, nargs="*", default=[])
    parser.add_argument("--drawings", type=int, default=24)
    parser.add_argument("--pictures", type=Path, help="folder for the paintings, to look at")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    painter = Colorizer.load(device="cpu")
    every: list[Found] = []
    for name, drawing, reference, truth in (*of_assets(), *of_shards(given.shards, given.drawings)):
        coloring = painter.colorize(drawing, reference, "flat")
        every.append(measure(name, coloring, truth))
        print(f"{name:50} {every[-1]}", flush=True)
        if given.pictures:
            given.pictures.mkdir(exist_ok=True)
            write_picture(given.pictures / f"{name}.png", resize(coloring.picture[..., :3], *_fit(drawing)))
    told = {
        "drawings": len(every),
        "colour edges without a line, px": sum(one.edges for one in every),
        "of them all": sum(one.edges for one in every) / sum(one.all_edges for one in every),
        "pieces without a line": sum(one.pieces for one in every),
        "of them all ": sum(one.pieces for one in every) / sum(one.all_pieces for one in every),
        "white outside the ground, mean": float(np.mean([one.white for one in every])),
    }
    print(json.dumps(told, indent=1))
    if given.json:
        given.json.write_text(json.dumps({"told": told, "each": [vars(one) for one in every]}, indent=1))


def _fit(drawing: Picture) -> tuple[int, int]:
    height, width = drawing.shape[:2]
    scale = min(1.0, 700 / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


if __name__ == "__main__":
    main()
