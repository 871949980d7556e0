"""Model folders with ONNX graphs: how the files are named, and what is checked before they are opened.

The graphs hold no weights: they point into model.safetensors beside them, and their metadata has its sum.
Needs neither torch nor onnxruntime.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.model.model_config import GRAPHS, WEIGHTS, inner_folder
from attnpaint.recipe_file import recipe_from
from attnpaint.text_files import parse_json

MODEL, STAGE = GRAPHS
RECIPE, SUM = "attnpaint.recipe", "attnpaint.weights.sha256"  # keys of the metadata

INPUTS = ("sketch", "colors", "weights")
TOKENS = "tokens"  # of a palette: what stages of earlier graphs take from the network's
VIEW = {
    "reference": "sketch",
    **{f"entry_{name}": name for name in ("points", "geometry", "valid")},
    **{f"own_{name}": f"own_{name}" for name in ("points", "geometry", "valid", "color", "weight")},
}
"""What the stage takes of a reference, and what `reference_arrays` calls it."""
STAGE_INPUTS = (*INPUTS, "points", "geometry", "valid", *VIEW)
STAGE_OUTPUTS = ("logits", "embedding", "parts", "palette_parts")

LARGEST = 16 * 2**20  # bytes of a graph; weights do not belong into it
_METADATA = 14  # field of ModelProto
_KEY, _VALUE = 1, 2  # fields of StringStringEntryProto
_BYTES = 2  # wire type of what tells its own length


@dataclass(frozen=True)
class OnnxModel:
    """file: of the network's graph; stage: of the region stage's, where there is one; recipe: of both."""

    file: Path
    stage: Path | None
    recipe: Recipe


def find_graph(model: str | Path) -> OnnxModel:
    """model: a model folder with graphs, or a training run's; or the file model.onnx in one.

    Raises AttnpaintError where a file is missing, cut short, of another program or of another model.
    """
    file = inner_folder(model) / MODEL if Path(model).is_dir() else Path(model)
    if not file.is_file():
        raise AttnpaintError(f"there is no ONNX model {file}", "write one with: attnpaint export --onnx DIR")
    told = metadata(file)
    recipe = _recipe(file, told)
    stage = file.with_name(STAGE) if recipe.generator.region_width else None
    if stage is not None:
        if not stage.is_file():
            problem = f"{file.parent} holds no {STAGE}, which {recipe.name} decides with"
            raise AttnpaintError(problem, "export the model again")
        if metadata(stage).get(SUM) != told.get(SUM):
            raise AttnpaintError(f"{stage} is of another model than {file}", "export the model again")
    _check_weights(file, told.get(SUM, ""))
    return OnnxModel(file, stage, recipe)


def _recipe(file: Path, told: dict[str, str]) -> Recipe:
    if RECIPE not in told:
        problem = f"{file} does not say which recipe it was made of"
        raise AttnpaintError(problem, "give a file that attnpaint export wrote")
    try:
        return recipe_from(parse_json(told[RECIPE]))
    except (ValueError, TypeError, UsageError) as error:
        raise AttnpaintError(f"the recipe in {file} cannot be read ({error})", "export it again") from None


def _check_weights(file: Path, wanted: str) -> None:
    """AttnpaintError where the weights beside the graph are not those that it was made of."""
    weights = file.with_name(WEIGHTS)
    if not wanted:
        problem = f"{file} does not say which weights it belongs to"
        raise AttnpaintError(problem, "export the model again")
    try:
        with weights.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except FileNotFoundError:
        problem = f"{file} has no weights: {weights.name} is missing beside it"
        raise AttnpaintError(problem, "keep the files of one export together") from None
    except OSError as error:
        raise AttnpaintError(f"{weights} cannot be read ({error})", "check the file") from None
    if found != wanted:
        problem = f"{weights} is damaged, or of another model than {file.name} beside it"
        raise AttnpaintError(problem, "get it again, or write the graph anew: attnpaint export --onnx")


def metadata(file: Path) -> dict[str, str]:
    """What a graph's file says of itself. Raises AttnpaintError where it is no ONNX model, or cut short."""
    try:
        if file.stat().st_size > LARGEST:
            problem = f"{file} is larger than any graph: it holds weights of its own"
            raise AttnpaintError(problem, "export the model again")
        data = file.read_bytes()
        entries = [dict(fields(part)) for number, part in fields(data) if number == _METADATA]
        return {entry[_KEY].decode(): entry.get(_VALUE, b"").decode() for entry in entries}
    except (OSError, ValueError, KeyError) as error:
        reason = str(error) or "it is cut short"
        raise AttnpaintError(f"{file} cannot be loaded ({reason})", "export the model again") from None


def fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of those fields of a protocol buffer that tell their own length.

    Raises ValueError where the data end too soon, or are none.
    """
    place = 0
    while place < len(data):
        tag, place = varint(data, place)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            _, place = varint(data, place)
        elif kind in (1, 5):
            place += 8 if kind == 1 else 4
        elif kind == _BYTES and number:
            length, place = varint(data, place)
            yield number, data[place : place + length]
            place += length
        else:
            raise ValueError("it is no ONNX model")
        if place > len(data):
            raise ValueError("it is cut short")


def varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, least first, and the place behind it."""
    value = shift = 0
    while place < len(data) and shift < 64:
        byte = data[place]
        value, shift, place = value | (byte & 127) << shift, shift + 7, place + 1
        if byte < 128:
            return value, place
    raise ValueError("it is cut short")
