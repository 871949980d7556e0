"""`attnpaint recipes`: what can be trained, what it costs, and each recipe in full."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.table import Table


def names_from(incomplete: str) -> list[str]:
    """For a shell that completes."""
    from attnpaint.recipe_file import recipe_names

    return [name for name in recipe_names() if name.startswith(incomplete)]


recipes = typer.Typer(invoke_without_command=True)


@recipes.callback()
def listed(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as a JSON list.")] = False,
) -> None:
    """List the recipes that `train --recipe` knows: size, cost, inputs, source.

    Example: attnpaint recipes show pix2pix > mine.toml, change it, attnpaint train --recipe mine.toml
    """
    if context.invoked_subcommand:
        return
    from attnpaint.model.known_costs import SIZE
    from attnpaint.recipe_file import recipe_names

    rows = [_row(name) for name in recipe_names()]
    if as_json:
        print(json.dumps(rows))
        return
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console.width = 160  # nothing to fit into
    console.print(_table(rows, SIZE))


@recipes.command()
def show(
    name: Annotated[
        str, typer.Argument(help="Name of a recipe, or a .toml file.", autocompletion=names_from)
    ],
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a value: data.size=512; may be repeated."),
    ] = None,
) -> None:
    """Print a recipe in full, every key with its value, as TOML that `train --recipe FILE.toml` reads.

    The comment at its head says what the source tells, and what was chosen where it is silent.

    Example: attnpaint recipes show pix2pix --set data.size=512
    """
    from attnpaint.recipe_file import comment_of, load_recipe, to_toml

    recipe = load_recipe(name, setting or [])
    print(comment_of(name) + to_toml(recipe), end="")


def _row(name: str) -> dict[str, Any]:
    from attnpaint.model.known_costs import KNOWN
    from attnpaint.recipe_file import load_recipe

    recipe = load_recipe(name)
    found = KNOWN.get(name)
    if found is None:
        from attnpaint.model.cost import cost

        found = cost(recipe)
    return {
        "name": name,
        "parameters": found.parameters,
        "gflop": round(found.gflop, 1),
        "inputs": ["sketch", *recipe.generator.takes],
        "pictures": recipe.generator.variants,
        "stages": 2 if recipe.refine.steps else 1,
        "source": recipe.source,
    }


def _table(rows: list[dict[str, Any]], size: int) -> "Table":
    from rich.table import Table

    title = f"Recipes; GFLOP of one picture of {size}×{size}, 2 per multiply-add"
    table = Table("name", "parameters", "GFLOP", "paints from", "source", title=title, title_justify="left")
    for column in table.columns[1:3]:
        column.justify = "right"
    for column in table.columns[:3]:
        column.no_wrap = True
    for row in rows:
        taken = ", ".join(row["inputs"]) + " (two stages)" * (row["stages"] == 2)
        taken += f" ({row['pictures']} pictures)" * (row["pictures"] > 1)
        table.add_row(row["name"], f"{row['parameters']:,}", f"{row['gflop']:.1f}", taken, row["source"])
    return table
