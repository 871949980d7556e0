"""The page that tells what was kept and what was left out, as one HTML file that needs nothing but itself."""

import base64
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from PIL import Image

from attnpaint.errors import PictureError
from attnpaint.extract.batch.workers import Died, in_order
from attnpaint.files import replacing
from attnpaint.prepare.filters import TITLES, Limits, Reason, why
from attnpaint.prepare.gather import Entry, Gathered
from attnpaint.prepare.ledger import Dropped, Kept, Ledger
from attnpaint.templates import load_template

PAGE = "report.html"
SHOWN = 60
"""Pictures of each kind on the page, at most."""

_SIDE = 240  # px of a thumbnail
_SOURCES = 12  # rows of the table of sources
_EDGES = (128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096)  # px, of the table of sizes


@dataclass(frozen=True)
class Preparation:
    """All that the page tells of."""

    gathered: Gathered
    ledger: Ledger
    limits: Limits
    distance: int | None
    bytes: int
    shards: int


@dataclass
class _Counts:
    """Of all pictures, for the tables."""

    kept: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    sizes: Counter[int] = field(default_factory=Counter)
    drawn: int = 0


@dataclass(frozen=True)
class _Bar:
    """A row of a table: how many were kept and how many left out, and the section that shows them, if any."""

    name: str
    kept: int
    lost: int
    anchor: str = ""

    @property
    def total(self) -> int:
        return self.kept + self.lost


@dataclass(frozen=True)
class _Figure:
    """Pictures side by side, each as base64 of a WebP file, empty where it could not be read."""

    images: tuple[str, ...]
    name: str
    note: str


@dataclass(frozen=True)
class _Section:
    """Examples of one kind: figures, or the names and problems of files that no figure can show."""

    anchor: str
    title: str
    total: int
    text: str
    figures: Sequence[_Figure] = ()
    names: Sequence[tuple[str, str]] = ()


def write_report(path: Path, found: Preparation, workers: int, tell: Callable[[int, int], None]) -> None:
    """Write the page; its thumbnails are made anew from the pictures. Equal preparations give equal pages."""
    entries, ledger = found.gathered.entries, found.ledger
    counts, sample = _count(entries, ledger)
    reasons = ledger.counts()
    shown = {reason: list(ledger.dropped(reason, SHOWN)) for reason in Reason if reason in reasons}
    broken = shown.pop(Reason.unreadable, [])
    pictures = _thumbnails(entries, _needed(sample, shown.values()), workers, tell)
    unreadable = reasons.get(Reason.unreadable, 0) + len(found.gathered.failures)
    if unreadable:
        reasons[Reason.unreadable] = unreadable
    sections = [_kept(sample, counts.kept.total(), entries, pictures)]
    sections += [
        _left_out(reason, reasons[reason], group, pictures, found) for reason, group in shown.items()
    ]
    sections += [_unreadable(broken, unreadable, found)] * bool(unreadable)
    page = load_template("attnpaint.prepare", PAGE).render(
        facts=_facts(counts, found),
        unreadable=unreadable,
        notes=found.gathered.notes,
        reasons=_reasons(reasons, counts),
        sizes=_sizes(counts),
        sources=_sources(counts),
        more_sources=max(0, len(counts.kept + counts.lost) - _SOURCES),
        sections=sections,
    )
    with replacing(path) as part:
        part.write_text(page, encoding="utf-8", errors="backslashreplace")


def thumbnail(entry: Entry) -> str:
    """A picture of at most 240 px as a WebP file in base64; empty where it cannot be read."""
    try:
        image = Image.fromarray(entry.item.open()[0])
    except (PictureError, MemoryError, ValueError):
        return ""
    image.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    stream = BytesIO()
    image.save(stream, "WEBP", quality=80)
    return base64.b64encode(stream.getvalue()).decode()


def _count(entries: Sequence[Entry], ledger: Ledger) -> tuple[_Counts, list[Kept]]:
    """Everything counted, and the first of what is kept, to show."""
    counts = _Counts()
    sample: list[Kept] = []
    for kept in ledger.kept():
        if len(sample) < SHOWN:
            sample.append(kept)
        item = entries[kept.turn].item
        counts.kept[_source(entries[kept.turn])] += 1
        counts.drawn += item.line is not None or item.side_by_side
        counts.sizes[sum(max(kept.width, kept.height) >= edge for edge in _EDGES)] += 1
    for lost in ledger.dropped():
        counts.lost[_source(entries[lost.turn])] += 1
    return counts, sample


