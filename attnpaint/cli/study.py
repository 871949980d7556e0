"""`attnpaint study`: people rate paintings side by side, blind; and what their ratings say."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from attnpaint.errors import tell
from attnpaint.jobs.check import MOST_PICTURES

if TYPE_CHECKING:
    from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Say it as a JSON object.")]


class _BuildsByDefault(TyperGroup):
    """`attnpaint study DIR …` means `attnpaint study build DIR …`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        args = args or ["--help"]
        if args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["build", *args]
        return super().parse_args(ctx, args)


study = typer.Typer(cls=_BuildsByDefault)


@study.callback()
def about() -> None:
    """Let people rate paintings side by side, blind, and score what they say.

    1. attnpaint study DIR --outputs OURS --outputs THEIRS: hand DIR/page out, keep DIR/key.json.

    2. attnpaint study score RATINGS.csv --key DIR/key.json: means, intervals, agreement.
    """


@study.command()
def build(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write the page and its key.")],
    outputs: Annotated[
        list[Path],
        typer.Option(
            "--outputs",
            help="A folder of painted pictures; once for each painter, equal names. Or an --out of evaluate.",
        ),
    ],
    drawings: Annotated[
        Path | None, typer.Option(help="The drawings, named alike, to show above the paintings.")
    ] = None,
    references: Annotated[Path | None, typer.Option(help="The references, named alike, to show too.")] = None,
    painters: Annotated[
        list[str] | None, typer.Option("--painter", help="Only these of them; once for each. Default: all.")
    ] = None,
    pictures: Annotated[
        int | None,
        typer.Option(min=1, max=MOST_PICTURES, help="So many pictures, chosen by the seed. Default: all."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of all that is random.")] = 0,
    as_json: Json = False,
) -> None:
    """Build the page; the word build may be left out.

    Painters are hidden behind letters, other ones for each picture. The page needs no server;
    each rater saves a CSV file from it.

    Example: attnpaint study rating --outputs ours --outputs theirs --drawings sketches
    """
    from attnpaint.eval.study.page import build_study

    built = build_study(folder, outputs, drawings, references, painters or (), pictures, seed)
    told = {
        "page": str(built.page),
        "key": str(built.key),
        "painters": built.painters,
        "pictures": len(built.pictures),
    }
    if as_json:
        print(json.dumps(told))
    else:
        work = f"{len(built.pictures)} pictures by {len(built.painters)} painters"
        tell(f"{built.page}: {work}; hand out its folder, keep {built.key}")


@study.command()
def score(
    ratings: Annotated[
        list[Path], typer.Argument(metavar="RATINGS.csv", help="What the raters saved from the page.")
    ],
    key: Annotated[Path, typer.Option(help="The key.json that was written with the page.")],
    as_json: Json = False,
) -> None:
    """Score ratings: means with 95 % intervals over pictures, and how far the raters agree.

    Agreement is Krippendorff's alpha: 1 is perfect, 0 is chance; under 0.67 is too little to conclude from.

    Example: attnpaint study score ratings-*.csv --key rating/key.json
    """
    from attnpaint.eval.study.ratings import read_key, read_ratings, score_study

    known = read_key(key)
    found = score_study(read_ratings(ratings, known), known)
    if as_json:
        print(json.dumps(found))
        return
    from rich.console import Console

    Console().print(_table(found))
    if found["missing"]:
        tell(f"attnpaint: {found['missing']} questions are unanswered")


def _table(found: dict[str, Any]) -> "Table":
    from rich.table import Table

    from attnpaint.eval.study.page import QUESTIONS

    counts = {word: found[f"{word}s"] for word in ("rater", "picture", "rating")}
    counted = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts.items())
    table = Table(caption=f"{counted}; 0 to 5, 5 is best; mean and 95 % interval over pictures")
    table.add_column("question")
    for painter in found["painters"]:
        table.add_column(painter, justify="right", overflow="fold")
    table.add_column("agreement", justify="right")
    for question in QUESTIONS:
        cells = [_cell(means[question.name]) for means in found["painters"].values()]
        alpha = found["agreement"][question.name]["ordinal"]
        table.add_row(question.title, *cells, "–" if alpha is None else f"{alpha:.2f}")
    return table


def _cell(told: dict[str, float | None]) -> str:
    if told["mean"] is None:
        return "–"
    return f"{told['mean']:.2f}" + (
        "" if told["low"] is None else f"\n{told['low']:.2f} to {told['high']:.2f}"
    )
