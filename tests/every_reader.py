"""One whole file of each kind that is read, made by the program's own writers, and what reads it."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from attnpaint.config import GeneratorConfig, Recipe
from attnpaint.data.sources import manifest_rows
from attnpaint.eval.records import JOURNAL, Records, read_records, read_summary
from attnpaint.eval.setup import Setup
from attnpaint.eval.study.ratings import read_key, read_ratings
from attnpaint.extract import Histogram, Method, measure
from attnpaint.extract.batch.ancestor_files import read_json, write_json
from attnpaint.extract.batch.journal import Journal
from attnpaint.extract.batch.sources import find_sources, listed, read_list
from attnpaint.extract.batch.store import Table, TableWriter
from attnpaint.extract.batch.table_check import Row
from attnpaint.images import read_picture
from attnpaint.jobs.pairs_file import read_pairs
from attnpaint.layered.layer import Layer
from attnpaint.layered.ora import read_ora, write_ora
from attnpaint.model.build import build_generator
from attnpaint.model.checkpoint_file import read_checkpoint
from attnpaint.model.folder import load_model, save_model
from attnpaint.palettes.files import read_palette, write_palette
from attnpaint.prepare.filters import Reason, Verdict
from attnpaint.prepare.ledger import Ledger
from attnpaint.prepare.options import Options, Outcome, done_before, write_done
from attnpaint.prepare.packing import Look
from attnpaint.prepare.shards import members
from attnpaint.projects import Fill, Marks, Project, read_project, write_project
from attnpaint.recipe_file import load_recipe, to_toml

Reader = Callable[[Path], object]

PICTURES = (".png", ".jpg", ".webp", ".tif", ".gif", ".bmp", ".ppm")
TEXTS = (".gpl", ".hex", ".json", ".toml", ".csv", "ratings.csv", "manifest.csv", "list.txt", "key.json")
"""Files that people write, or open and save, with other programs."""
SETUP = Setup(64, 4, 0, "data", {"ours": "mark"})
OPTIONS = json.dumps(Options().to_dict())


def layers_of(path: Path) -> object:
    return [layer.draw() for layer in read_ora(path) if isinstance(layer, Layer)]


def ratings_of(path: Path) -> object:
    return read_ratings([path], read_key(path.with_name("key.json")))


def journal_of(path: Path) -> object:
    with Journal(path, path.with_name("none.parquet"), Method()) as journal:
        return [journal.get(f"{number}.png") for number in range(3)]


def records_of(path: Path) -> object:
    with Records(path.parent, SETUP) as records:
        return records.features("ours", "same"), list(records)


def ledger_of(path: Path) -> object:
    with Ledger(path, OPTIONS, "mark") as ledger:
        ledger.settle(4)
        return list(ledger.dropped()), list(ledger.kept()), ledger.counts(), ledger.left()


READERS: dict[str, Reader] = {
    **dict.fromkeys(PICTURES, read_picture),
    ".ora": layers_of,
    ".gpl": read_palette,
    ".aco": read_palette,
    ".ase": read_palette,
    ".hex": read_palette,
    ".act": read_palette,
    ".json": read_json,
    ".toml": lambda path: load_recipe(path),
    ".csv": lambda path: read_pairs(path),
    "ratings.csv": ratings_of,
    "manifest.csv": manifest_rows,
    "key.json": read_key,
    "list.txt": lambda path: list(listed(read_list(path))),
    ".parquet": lambda path: list(Table(path)),
    ".tar": lambda path: list(find_sources([path], left=Counter())),
    "config.json": lambda path: load_model(path.parent),
    "model.safetensors": lambda path: load_model(path.parent),
    ".pt": lambda path: read_checkpoint(path, "give another"),
    ".attnpaint": read_project,
    "records.jsonl": lambda path: list(read_records(path.parent)),
    "summary.json": lambda path: read_summary(path.parent),
    "prepared.json": lambda path: done_before(path.parent, path, OPTIONS, "mark"),
    ".journal.sqlite": journal_of,
    JOURNAL: records_of,
    ".prepare.sqlite": ledger_of,
}
"""By a file's name, or else by its suffix."""


