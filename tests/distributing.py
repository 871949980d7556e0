"""References to measure on a cluster, and what the local engine says of them."""

import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from attnpaint.extract.batch.sources import Source, find_sources
from attnpaint.extract.batch.store import Row, record_batch, schema
from attnpaint.extract.batch.task import Measured, measure_source
from attnpaint.extract.method import Method


def paint(path: Path, seed: int, size: int = 24) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    colors = np.random.default_rng(seed).integers(0, 256, (8, 6, 3), dtype=np.uint8)
    Image.fromarray(colors).resize((size, size), Image.Resampling.BILINEAR).save(path)


def pack(tar: Path, names: list[str]) -> None:
    with tarfile.open(tar, "w") as file:
        for seed, name in enumerate(names):
            paint(tar.with_suffix(".png"), seed)
            file.add(tar.with_suffix(".png"), name)
    tar.with_suffix(".png").unlink()


def expected(folder: Path, method: Method = Method()) -> list[Row]:  # noqa: B008
    """The rows of the local engine, and nothing for what fails there."""
    results = []
    for source in find_sources([folder]):
        assert isinstance(source, Source)
        known = source.looked_up()
        results.append(measure_source(known.name, known.read(), known.mtime_ns, method))
    return [result.row for result in results if isinstance(result, Measured)]


def equal(rows: list[Row], others: list[Row]) -> bool:
    form = schema(Method())
    return record_batch(rows, form).equals(record_batch(others, form))


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
