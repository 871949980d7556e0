"""What a preparation was asked for and came to: written when it ends, looked at before the next one."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.files import SMALL, parse_json, read_bytes, replacing
from attnpaint.prepare.filters import Limits, Reason
from attnpaint.prepare.shards import PATTERN, shard_name

DONE = "prepared.json"


@dataclass(frozen=True)
class Options:
    """What a picture must be, and what is made of it; shard_size in MiB.

    distance: bits of 64 in which near-duplicates differ at most; None keeps them.
    """

    limits: Limits = field(default_factory=Limits)
    distance: int | None = 4
    size: int = 768
    shard_size: float = 64
    lines: bool = True

    def to_dict(self) -> dict[str, object]:
        table = asdict(self)
        return {**table.pop("limits"), **table}


@dataclass(frozen=True)
class Outcome:
    """dropped: counts by reason. notes: what else to say. again: all was done before, and nothing now."""

    pictures: int
    kept: int
    dropped: dict[str, int]
    shards: int
    bytes: int
    notes: list[str]
    again: bool = False

    @property
    def unreadable(self) -> int:
        return self.dropped.get(Reason.unreadable, 0)


def write_done(out: Path, options: Options, digest: str, outcome: Outcome) -> None:
    """Say that all is done."""
    told = {"options": options.to_dict(), "mark": digest, "outcome": asdict(outcome)}
    with replacing(out / DONE) as part:
        part.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def done_before(out: Path, ledger: Path, options: str, digest: str) -> Outcome | None:
    """What an earlier run with these options and pictures came to; None: it did not end, or was not."""
    try:
        told = parse_json(read_bytes(out / DONE, SMALL))
        outcome = Outcome(**{**told["outcome"], "again": True})
        _check(outcome)
        before, seen = json.dumps(dict(told["options"])), told["mark"]
    except FileNotFoundError:
        if next(out.glob(PATTERN), None) and not ledger.exists():
            raise UsageError(f"{out} holds shards already", "give another --out") from None
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AttnpaintError(
            f"{out / DONE} cannot be read ({error})", f"remove {out} and begin again"
        ) from error
    check_same(out, (before, options), (seen, digest))
    for name in map(shard_name, range(outcome.shards)):
        if not (out / name).is_file():
            raise AttnpaintError(f"{out} lacks {name}", f"remove {out} and begin again")
    return outcome


def _check(outcome: Outcome) -> None:
    """ValueError where a file of another kind gave it what is none of its own."""
    for name in ("pictures", "kept", "shards", "bytes"):
        if type(getattr(outcome, name)) is not int or getattr(outcome, name) < 0:
            raise ValueError(f"{name} is no count")
    if not isinstance(outcome.dropped, dict) or not all(type(n) is int for n in outcome.dropped.values()):
        raise ValueError("dropped holds no counts")
    if not isinstance(outcome.notes, list) or not all(isinstance(note, str) for note in outcome.notes):
        raise ValueError("notes are no texts")


def check_same(out: Path, options: tuple[str, str], marks: tuple[str, str]) -> None:
    """UsageError where what `out` was begun with, the first of two, differs from what is wanted."""
    before, now = map(json.loads, options)
    for name, wanted in now.items():
        if before.get(name) != wanted:
            problem = f"{out} was begun with {_option(name, before.get(name))}, not {_option(name, wanted)}"
            raise UsageError(problem, "give the same options, or another --out")
    if marks[0] != marks[1]:
        raise UsageError(f"{out} was begun with other pictures", "give another --out, or remove that one")


def _option(name: str, value: object) -> str:
    if name == "distance":
        return "--keep-duplicates" if value is None else f"--distance {value}"
    if isinstance(value, bool):
        flag = name.replace("_", "-")
        return f"--{flag}" if value else f"--no-{flag}" if name == "lines" else f"no --{flag}"
    return f"--{name.replace('_', '-')} {value}"