def kind_of(path: Path) -> str:
    return path.name if path.name in READERS else path.suffix


def corpus(folder: Path) -> list[Path]:
    """Sorted; the readers look at them where they lie."""
    picture = np.random.default_rng(0).integers(0, 256, (24, 20, 3), dtype=np.uint8)
    histogram = measure(picture)
    for suffix in PICTURES:
        Image.fromarray(picture).save(folder / f"picture{suffix}")
    write_ora(folder / "layers.ora", [Layer("one", lambda: picture)], picture)
    for suffix in (".gpl", ".aco", ".ase", ".hex", ".act"):
        write_palette(folder / f"palette{suffix}", histogram)
    write_json(folder / "histogram.json", histogram)
    recipe = Recipe(generator=GeneratorConfig(widths=(8, 16), token_width=8))
    (folder / "recipe.toml").write_text(to_toml(recipe))
    _write_texts(folder)
    data = (folder / "picture.png").read_bytes()
    (folder / "shard.tar").write_bytes(members([("a.png", data), ("b.png", data)]) + bytes(1024))
    write_project(
        folder / "mine.attnpaint", Project("drawing", data, marks=Marks((Fill("#aa3344", (3.0, 4.0)),)))
    )
    torch.save({"state": {"a": torch.arange(6.0)}, "epoch": 3}, folder / "old.pt")
    (folder / "model").mkdir()
    save_model(folder / "model", build_generator(recipe.generator), recipe, {"steps": 0})
    _write_stores(folder, histogram)
    return sorted(path for path in folder.rglob("*") if path.is_file() and kind_of(path) in READERS)


def _write_texts(folder: Path) -> None:
    (folder / "pairs.csv").write_text("sketch,reference\npicture.png,picture.jpg\n")
    (folder / "list.txt").write_text("picture.png\npicture.jpg\n")
    (folder / "manifest.csv").write_text("path,licence,author\npicture.png,CC0-1.0,Ada\n")
    key = {"painters": ["ours", "theirs"], "places": {"p": {"A": "ours", "B": "theirs"}}}
    (folder / "key.json").write_text(json.dumps(key, indent=1) + "\n")
    (folder / "ratings.csv").write_text(
        "rater,picture,place,question,score\nann,p,A,asked,3\nann,p,B,asked,4\n"
    )


def _write_stores(folder: Path, histogram: Histogram) -> None:
    rows = [Row(f"{number}.png", 20, 24, histogram, 99, 7, "0" * 32) for number in range(5)]
    with TableWriter(folder / "table.parquet", Method()) as table:
        for row in rows:
            table.write(row)
    with Journal(folder / ".journal.sqlite", folder / "none.parquet", Method()) as journal:
        for number, row in enumerate(rows):
            journal.put(number, row)
    for place in ("begun", "judged"):  # a store whose run goes on has no summary yet
        _write_records(folder / place)
    (folder / "judged" / JOURNAL).unlink()
    summary = {"painters": ["ours"], "size": 64, "distributions": {"ours": {"same": {"fid": 1.5}}}}
    (folder / "judged" / "summary.json").write_text(json.dumps(summary))
    (folder / "prepared").mkdir()
    write_done(folder / "prepared", Options(), "mark", Outcome(3, 0, {"flat": 3}, 0, 0, ["a note"]))
    with Ledger(folder / ".prepare.sqlite", OPTIONS, "mark") as ledger:
        ledger.put_look(0, Look(20, 24, Verdict(Reason.tiny, 20.0)))


def _write_records(folder: Path) -> None:
    with Records(folder, SETUP) as records:
        texts = dict.fromkeys(
            ("painter", "protocol", "lines", "name", "picture", "drawing", "reference"), "x"
        )
        records.add({**texts, "scores": {"psnr": 12.5}, "sensitivity": 0.5}, np.ones((2, 8), np.float32))
        records.commit(1)
