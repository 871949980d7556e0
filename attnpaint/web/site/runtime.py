"""ONNX Runtime for the web: from a folder, or fetched by npm. Not in attnpaint itself: it is too large."""

import hashlib
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from attnpaint.errors import AttnpaintError

PACKAGE, VERSION = "onnxruntime-web", "1.22.0"
FILES = {
    "ort.wasm.min.mjs": "6ef726f355b791129f7ddf3f62e7877a16b9b777abe87004b8ab306e6b9cf265",
    "ort-wasm-simd-threaded.mjs": "30dd851d9c00622940500f71ddd2ff8820c5cb65270816080175b958705385a8",
    "ort-wasm-simd-threaded.wasm": "71aef04959c5c1b6de461b6538e2058e306610034a85aad2742d0c7fd4533fe4",
}
"""What the page needs of it, and the SHA-256 of each file in VERSION."""
PATIENCE = 600  # seconds for npm
BY_HAND = f"npm pack {PACKAGE}@{VERSION}, unpack it, and give the folder with --runtime"


@contextmanager
def runtime_files(folder: Path | None) -> Iterator[tuple[Path, str]]:
    """The folder that holds FILES, and its version. folder: the unpacked npm package; None: npm fetches it.

    Raises AttnpaintError where a file is missing, npm is not there or fetches nothing, or what came is not
    what VERSION holds.
    """
    if folder is not None:
        yield _dist(folder), _version(folder)
        return
    with TemporaryDirectory() as place:
        found = _dist(_fetched(Path(place)))
        for name, wanted in FILES.items():
            if hashlib.sha256((found / name).read_bytes()).hexdigest() != wanted:
                problem = f"{name} of {PACKAGE} {VERSION} is not the file that was published"
                raise AttnpaintError(problem, "try another network or registry")
        yield found, VERSION


def _dist(folder: Path) -> Path:
    """Where the files lie: the package's own folder, or its dist."""
    for place in (folder / "dist", folder, folder / "package" / "dist"):
        if all((place / name).is_file() for name in FILES):
            return place
    problem = f"{folder} holds no {PACKAGE}: {next(iter(FILES))} and the others are not there"
    raise AttnpaintError(problem, BY_HAND)


def _version(folder: Path) -> str:
    for place in (folder, folder.parent, folder / "package"):
        try:
            told = json.loads((place / "package.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(told, dict) and told.get("name") == PACKAGE:
            return str(told.get("version", "unknown"))
    return "unknown"


def _fetched(place: Path) -> Path:
    """The package, unpacked in an empty folder."""
    npm = shutil.which("npm")
    if not npm:
        raise AttnpaintError("npm is not installed", BY_HAND)
    command = [npm, "pack", f"{PACKAGE}@{VERSION}", "--pack-destination", str(place)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
        (packed,) = place.glob("*.tgz")
        with tarfile.open(packed) as archive:
            archive.extractall(place, filter="data")
    except (subprocess.SubprocessError, OSError, ValueError, tarfile.TarError) as error:
        told = str(getattr(error, "stderr", "") or error).strip().splitlines()
        reason = told[-1] if told else "no reason given"
        raise AttnpaintError(f"npm fetches no {PACKAGE} {VERSION} ({reason})", BY_HAND) from error
    return place / "package"
