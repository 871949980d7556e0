"""A page on which people rate paintings side by side without knowing whose they are."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.eval.records import RECORDS, read_records, read_summary
from attnpaint.files import make_folder, replacing
from attnpaint.images import Picture, find_pictures, on_white, read_picture, resize
from attnpaint.templates import load_template

KEY = "key.json"
PAGE = "page"
LETTERS = "ABCDEFGH"

_SIDE = 1024  # px of the long side on the page
_QUALITY = 92


@dataclass(frozen=True)
class Question:
    """What is asked of every painting, answered from 0 (`least`) to 5 (`most`)."""

    name: str
    title: str
    least: str
    most: str


QUESTIONS = (
    Question("asked", "Are the colours the ones that were asked for?", "not at all", "exactly"),
    Question("inside", "Does every colour stay inside its region?", "it runs everywhere", "always"),
    Question("look", "How good does it look as a whole?", "bad", "excellent"),
    Question("unasked", "Is the colour good where nothing was asked for?", "bad", "excellent"),
)
"""The four of the 2019 study of hints, each put so that 5 is the best."""


@dataclass(frozen=True)
class Study:
    """What was built: the page to hand out, and the key to keep."""

    page: Path
    key: Path
    painters: tuple[str, ...]
    pictures: tuple[str, ...]


def build_study(
    folder: Path,
    outputs: Sequence[Path],
    drawings: Path | None = None,
    references: Path | None = None,
    painters: Sequence[str] = (),
    pictures: int | None = None,
    seed: int = 0,
) -> Study:
    """Write `folder`/page, which holds no name of a painter, and `folder`/key.json, which tells them.

    outputs: a folder for each painter, with the same pictures by path without suffix, or one evaluation, with
    all its painters, drawings and references. drawings, references: folders that hold the same names.
    painters: only these, by default all. pictures: so many, chosen by the seed, by default all.
    UsageError, AttnpaintError: fewer than two painters, unequal names or shapes, a study is there already.
    """
    if (folder / KEY).exists():
        raise UsageError(f"{folder} holds a study already, and its key", "give another folder")
    found, given = _found(outputs)
    unknown = [painter for painter in painters if painter not in found]
    if unknown:
        raise UsageError(f"there is no painter {unknown[0]}", f"choose among {', '.join(found)}")
    found = {painter: paths for painter, paths in found.items() if not painters or painter in painters}
    if not 2 <= len(found) <= len(LETTERS):
        plural = "" if len(found) == 1 else "s"
        raise UsageError(
            f"{len(found)} painter{plural} to compare", f"give --outputs for 2 to {len(LETTERS)}"
        )
    names = sorted(set().union(*found.values()))
    for painter, paths in found.items():
        _check(painter, "painting", names, paths)
    for word, each in (("drawing", drawings), ("reference", references)):
        if each:
            given[word] = _by_name(each)
            _check(str(each), word, names, given[word])
    random = np.random.default_rng(seed)
    if pictures is not None and pictures < len(names):
        names = sorted(random.choice(names, pictures, replace=False).tolist())

    shown, places = [], {}
    store = make_folder(folder / PAGE / "pictures")
    for turn, name in enumerate(names):
        order = [list(found)[i] for i in random.permutation(len(found))]
        places[name] = dict(zip(LETTERS, order, strict=False))
        paintings = _alike(name, {painter: found[painter][name] for painter in order})
        sources = {letter: paintings[painter] for letter, painter in places[name].items()}
        entry: dict[str, Any] = {"name": name, "places": {}}
        for letter, picture in sources.items():
            entry["places"][letter] = _write(store, f"{turn:04d}-{letter}", picture)
        for word, paths in given.items():
            entry[word] = _write(store, f"{turn:04d}-{word}", _read(paths[name]))
        shown.append(entry)

    identity = sha256(json.dumps([sorted(places.items()), seed]).encode()).hexdigest()[:12]
    data = {"study": identity, "questions": [asdict(question) for question in QUESTIONS], "pictures": shown}
    page = load_template("attnpaint.eval.study", "study.html").render(study=data)
    _write_text(folder / PAGE / "index.html", page)
    key = {"study": identity, "seed": seed, "painters": list(found), "places": places}
    _write_text(folder / KEY, json.dumps(key, indent=1, ensure_ascii=True))
    return Study(folder / PAGE / "index.html", folder / KEY, tuple(found), tuple(names))


def name_painters(folders: Sequence[Path]) -> list[str]:
    """A name for each folder: its own, with as much of the path before it as tells them apart."""
    paths = [folder.resolve() for folder in folders]
    if len(set(paths)) < len(paths):
        raise UsageError("the same folder is given twice", "give a folder for each painter")
    for depth in range(1, max(len(path.parts) for path in paths) + 1):
        names = ["/".join(path.parts[-depth:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    raise AssertionError("different paths have different names")


def _found(outputs: Sequence[Path]) -> tuple[dict[str, dict[str, Path]], dict[str, dict[str, Path]]]:
    """Paintings by painter and name; drawings and references by name where an evaluation knows them."""
    if not any((folder / RECORDS).is_file() for folder in outputs):
        return dict(zip(name_painters(outputs), map(_by_name, outputs), strict=True)), {}
    if len(outputs) > 1:
        raise UsageError(
            "an evaluation is given with other outputs", "join them: attnpaint evaluate --compare"
        )
    (folder,) = outputs
    painters: dict[str, dict[str, Path]] = {painter: {} for painter in read_summary(folder)["painters"]}
    given: dict[str, dict[str, Path]] = {"drawing": {}, "reference": {}}
    for record in read_records(folder):
        name = f"{record['name']} ({record['lines']}, {record['protocol']})"
        if record["painter"] not in painters:
            problem = f"{folder / RECORDS} tells of {record['painter']}, whom its summary does not name"
            raise AttnpaintError(problem, "evaluate again")
        painters[record["painter"]][name] = folder / record["picture"]
        for word, paths in given.items():
            paths[name] = folder / record[word]
    return painters, given


def _by_name(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in find_pictures(folder):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name in found:
            raise AttnpaintError(
                f"{folder} holds {name} twice ({found[name].suffix}, {path.suffix})", "keep one"
            )
        found[name] = path
    return found


def _check(whose: str, word: str, names: Iterable[str], found: Mapping[str, Path]) -> None:
    missing = sorted(set(names) - found.keys())
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise AttnpaintError(f"{whose} has no {word} {missing[0]}{more}", "give folders with equal names")


def _alike(name: str, paths: Mapping[str, Path]) -> dict[str, Picture]:
    """The paintings of a drawing at the size of the smallest, so that size gives nobody away."""
    pictures = {painter: _read(path) for painter, path in paths.items()}
    height, width = min((picture.shape[:2] for picture in pictures.values()), key=lambda size: size[0])
    for painter, picture in pictures.items():
        tall, wide = picture.shape[:2]
        if abs(tall * width - wide * height) > 2 * max(tall, wide, height, width):
            sizes = f"{wide}×{tall} by {painter}, {width}×{height} by another"
            raise AttnpaintError(f"the paintings of {name} differ in shape ({sizes})", "paint them alike")
    return {painter: resize(picture, height, width) for painter, picture in pictures.items()}


def _read(path: Path) -> Picture:
    picture = on_white(read_picture(path))
    height, width = picture.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    return resize(picture, *(max(1, round(side * scale)) for side in (height, width)))


def _write(store: Path, name: str, picture: Picture) -> str:
    stream = BytesIO()
    Image.fromarray(picture).save(stream, "WEBP", quality=_QUALITY)
    path = store / f"{name}.webp"
    with replacing(path) as part:
        part.write_bytes(stream.getvalue())
    return f"{store.name}/{path.name}"


def _write_text(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")
