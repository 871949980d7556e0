"""An evaluation that was made up: a folder as `attnpaint evaluate` leaves it, with chosen scores."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

LINES = ("xdog", "pencil")
TYPICAL = {
    "mse": (900.0, 200.0), "psnr": (19.0, 2.0), "ssim": (0.8, 0.05), "ms_ssim": (0.82, 0.05),
    "delta_e": (9.0, 3.0), "dccw": (6.0, 2.0), "emd": (8.0, 2.0), "line_f1": (0.94, 0.03),
    "bleed": (2.0, 0.8), "seams": (0.3, 0.2), "colourfulness": (0.9, 0.2),
}  # fmt: skip
FIDELITY = ("mse", "psnr", "ssim", "ms_ssim", "delta_e")


def evaluation(
    folder: Path,
    painters: Sequence[str] = ("ours", "theirs", "paper-white"),
    pictures: int = 12,
    lines: Sequence[str] = LINES,
    shift: Mapping[str, float] | None = None,
    names: Sequence[str] | None = None,
) -> Path:
    """Write records, summary and pictures. shift: of a painter's scores, in standard deviations."""
    random, records = np.random.default_rng(0), []
    for index, name in enumerate(names or [f"art/{i}" for i in range(pictures)]):
        for line in lines:
            for protocol in ("same", "cross"):
                hard = random.normal()
                for painter in painters:
                    moved = (shift or {}).get(painter, 0.0) + hard + 0.2 * random.normal()
                    scores = {
                        measure: round(mean + moved * spread, 6)
                        for measure, (mean, spread) in TYPICAL.items()
                        if protocol == "same" or measure not in FIDELITY
                    }
                    records.append(record(folder, index, name, line, protocol, painter, scores))
    write(folder, records, painters, len(names or range(pictures)))
    return folder


def record(
    folder: Path, index: int, name: str, lines: str, protocol: str, painter: str, scores: Mapping[str, float]
) -> dict[str, Any]:
    """A line of records.jsonl, whose pictures are written too, each in one colour of its own."""
    place = f"pictures/{index:04}"
    files = {
        "picture": f"{place}/{painter.replace('/', '%2F')}-{lines}-{protocol}.webp",
        "drawing": f"{place}/drawing-{lines}.webp",
        "reference": f"{place}/reference-{protocol}.webp",
        "truth": f"{place}/truth.webp",
    }
    for path in map(folder.joinpath, files.values()):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            color = np.random.default_rng(list(path.name.encode())).integers(0, 256, 3, dtype=np.uint8)
            Image.fromarray(np.full((24, 32, 3), color)).save(path)
    told = {"painter": painter, "protocol": protocol, "lines": lines, "name": name, "scores": dict(scores)}
    if protocol == "cross":
        return {**told, **files, "truth": None, "sensitivity": 0.5}
    return {**told, **files}


def write(folder: Path, records: Sequence[Mapping[str, Any]], painters: Sequence[str], pictures: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(each) + "\n" for each in records)
    (folder / "records.jsonl").write_text(text)
    distributions = {
        painter: {
            protocol: {"sliced_wasserstein": 0.2 + 0.1 * i, "frechet_random": 1.0 + i}
            for protocol in ("same", "cross")
        }
        for i, painter in enumerate(painters)
    }
    summary = {
        "painters": list(painters), "size": 512, "pictures": pictures, "seed": 0, "skipped": {},
        "distributions": distributions, "sensitivity": {},
    }  # fmt: skip
    (folder / "summary.json").write_text(json.dumps(summary))
