"""The page that tells what was kept and what was left out, as one HTML file that needs nothing but itself."""

import base64
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from PIL import Image

from attnpaint.errors import PictureError
from attnpaint.extract.batch.workers import Died, in_order
from attnpaint.files import replacing
from attnpaint.prepare.filters import Limits, Reason
from attnpaint.prepare.gather import Entry, Gathered
from attnpaint.prepare.ledger import Dropped, Kept, Ledger
from attnpaint.prepare.reasons import TITLES, numbered, why

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


def write_report(path: Path, found: Preparation, workers: int, tell: Callable[[int, int], None]) -> None:
    """Write the page; its thumbnails are made anew from the pictures. Equal preparations give equal pages."""
    entries, ledger = found.gathered.entries, found.ledger
    counts, reasons = _Counts(), ledger.counts()
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
    shown = {reason: list(ledger.dropped(reason, SHOWN)) for reason in Reason if reason in reasons}
    examples = [lost for reason, group in shown.items() if reason != Reason.unreadable for lost in group]
    turns = {kept.turn for kept in sample} | {lost.turn for lost in examples}
    turns |= {lost.like for lost in examples if lost.like is not None}
    pictures = _thumbnails(entries, sorted(turns), workers, tell)
    sections = [_overview(found, reasons, counts), _kept(sample, counts.kept.total(), entries, pictures)]
    sections += [
        _left_out(reason, reasons[reason], group, entries, pictures, found)
        for reason, group in shown.items()
        if reason is not Reason.unreadable
    ]
    broken = [(failure.path, failure.problem) for failure in found.gathered.failures]
    broken += [(entries[lost.turn].origin, lost.problem) for lost in shown.get(Reason.unreadable, [])]
    total = reasons.get(Reason.unreadable, 0) + len(found.gathered.failures)
    if broken:
        names = (f"<li>{escape(name)} <small>{escape(problem)}</small>" for name, problem in broken[:SHOWN])
        listed = f'<ul class="names">{"".join(names)}</ul>'
        sections.append(_section(Reason.unreadable, "Unreadable", total, _few(total, SHOWN), listed))
    facts = [f"{counts.kept.total():,} of {len(entries) + len(found.gathered.failures):,} pictures kept"]
    facts += [f"{counts.drawn:,} of them with their own drawing"] * bool(counts.drawn)
    facts.append(f"{found.shards:,} shard{'' if found.shards == 1 else 's'}, {found.bytes / 2**20:,.1f} MiB")
    lines = [f"<li>{escape(fact)}" for fact in facts]
    lines += [f'<li class="alarm">{total:,} could not be read'] * bool(total)
    lines += [f"<li>{escape(note)}" for note in found.gathered.notes]
    page = (files("attnpaint.prepare") / PAGE).read_text(encoding="utf-8")
    page = page.replace("<!--facts-->", "\n".join(lines)).replace("<!--sections-->", "\n".join(sections))
    with replacing(path) as part:
        part.write_text(page, encoding="utf-8", errors="backslashreplace")


def thumbnail(entry: Entry) -> str:
    """A picture of at most 240 px as an `img` element; empty where it cannot be read."""
    try:
        image = Image.fromarray(entry.item.open()[0])
    except (PictureError, MemoryError, ValueError):
        return ""
    image.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    stream = BytesIO()
    image.save(stream, "WEBP", quality=80)
    data = base64.b64encode(stream.getvalue()).decode()
    return f'<img alt="" loading="lazy" decoding="async" src="data:image/webp;base64,{data}">'


def _thumbnails(
    entries: Sequence[Entry], turns: Sequence[int], workers: int, tell: Callable[[int, int], None]
) -> dict[int, str]:
    made: dict[int, str] = {}
    with closing(in_order(thumbnail, (entries[turn] for turn in turns), workers)) as images:
        for turn, image in zip(turns, images, strict=False):
            made[turn] = "" if isinstance(image, Died) else image
            tell(len(made), len(turns))
    return made


