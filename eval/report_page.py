"""The report as one HTML page that needs nothing but itself: report.html, filled in."""

from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path

from attnpaint.eval.gallery import Choice, Row, choose, embed
from attnpaint.eval.metrics.measures import TABLES, Measure
from attnpaint.eval.records import Record
from attnpaint.eval.results import Protocol, Results
from attnpaint.eval.score_plots import number, strips
from attnpaint.eval.setup import BASELINES
from attnpaint.eval.tables import WAYS, by_lines, differences, table

PAGE = "report.html"

_TITLES = {"sibling": "Sibling reference", "same": "Same reference", "cross": "Cross reference"}
_TOLD = {
    "sibling": "The reference is another picture of the same character. It comes nearest to what people do.",
    "same": "The reference is a warped, cropped and recoloured copy of the truth: it tells every colour.",
    "cross": "The reference is another picture. No truth is known; colours are compared with the reference.",
}
_KINDS = ("drawing", "reference", "truth")


def make_page(results: Results, seed: int = 0) -> str:
    """The whole page. Equal results give equal pages."""
    choices = {each.name: choose(results, each.name, seed) for each in results.protocols}
    shown = [
        path
        for choice in choices.values()
        for row in (*choice.best, *choice.worst, *choice.random)
        for _, path, _ in _pictures(results, row)
    ]
    addresses = embed(shown)
    sections = "".join(
        _protocol(results, each) + _gallery(results, each, choices[each.name], addresses, seed)
        for each in results.protocols
    )
    links = "".join(
        f'<a href="#{name}">{_title(each.name)}</a><a href="#{name}-pictures">Pictures</a>'
        for each in results.protocols
        if (name := escape(each.name))
    )
    template = (files("attnpaint.eval") / PAGE).read_text(encoding="utf-8")
    parts = {
        "<!--facts-->": _facts(results),
        "<!--links-->": f'{links}<a href="#measures">Measures</a>',
        "<!--sections-->": sections,
        "<!--measures-->": _measures(results),
    }
    head, *rest = template.split("<!--")
    filled = [head]
    for part in rest:  # each mark once, so that no name on the page can be taken for one
        mark, _, text = part.partition("-->")
        filled += [parts[f"<!--{mark}-->"], text]
    return "".join(filled)


def _title(protocol: str) -> str:
    return _TITLES.get(protocol, escape(protocol))


def _facts(results: Results) -> str:
    summary = results.summary
    first, *others = results.painters
    drawings = max(each.drawings for each in results.protocols)
    facts = {
        "Painters": ", ".join([f"{first} (the others are compared with it)", *others] if others else [first]),
        "Pictures": f"{summary['pictures']:,}, long side {summary['size']} px, seed {summary['seed']}",
        "Line drawings": f"{drawings:,} by {', '.join(results.lines)}",
        "Protocols": ", ".join(_title(each.name).lower() for each in results.protocols),
    }
    if results.aside:
        facts["Not counted"] = f"{results.aside:,} pictures of kits (dicebear-*) that training data hold too"
    about = BASELINES | results.remarks
    rows = [*facts.items(), *((painter, about[painter]) for painter in results.painters if painter in about)]
    told = "".join(f"<dt>{escape(word)}<dd>{escape(fact)}" for word, fact in rows)
    skipped = summary.get("skipped") or {}
    if skipped:
        names = "; ".join(f"{name} ({why})" for name, why in list(skipped.items())[:5])
        more = f" and {len(skipped) - 5} more" if len(skipped) > 5 else ""
        told += f'<dt class="alarm">Left out<dd class="alarm">{escape(names + more)}'
    return told


