"""The painters of other evaluations, put beside one's own: same pictures, same drawings, same references."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from attnpaint.errors import UsageError
from attnpaint.eval.records import (
    SUMMARY,
    Record,
    Records,
    check_contents,
    read_records,
    read_summary,
)
from attnpaint.eval.schema import check_comparable
from attnpaint.eval.setup import Setup
from attnpaint.files import make_folder


@dataclass(frozen=True)
class Other:
    """An evaluation that has ended. names: what its painters are called here, by their names there."""

    folder: Path
    summary: Record
    names: dict[str, str]


def others(folders: Sequence[Path], setup: Setup, out: Path) -> list[Other]:
    """The evaluations with those of their painters that are not here already.

    Raises AttnpaintError where one has not ended; UsageError where it judged others, or in another way.
    """
    known, weights = dict(setup.painters), dict(setup.weights)
    found = []
    for folder in folders:
        if folder.resolve() == out.resolve():
            raise UsageError(f"--compare {folder} is the folder of --out", "give another evaluation's")
        summary = read_summary(folder)
        check_contents(check_comparable, summary, str(folder / SUMMARY))
        for name in ("size", "pictures", "seed"):
            was, wanted = summary["setup"][name], getattr(setup, name)
            if was != wanted:
                problem = f"{folder} was evaluated with --{name} {was}, this one with --{name} {wanted}"
                raise UsageError(problem, "evaluate both alike")
        if summary["setup"]["data"] != setup.data:
            raise UsageError(f"{folder} was evaluated on other pictures", "evaluate both on the same --data")
        for measure, digest in summary["setup"].get("weights", {}).items():
            if weights.setdefault(measure, digest) != digest:
                problem = f"{folder} was evaluated with other --{measure}-weights"
                raise UsageError(problem, "evaluate both alike")
        names = {}
        for name in summary["painters"]:
            digest = summary["setup"]["painters"][name]
            if digest not in known.values():
                names[name] = name if name not in known else f"{folder.resolve().name}/{name}"
                if names[name] in known:
                    problem = f"two painters of {folder} and other evaluations are called {names[name]}"
                    raise UsageError(problem, "call the folders by other names")
                known[names[name]] = digest
        found.append(Other(folder, summary, names))
    return found


def take_over(other: Other, number: int, records: Records) -> None:
    """Add the other's lines, and copy its pictures, to this evaluation; number: of the other one, from 0."""
    for record in read_records(other.folder):
        if record["painter"] not in other.names:
            continue
        source = other.folder / record["picture"]
        place = f"{Path(record['picture']).parent.as_posix()}/compared-{number}-{source.name}"
        make_folder((records.out / place).parent)
        if source.is_file():
            shutil.copyfile(source, records.out / place)
        records.add({**record, "painter": other.names[record["painter"]], "picture": place})
