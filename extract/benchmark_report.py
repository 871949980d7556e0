"""What `make bench-extract` tells: its tables, for the terminal and for the README."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.table import Table

from attnpaint.files import replacing

OURS, DECODING = "attnpaint", "decoding the PNG"
COUNTING, CLUSTERING = "of it: counting colours", "of it: k-means"
SKLEARN, COLORGRAM = "scikit-learn, 10 starts", "colorgram.py"
BEGIN, END = "<!-- bench-extract -->", "<!-- /bench-extract -->"
_LEAST = 1e-9  # a squared error that counts as none


@dataclass(frozen=True)
class Raced:
    """A side × side picture: best seconds of each contender that ran, squared errors of those that solve."""

    name: str
    side: int
    seconds: dict[str, float]
    errors: dict[str, float]


@dataclass(frozen=True)
class Command:
    """Seconds a picture of a folder: decoding it in a loop, and the whole command with one worker."""

    decoding: float
    seconds: float


@dataclass(frozen=True)
class Scale:
    """The command on so many pictures: seconds a picture, and its processes' peak memory in bytes."""

    pictures: int
    seconds: float
    peak: int


@dataclass(frozen=True)
class Figures:
    """Everything measured; `generated`: the names of the pictures that were raced at every side."""

    raced: Sequence[Raced]
    generated: Sequence[str]
    command: Command
    scales: Sequence[Scale]

    @property
    def main(self) -> list[Raced]:
        """The pictures at the first side, on which every contender ran."""
        return [one for one in self.raced if one.side == self.raced[0].side]


@dataclass(frozen=True)
class Sheet:
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def table(self) -> Table:
        table = Table(*self.head, title=self.title, box=box.SIMPLE_HEAD)
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        lines = [self.head, ["---"] * len(self.head), *self.rows]
        return f"{self.title}:\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def sheets(figures: Figures) -> list[Sheet]:
    """The contenders, the sides, memory where it was measured, and the goals."""
    found = [_contenders(figures), _sides(figures)]
    if figures.scales:
        found.append(_memory(figures.scales))
    return [*found, _goals(figures)]


def write_block(readme: Path, block: str) -> bool:
    """Put the block between the marks of a file; False, and nothing done, where it has none."""
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        return False
    with replacing(readme) as part:
        part.write_text(f"{head}{BEGIN}\n{block}\n{END}{tail}", encoding="utf-8")
    return True


def _contenders(figures: Figures) -> Sheet:
    main, whole = figures.main, figures.command
    side, count = main[0].side, len(main)
    rows = []
    for name in (OURS, COUNTING, CLUSTERING, DECODING, COLORGRAM, SKLEARN):
        times = f"{_mean(main, name) * 1e3:.1f}", f"{_mean(main, name) / _mean(main, OURS):.2f}"
        mean, worst = _error_ratios(main, name) if name in main[0].errors else ("", "")
        rows.append((name, *times, mean, worst))
    per_picture = whole.seconds * 1e3, whole.seconds / _mean(main, OURS)
    rows.append(("extract-hist, decoding included", f"{per_picture[0]:.1f}", f"{per_picture[1]:.2f}", "", ""))
    head = "", "ms a picture", "times attnpaint's", "error", "worst picture's"
    return Sheet(f"{count} pictures of {side}², squared errors as multiples of scikit-learn's", head, rows)


def _sides(figures: Figures) -> Sheet:
    rows = []
    generated = [one for one in figures.raced if one.name in figures.generated]
    for side in sorted({one.side for one in generated}):
        here = [one for one in generated if one.side == side]
        row = [f"{side}²", f"{_mean(here, DECODING) * 1e3:.1f}", f"{_mean(here, OURS) * 1e3:.1f}"]
        row.append(f"{_per_megapixel(here):.1f}")
        for name in (COLORGRAM, SKLEARN):
            ran = [one for one in here if name in one.seconds]
            ratio = f"{_mean(ran, name) / _mean(ran, OURS):.0f} ×" if ran else "skipped"
            row.append(ratio + (f" (on {len(ran)})" if 0 < len(ran) < len(here) else ""))
        rows.append(row)
    head = "", "decoding, ms", "attnpaint, ms", "ms a megapixel", COLORGRAM, SKLEARN
    return Sheet(f"{len(figures.generated)} generated pictures at several sides", head, rows)


def _memory(scales: Sequence[Scale]) -> Sheet:
    rows = [(f"{s.pictures:,}", f"{s.seconds * 1e3:.2f}", f"{s.peak / 2**20:.0f}") for s in scales]
    head = "pictures of 64²", "ms a picture", "peak memory of all processes, MiB"
    return Sheet("extract-hist, one worker a core", head, rows)


def _goals(figures: Figures) -> Sheet:
    main, whole = figures.main, figures.command
    ours = _mean(main, OURS)
    cheaper = sum(one.seconds[OURS] < one.seconds[DECODING] for one in main)
    ratios = [_error_ratio(one, OURS) for one in main]
    goals = [
        ("scikit-learn's time over attnpaint's", "≥ 60", _mean(main, SKLEARN) / ours, 60.0, True),
        ("colorgram.py's time over attnpaint's", "≥ 20", _mean(main, COLORGRAM) / ours, 20.0, True),
        ("squared error over scikit-learn's, mean", "≤ 1.005", sum(ratios) / len(ratios), 1.005, False),
        ("squared error over scikit-learn's, worst picture", "≤ 1.02", max(ratios), 1.02, False),
        ("attnpaint's time over decoding's", "< 1", ours / _mean(main, DECODING), 1.0, False),
        ("the whole command over decoding", "≤ 1.6", whole.seconds / whole.decoding, 1.6, False),
    ]
    sides = sorted({one.side for one in figures.raced})
    if len(sides) > 1:
        first, last = (
            _per_megapixel([o for o in figures.raced if o.side == side and o.name in figures.generated])
            for side in (sides[0], sides[-1])
        )
        goals.append(
            (f"time per pixel at {sides[-1]}² over {sides[0]}²", "≤ 1.25", last / first, 1.25, False)
        )
    if len(figures.scales) > 1:
        few, many = figures.scales[0], figures.scales[-1]
        name = f"memory for {many.pictures:,} pictures over {few.pictures:,}"
        goals.append((name, "≤ 1.1", many.peak / few.peak, 1.1, False))
    rows = [
        (name, goal, f"{found:.3f}" if bound < 2 else f"{found:.1f}", _verdict(found, bound, at_least))
        for name, goal, found, bound, at_least in goals
    ]
    title = f"Goals (attnpaint is quicker than decoding on {cheaper} of the {len(main)} pictures)"
    return Sheet(title, ("", "goal", "measured", ""), rows)


def _verdict(found: float, bound: float, at_least: bool) -> str:
    return "reached" if (found >= bound if at_least else found <= bound) else "**missed**"


def _mean(raced: Sequence[Raced], name: str) -> float:
    return sum(one.seconds[name] for one in raced) / len(raced)


def _per_megapixel(raced: Sequence[Raced]) -> float:
    """Milliseconds of ours."""
    return _mean(raced, OURS) * 1e3 / (raced[0].side ** 2 / 1e6)


def _error_ratio(one: Raced, name: str) -> float:
    return max(one.errors[name], _LEAST) / max(one.errors[SKLEARN], _LEAST)


def _error_ratios(raced: Sequence[Raced], name: str) -> tuple[str, str]:
    ratios = [_error_ratio(one, name) for one in raced]
    return f"{sum(ratios) / len(ratios):.4f}", f"{max(ratios):.4f}"