def _needed(sample: Iterable[Kept], groups: Iterable[Sequence[Dropped]]) -> list[int]:
    """Which pictures the page shows: examples, and what near-duplicates are like."""
    examples = [lost for group in groups for lost in group]
    turns = {kept.turn for kept in sample} | {lost.turn for lost in examples}
    return sorted(turns | {lost.like for lost in examples if lost.like is not None})


def _thumbnails(
    entries: Sequence[Entry], turns: Sequence[int], workers: int, tell: Callable[[int, int], None]
) -> dict[int, str]:
    made: dict[int, str] = {}
    with closing(in_order(thumbnail, (entries[turn] for turn in turns), workers)) as images:
        for turn, image in zip(turns, images, strict=False):
            made[turn] = "" if isinstance(image, Died) else image
            tell(len(made), len(turns))
    return made


def _facts(counts: _Counts, found: Preparation) -> list[str]:
    total = len(found.gathered.entries) + len(found.gathered.failures)
    drawn = [f"{counts.drawn:,} of them with their own drawing"] * bool(counts.drawn)
    shards = f"{found.shards:,} shard{'' if found.shards == 1 else 's'}, {found.bytes / 2**20:,.1f} MiB"
    return [f"{counts.kept.total():,} of {total:,} pictures kept", *drawn, shards]


def _reasons(reasons: dict[Reason, int], counts: _Counts) -> list[_Bar]:
    left_out = [_Bar(TITLES[r].lower(), 0, reasons[r], r) for r in Reason if r in reasons]
    return [_Bar("kept", counts.kept.total(), 0, "kept"), *left_out]


def _sizes(counts: _Counts) -> list[_Bar]:
    between = (f"{low} to {high - 1}" for low, high in pairwise(_EDGES))
    names = [f"under {_EDGES[0]}", *between, f"{_EDGES[-1]} and more"]
    return [_Bar(name, counts.sizes[i], 0) for i, name in enumerate(names) if counts.sizes[i]]


def _sources(counts: _Counts) -> list[_Bar]:
    every = counts.kept + counts.lost
    return [_Bar(name, counts.kept[name], counts.lost[name]) for name, _ in every.most_common(_SOURCES)]


def _kept(sample: Iterable[Kept], total: int, entries: Sequence[Entry], pictures: dict[int, str]) -> _Section:
    figures = [
        _Figure((pictures[kept.turn],), entries[kept.turn].key, f"{kept.width} × {kept.height}")
        for kept in sample
    ]
    return _Section("kept", "Kept", total, _few(total), figures)


def _left_out(
    reason: Reason, total: int, group: Iterable[Dropped], pictures: dict[int, str], found: Preparation
) -> _Section:
    figures = []
    for lost in group:
        turns = [lost.turn] if lost.like is None else [lost.turn, lost.like]
        name = " → ".join(found.gathered.entries[turn].key for turn in turns)
        figures.append(_Figure(tuple(pictures[turn] for turn in turns), name, _number(lost)))
    text = f"{why(reason, found.limits, found.distance)} {_few(total)}".strip()
    return _Section(reason, TITLES[reason], total, text, figures)


def _unreadable(group: Iterable[Dropped], total: int, found: Preparation) -> _Section:
    names = [(failure.path, failure.problem) for failure in found.gathered.failures]
    names += [(found.gathered.entries[lost.turn].origin, lost.problem) for lost in group]
    reason = Reason.unreadable
    return _Section(reason, TITLES[reason], total, _few(total), names=names[:SHOWN])


def _number(lost: Dropped) -> str:
    """The number that says so, with its unit."""
    size, number = f"{lost.width} × {lost.height}", lost.number
    return {
        Reason.unreadable: "",
        Reason.tiny: size,
        Reason.grey: f"{number:.1%} coloured",
        Reason.white: f"{number:.1%} white",
        Reason.backdrop: f"{number:.0%} of the border",
        Reason.several: f"{number:.0%}",
        Reason.framed: f"{number:.0%} of its box",
        Reason.cut: f"{number:.0f} borders",
        Reason.duplicate: f"{number:.0f} bits apart, {size}",
    }[lost.reason]


def _source(entry: Entry) -> str:
    return entry.key.partition("/")[0] if "/" in entry.key else ""


def _few(total: int) -> str:
    return f"{SHOWN} of {total:,} shown." if total > SHOWN else ""
