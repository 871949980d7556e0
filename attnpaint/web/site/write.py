"""Writes the page as a static site: the page's own files, the runtime, the graphs and the weights."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attnpaint import __version__
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.files import make_folder, telling
from attnpaint.images import fitted, read_picture, write_picture
from attnpaint.inference.look import FINISHES
from attnpaint.inference.onnx_engine import OnnxModel, find_graph
from attnpaint.model.model_config import DEFAULT_MODEL, WEIGHTS, Requirements
from attnpaint.web.site.card import space_card
from attnpaint.web.site.runtime import runtime_files

PAGE = Path(__file__).parents[1] / "static"
SAMPLES = Path(__file__).parents[3] / "assets"
SERVED = {
    "docs.html",
    "docs.js",
    "docs.css",
    "bench.js",
    "index.html",
    "api.js",
}  # not as the server has them
INFO, WORKER = "page/info.json", "sw.js"
FORMATS = ("png", "webp", "psd", "ora", "json", "gpl", "aco", "ase")  # that the browser writes
REFERENCE = 256  # px of the long side of the reference to try
MEGAPIXELS, BYTES = 100.0, 200_000_000
Samples = dict[str, list[dict[str, str]]]
_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; script-src 'self' 'wasm-unsafe-eval'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'"
)
_COMMENT = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n", re.DOTALL | re.MULTILINE)
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
_NOTE = "Everything happens on your own machine, and nothing is sent anywhere."
_HERE = (
    "Everything happens in this browser: nothing that you open leaves your machine. After the first visit "
    "the page opens without a network, too."
)


@dataclass(frozen=True)
class Site:
    """page: bytes of the page's own files, pictures to try included; runtime and model: of the others.

    files: how many there are; version: of the whole, changes with any file."""

    folder: Path
    files: int
    page: int
    runtime: int
    model: int
    version: str
    runtime_version: str


def write_site(folder: str | Path, model: str | Path = DEFAULT_MODEL, runtime: Path | None = None) -> Site:
    """Write the site into `folder`, which is made, or replaced where an earlier site lies in it.

    model: a model folder with graphs and a region stage. runtime: see `runtime_files`. Raises UsageError
    where the folder holds other files, or the model paints otherwise; AttnpaintError where the model is not
    whole, the runtime is not to be had, or the folder cannot be written.
    """
    folder = Path(folder)
    _check_folder(folder)
    found = find_graph(model)
    _check_model(found)
    with runtime_files(runtime) as (there, runtime_version), telling(folder):
        make_folder(folder.parent)
        with TemporaryDirectory(prefix=".attnpaint-site-", dir=folder.parent) as place:
            part = Path(place) / "site"
            part.mkdir()
            large = _copy_large(part, found, there, runtime_version)
            version = _write_page(part, found, large)
            if folder.exists():
                folder.rename(Path(place) / "old")
            part.rename(folder)
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in _files_of(folder)}
    of_runtime, of_model = (
        sum(size for name, size in sizes.items() if name.startswith(kind)) for kind in ("runtime/", "model/")
    )
    page = sum(sizes.values()) - of_runtime - of_model
    return Site(folder, len(sizes), page, of_runtime, of_model, version, runtime_version)


def _check_folder(folder: Path) -> None:
    if folder.is_file():
        raise UsageError(f"{folder} is a file", "give a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / INFO).is_file():
        raise UsageError(f"{folder} holds other files", "give a new or an empty folder")
    if folder.is_dir() and folder.resolve() == Path.cwd().resolve():
        raise UsageError(f"{folder} is the working folder", "give another one")


def _check_model(model: OnnxModel) -> None:
    takes = {*model.recipe.generator.takes}
    if model.stage is None or not takes <= {"histogram", "tokens"}:
        problem = f"{model.recipe.name} has no region stage, or paints from more than a palette"
        raise UsageError(problem, "give a model as the one inside attnpaint, or use attnpaint app")


def _copy_large(part: Path, model: OnnxModel, runtime: Path, version: str) -> dict[str, Any]:
    """Runtime, graphs and weights under names that change with what is in them; where they lie, by use."""
    stage = model.stage
    assert stage is not None
    weights = model.file.with_name(WEIGHTS)
    sums = {path: _sum(path) for path in (model.file, stage, weights)}
    place = part / "model" / hashlib.sha256("".join(sums.values()).encode()).hexdigest()[:12]
    place.mkdir(parents=True)
    for path in sums:
        shutil.copyfile(path, place / path.name)
    home = part / "runtime" / version
    home.mkdir(parents=True)
    names = {
        "runtime": "ort.wasm.min.mjs",
        "runtime.mjs": "ort-wasm-simd-threaded.mjs",
        "runtime.wasm": "ort-wasm-simd-threaded.wasm",
    }
    for name in names.values():
        shutil.copyfile(runtime / name, home / name)
    found: dict[str, Any] = {
        use: {"path": f"runtime/{version}/{name}", "bytes": (home / name).stat().st_size}
        for use, name in names.items()
    }
    for use, path in (("network", model.file), ("stage", stage), ("weights", weights)):
        copy = place / path.name
        told = {
            "path": copy.relative_to(part).as_posix(),
            "bytes": copy.stat().st_size,
            "sha256": sums[path],
        }
        found[use] = told
    return found


def _write_page(part: Path, model: OnnxModel, large: dict[str, Any]) -> str:
    """The page's own files, and the service worker that keeps them; their version."""
    page = part / "page"
    (page / "local").mkdir(parents=True)
    for path in sorted(PAGE.iterdir()):
        if path.is_file() and path.name not in SERVED:
            _copy_lean(path, page / path.name)
    for path in sorted((PAGE / "local").iterdir()):
        if path.name != WORKER:
            _copy_lean(path, page / "local" / path.name)
    (page / "api.js").write_text('export * from "./local/api.js";\n', encoding="utf-8")
    (part / "index.html").write_text(_index(), encoding="utf-8")
    (part / "README.md").write_text(space_card(), encoding="utf-8")
    (part / ".nojekyll").write_bytes(b"")  # GitHub Pages leaves files as they are
    samples = _samples(part)
    (part / INFO).write_text(json.dumps(_info(model, large, samples)), encoding="utf-8")
    kept = ["./", "index.html"]
    kept += [
        path.relative_to(part).as_posix()
        for path in _files_of(page)
        if path.suffix in (".js", ".css", ".json")
    ]
    summed = hashlib.sha256((PAGE / "local" / WORKER).read_bytes())
    for path in _files_of(part):
        if path.is_relative_to(page) or path.name == "index.html":
            summed.update(f"{path.relative_to(part).as_posix()} {_sum(path)}\n".encode())
    version = f"{__version__} {summed.hexdigest()[:12]}"
    text = (PAGE / "local" / WORKER).read_text(encoding="utf-8")
    text = text.replace('"@VERSION@"', json.dumps(version)).replace('["@FILES@"]', json.dumps(sorted(kept)))
    (part / WORKER).write_text(text, encoding="utf-8")
    return version