def _overview(found: Preparation, reasons: dict[Reason, int], counts: _Counts) -> str:
    failed = len(found.gathered.failures)
    told = {**reasons, **({Reason.unreadable: reasons.get(Reason.unreadable, 0) + failed} if failed else {})}
    rows = [('<a href="#kept">kept</a>', counts.kept.total(), 0)]
    rows += [(f'<a href="#{r}">{TITLES[r].lower()}</a>', 0, told[r]) for r in Reason if r in told]
    names = [
        f"under {_EDGES[0]}",
        *(f"{low} to {high - 1}" for low, high in pairwise(_EDGES)),
    ]
    names.append(f"{_EDGES[-1]} and more")
    sizes = [(names[i], counts.sizes[i], 0) for i in range(len(names)) if counts.sizes[i]]
    every = counts.kept + counts.lost
    sources = [
        (escape(name), counts.kept[name], counts.lost[name]) for name, _ in every.most_common(_SOURCES)
    ]
    more = f"; {len(every) - _SOURCES} more sources are not shown" if len(every) > _SOURCES else ""
    return f"""<div class="overview">
<div><h2>Pictures</h2>{_bars(rows)}</div>
<div><h2>Long side of what is kept, px</h2>{_bars(sizes)}</div>
<div><h2>By source</h2>{_bars(sources)}<p class="key">dark: kept; light: left out{more}</p></div>
</div>"""


def _bars(rows: Sequence[tuple[str, int, int]]) -> str:
    most = max((kept + lost for _, kept, lost in rows), default=1) or 1
    lines = []
    for name, kept, lost in rows:
        bars = [(kept, ""), (lost, ' class="lost"')]
        drawn = "".join(f'<i{kind} style="width:{100 * n / most:.2f}%"></i>' for n, kind in bars if n)
        lines.append(f'<tr><th scope="row">{name}<td class="bar"><div>{drawn}</div><td>{kept + lost:,}')
    return f"<table>{''.join(lines)}</table>"


def _kept(sample: Iterable[Kept], total: int, entries: Sequence[Entry], pictures: dict[int, str]) -> str:
    figures = [
        _figure([pictures[kept.turn]], entries[kept.turn].key, f"{kept.width} × {kept.height}")
        for kept in sample
    ]
    return _section("kept", "Kept", total, _few(total, SHOWN), f'<div class="grid">{"".join(figures)}</div>')


def _left_out(
    reason: Reason,
    total: int,
    group: Sequence[Dropped],
    entries: Sequence[Entry],
    pictures: dict[int, str],
    found: Preparation,
) -> str:
    figures = []
    for lost in group:
        images, name = [pictures[lost.turn]], entries[lost.turn].key
        note = numbered(lost)
        if lost.like is not None:
            images.append(pictures[lost.like])
            name += f" → {entries[lost.like].key}"
        figures.append(_figure(images, name, note))
    limit = why(reason, found.limits, found.distance)
    kind = "grid two" if reason is Reason.duplicate else "grid"
    few = _few(total, SHOWN)
    return _section(
        reason,
        TITLES[reason],
        total,
        f"{limit} {few}".strip(),
        f'<div class="{kind}">{"".join(figures)}</div>',
    )


def _section(anchor: str, title: str, total: int, text: str, body: str) -> str:
    told = f"<p>{escape(text)}</p>" if text else ""
    return f'<section id="{anchor}"><h2>{title}<span>{total:,}</span></h2>{told}\n{body}</section>'


def _figure(images: Iterable[str], name: str, note: str) -> str:
    stage = "".join(f"<div>{image}</div>" for image in images)
    name, note = escape(name), escape(note)
    caption = f'<figcaption title="{name}"><bdi>{name}</bdi><small>{note}</small></figcaption>'
    return f'<figure><div class="stage">{stage}</div>{caption}</figure>\n'


def _source(entry: Entry) -> str:
    return entry.key.partition("/")[0] if "/" in entry.key else ""


def _few(total: int, shown: int) -> str:
    return f"{shown} of {total:,} shown." if total > shown else ""
