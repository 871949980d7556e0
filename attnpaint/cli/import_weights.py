"""`attnpaint import-weights`: a published AttentionedDeepPaint checkpoint becomes a model folder."""

import json
from pathlib import Path
from typing import Annotated

import typer

from attnpaint.cli.packages import check_training_packages
from attnpaint.errors import tell


def import_weights(
    checkpoint: Annotated[Path, typer.Argument(help="The generator's file, such as deepunetG_030.pth.tar.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="The model folder; by default named as the file."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as a JSON object.")] = False,
) -> None:
    """Turn a checkpoint of AttentionedDeepPaint into a model folder for `colorize --model`."""
    check_training_packages()
    from attnpaint.errors import UsageError
    from attnpaint.model.folder import save_model
    from attnpaint.model.importer import import_generator
    from attnpaint.recipe_file import load_recipe

    folder = out or checkpoint.with_name(Path(checkpoint.name.removesuffix(".tar")).stem)
    if folder.is_file():
        raise UsageError(f"{folder} is a file", "give a folder with -o")
    generator = import_generator(checkpoint)
    width = generator.width
    recipe = load_recipe("attentioned-deep-paint", [f"generator.width={width}"])
    save_model(folder, generator, recipe, {"imported_from": checkpoint.name}, half=False)

    parameters = sum(parameter.numel() for parameter in generator.parameters())
    if as_json:
        print(json.dumps({"model": str(folder), "width": width, "parameters": parameters}))
    else:
        tell(f"{folder}: attention U-Net of width {width}, {parameters:,} parameters")
        tell(f"use it with: attnpaint colorize sketch.png --ref ref.png --model {folder}")
