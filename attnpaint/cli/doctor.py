"""`attnpaint doctor`: tries what painting needs here, and says of each part whether it works."""

import json
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from attnpaint.errors import AttnpaintError, tell

State = Literal["ok", "note", "problem"]
MARKS: dict[State, str] = {"ok": "ok", "note": "note", "problem": "PROBLEM"}
LEAST_MEMORY, LEAST_DISK = 1.0, 0.5  # GiB: of one painting, and of its layers while they are put together
SIDE, WORK = 96, 128  # px of the drawing that is painted, and of the network's square
COLORED = 24  # levels between the channels of a pixel that has a colour
GIB = 2**30


@dataclass(frozen=True)
class Finding:
    """told: what was found; in a problem, and what to do."""

    part: str
    state: State
    told: str


def doctor(
    model: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Try this model. Default: the one inside attnpaint."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as a JSON object.")] = False,
) -> None:
    """Check this set-up: packages, weights, engine, memory, and a small painting; seconds.

    Nothing is written but a file in the folder for temporary files, which is removed. The exit code is 1
    where a part does not work. `attnpaint info` tells versions for a bug report.

    Example: attnpaint doctor
    """
    found = []
    for finding in examine(model):
        found.append(finding)
        if not as_json:
            print(f"{MARKS[finding.state]:<8}{finding.part}: {finding.told}", flush=True)
    problems = sum(finding.state == "problem" for finding in found)
    if as_json:
        print(json.dumps({"works": not problems, "findings": [asdict(one) for one in found]}))
    elif problems:
        tell(f"{problems} of {len(found)} parts do not work; attnpaint info tells versions for a bug report")
    if problems:
        raise typer.Exit(1)


def examine(model: Path | None = None) -> Iterator[Finding]:
    """One finding after the other; a part that fails stops none of the others."""
    from attnpaint.model.model_config import DEFAULT_MODEL

    folder = model or DEFAULT_MODEL
    parts: list[tuple[str, Callable[[], tuple[State, str]]]] = [
        ("packages", _packages),
        ("model", lambda: _model(folder)),
        ("engine", lambda: _engine(folder)),
        ("memory", _memory),
        ("temporary files", _temporary),
        ("painting", lambda: _painting(folder)),
        ("page", _page),
    ]
    for part, tried in parts:
        try:
            state, told = tried()
        except AttnpaintError as error:
            state, told = "problem", str(error)
        except Exception as error:  # a broken package may raise anything, and that is what is looked for
            state, told = "problem", " ".join(f"{type(error).__name__}: {error}".split())
        yield Finding(part, state, told)


def _packages() -> tuple[State, str]:
    from attnpaint.cli.packages import CV2, extra_names, requirements, version_of

    needed = [one for one in requirements() if not extra_names(one)]
    if not needed:
        return "note", "attnpaint is not installed here, it runs from its sources: versions are not checked"
    wrong = []
    for one in needed:
        version = version_of(one.name)
        if version is None or not one.specifier.contains(version, prereleases=True):
            wrong.append(f'"{one.name}{one.specifier}"')
    if wrong:
        return "problem", f"missing or too old; pip install -U {' '.join(wrong)}"
    doubled = [name for name in CV2 if version_of(name)]
    if len(doubled) > 1:
        rest = " ".join(doubled)
        return "problem", f"{rest} overwrite each other; pip uninstall {rest}, then install one of them"
    return "ok", f"{len(needed)} that are needed are here"


def _model(folder: Path) -> tuple[State, str]:
    from attnpaint.model.model_config import SUMS, read_model_config, stages_in, weights_sum

    place = stages_in(folder)[0]
    name = read_model_config(place)["recipe"].name
    found = weights_sum(place)
    if not (place / SUMS).is_file():
        return "ok", f"{name}; no {SUMS} to hold its weights against"
    wanted = (place / SUMS).read_text(encoding="utf-8", errors="replace").split()
    if found not in wanted:
        return "problem", f"the weights in {place} are damaged; get or install them again"
    return "ok", f"{name}, weights as published"


def _engine(folder: Path) -> tuple[State, str]:
    from attnpaint.inference.engine import choose_engine

    choice = choose_engine("auto", folder)
    return ("note", choice.note) if choice.note else ("ok", f"{choice.name}, {choice.why}")


def _memory() -> tuple[State, str]:
    import psutil

    free = psutil.virtual_memory().available / GIB
    told = f"{free:.1f} GiB free"
    return ("ok", told) if free >= LEAST_MEMORY else ("problem", f"{told}; close other programs")


def _temporary() -> tuple[State, str]:
    folder = tempfile.gettempdir()
    with tempfile.TemporaryFile() as file:
        file.write(b"attnpaint")
    free = shutil.disk_usage(folder).free / GIB
    told = f"{folder}, {free:.1f} GiB free"
    return ("ok", told) if free >= LEAST_DISK else ("problem", f"{told}; free some, or set TMPDIR")


def _painting(folder: Path) -> tuple[State, str]:
    """A ring in the colours of a picture of two."""
    import numpy as np

    from attnpaint.inference.colorizer import Colorizer

    began = time.perf_counter()
    colorizer = Colorizer.load(folder)
    rows, columns = np.indices((SIDE, SIDE)) - SIDE / 2
    far = np.hypot(rows, columns)
    sketch = np.where(np.abs(far - SIDE / 3) < 2, 0, 255).astype(np.uint8)
    reference: Any = None
    if colorizer.needs.reference:
        reference = np.zeros((SIDE, SIDE, 3), np.uint8)
        reference[:, : SIDE // 2], reference[:, SIDE // 2 :] = (210, 60, 40), (40, 90, 200)
    coloring = colorizer.colorize(sketch, reference, work_size=WORK)
    for finish in dict.fromkeys((coloring.finish, "painted")):  # flat and painted are of two networks
        picture = coloring.finished(finish).picture.astype(np.int16)
        empty = reference is not None and np.ptp(picture, axis=2).max() < COLORED
        if picture.shape != (SIDE, SIDE, 3) or empty:
            problem = f"the {finish} picture came out without any colour"
            return "problem", f"{problem}; install onnxruntime and attnpaint again"
    told = f"a small drawing in {time.perf_counter() - began:.1f} s, the start included"
    note = colorizer.choice.note if colorizer.choice else ""
    return ("note", f"{told}; {note}") if note else ("ok", told)


def _page() -> tuple[State, str]:
    """Whether `attnpaint app` could begin: its packages, and a port of this machine."""
    from attnpaint.cli.packages import extra_names, requirements, version_of

    missing = [one.name for one in requirements() if "app" in extra_names(one) and not version_of(one.name)]
    if missing:
        return "note", f'attnpaint app needs {", ".join(missing)}: pip install "attnpaint[app]"'
    try:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
    except OSError as error:
        return "problem", f"no port of 127.0.0.1 can be opened ({error}); ask who looks after this machine"
    return "ok", "attnpaint app can begin"