def _copy_lean(path: Path, to: Path) -> None:
    """Scripts and styles without comments that have lines of their own, and without indentation where no text
    goes over several lines: a seventh smaller."""
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    if all(line.count("`") % 2 == 0 for line in text.splitlines()):
        text = _INDENTATION.sub("", text)
    to.write_text(text, encoding="utf-8")


def _index() -> str:
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    text = text.replace('"/page/', '"page/').replace(_NOTE, _HERE)
    return text.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{policy}', 1)


def _info(
    model: OnnxModel, large: dict[str, Any], samples: dict[str, list[dict[str, str]]]
) -> dict[str, Any]:
    """What /api/info answers, and what the page needs besides when there is no server."""
    needs = Requirements.of([model.recipe])
    return {
        "version": __version__,
        "model": "default" if model.file.parent == DEFAULT_MODEL else model.recipe.name,
        "sha256": large["weights"]["sha256"],
        "recipe": needs.name,
        "takes": list(needs.takes),
        "points": needs.points,
        "finishes": list(FINISHES),
        "limits": {"bytes": BYTES, "megapixels": MEGAPIXELS},
        "samples": samples,
        "formats": FORMATS,
        "size": model.recipe.data.size,
        "ground_apart": needs.method.ground_apart,
        "files": large,
    }


def _samples(part: Path) -> Samples:
    """A drawing and a reference to try, small; none where the program runs from a package."""
    found: Samples = {"drawings": [], "references": []}
    for kind, name in (("drawings", "car.png"), ("references", "rose.png")):
        source = SAMPLES / kind / name
        if not source.is_file():
            continue
        (part / "samples" / kind).mkdir(parents=True)
        picture = read_picture(source)
        copy = (part / "samples" / kind / name).with_suffix(".webp")  # without loss, and smaller
        write_picture(copy, fitted(picture, REFERENCE, enlarge=False) if kind == "references" else picture)
        found[kind].append({"name": source.stem, "path": copy.relative_to(part).as_posix()})
    return found


def _files_of(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _sum(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AttnpaintError(f"{path} cannot be read ({error})", "check the file") from error