def _protocol(results: Results, protocol: Protocol) -> str:
    name = escape(protocol.name)
    counted = f"{protocol.pictures:,} pictures, {protocol.drawings:,} drawings"
    spread = "".join(
        strips(TABLES[measure], values, protocol.cells[measure])
        for measure in protocol.cells
        if (values := _spread(results, protocol.name, measure))
    )
    blocks = [
        f'<section id="{name}"><h2>{_title(protocol.name)}<span>{counted}</span></h2>',
        f"<p>{escape(_TOLD.get(protocol.name, ''))}</p>",
        f'<div class="pair"><div><h3>Means</h3><p>Over pictures, with 95 % intervals. The best is marked.</p>'
        f"{table(results.painters, protocol.cells, protocol.pictures)}</div>",
    ]
    if protocol.differences:
        first = escape(results.painters[0])
        blocks += [
            f"<div><h3>Compared with {first}</h3><p>The score of each less that of {first} on the same "
            "pictures, with its 95 % interval. Where 1 is best, the distances from 1 are compared.</p>",
            f"{differences(results.painters[1:], protocol.differences)}</div>",
        ]
    blocks.append("</div>")
    if len(protocol.by_lines) > 1:
        blocks.append(
            f"<details><summary>By line extractor</summary>{by_lines(results.painters, protocol)}</details>"
        )
    blocks.append(
        "<h3>How scores are spread</h3><p>A bar is the share of pictures with such a score; the line is the "
        f'mean, the band its 95 % interval.</p><div class="cards">{spread}</div></section>'
    )
    return "\n".join(blocks)


def _spread(results: Results, protocol: str, measure: str) -> dict[str, dict[str, float]]:
    found = {each: results.scores.by_picture(protocol, measure, each) for each in results.painters}
    return {painter: values for painter, values in found.items() if values}


def _gallery(
    results: Results, protocol: Protocol, choice: Choice, addresses: Mapping[Path, str], seed: int
) -> str:
    measure, first = TABLES[choice.measure], escape(results.painters[0])
    title = escape(measure.title)
    groups = "".join(
        f"<h3>{kind}</h3>{''.join(_row(results, row, measure, addresses) for row in rows)}"
        for kind, rows in (("Best", choice.best), ("Worst", choice.worst), ("Random", choice.random))
        if rows
    )
    name = escape(protocol.name)
    return f"""<section id="{name}-pictures"><h2>{_title(protocol.name)}: pictures</h2>
<p>Of each picture one drawing, chosen with seed {seed}, ranked by the {title} of {first}: the first,
the last, and some of the others, chosen with the same seed. Under each painting its {title}.</p>
{groups}</section>
"""


def _row(results: Results, row: Row, measure: Measure, addresses: Mapping[Path, str]) -> str:
    figures = []
    for word, path, record in _pictures(results, row):
        score = record["scores"].get(measure.name) if record else None
        told = f" <small>{number(measure, score)}</small>" if score is not None else ""
        address = addresses.get(path)
        image = f'<img alt="" loading="lazy" decoding="async" src="{address}">' if address else ""
        figures.append(f"<figure><div>{image}</div><figcaption>{escape(word)}{told}</figcaption></figure>")
    name = f"<bdi>{escape(row.name)}</bdi> <small>{escape(row.lines)}</small>"
    row_of = f'<div class="row">{"".join(figures)}</div>'
    return f'<article style="--n:{len(figures)}"><h4>{name}</h4>{row_of}</article>\n'


def _pictures(results: Results, row: Row) -> list[tuple[str, Path, Record | None]]:
    """What was given, then what each painter made of it, with its record."""
    records = [(painter, row.records[painter]) for painter in results.painters if painter in row.records]
    found: list[tuple[str, Path, Record | None]] = []
    for kind in _KINDS:
        path = next((record[kind] for _, record in records if record.get(kind)), None)
        if path:
            found.append((kind, results.folder / path, None))
    return found + [(painter, results.folder / record["picture"], record) for painter, record in records]


def _measures(results: Results) -> str:
    used = {name for each in results.protocols for name in each.cells}
    return "".join(
        f'<dt id="m-{name}">{escape(each.title)}<dd>{escape(each.about[:1].upper() + each.about[1:])}. '
        f"<small>{WAYS[each.better].capitalize()}.</small>"
        for name, each in TABLES.items()
        if name in used
    )
