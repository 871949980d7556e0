"""ComfyUI's nodes, against a stand-in for ComfyUI's interface (tests/comfyui/standin)."""

import asyncio
import importlib.util
import inspect
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from browsing import ASSETS
from serving import blocks, drawing

from attnpaint import Colorizer
from attnpaint.errors import AttnpaintError
from attnpaint.extract import FIGURE, measure
from attnpaint.images import read_picture
from attnpaint.palettes.references import to_palette
from attnpaint.segment.samples import PARTS

ROOT = Path(__file__).parents[1]
PACK = ROOT / "integrations" / "comfyui"
STANDIN = Path(__file__).parent / "comfyui" / "standin"


@pytest.fixture(scope="module")
def pack() -> Iterator[ModuleType]:
    """The folder as ComfyUI imports it: a package by its path."""
    sys.path.insert(0, str(STANDIN))
    spec = importlib.util.spec_from_file_location(
        "custom_nodes_attnpaint", PACK / "__init__.py", submodule_search_locations=[str(PACK)]
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(STANDIN))
    for name in [name for name in sys.modules if name.partition(".")[0] in (spec.name, "comfy_api")]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def nodes(pack: ModuleType) -> dict[str, Any]:
    """By their ids."""

    async def listed() -> list[Any]:
        return list(await (await pack.comfy_entrypoint()).get_node_list())

    return {node.define_schema().node_id: node for node in asyncio.run(listed())}


@pytest.fixture(scope="module")
def model(quick_model: Path) -> str:
    return str(quick_model)


def tensor(*pictures: np.ndarray) -> torch.Tensor:
    return torch.stack([torch.from_numpy(picture.copy()).float() / 255 for picture in pictures])


def colorize(nodes: dict[str, Any], folder: str, **inputs: Any) -> Any:
    usual = {"finish": "automatic", "gap": -1.0, "strength": 1.0, "model": folder}
    return nodes["AttnpaintColorize"].execute(**{**usual, **inputs}).result


def test_every_input_is_an_argument_and_optional_ones_may_be_left_out(nodes: dict[str, Any]) -> None:
    assert len(nodes) == 3
    for node in nodes.values():
        arguments = inspect.signature(node.execute).parameters
        slots = node.define_schema().inputs
        assert set(arguments) == {slot.id for slot in slots}
        left_out = {name for name, one in arguments.items() if one.default is not inspect.Parameter.empty}
        assert left_out == {slot.id for slot in slots if slot.options.get("optional")}


def test_a_palette_is_measured_as_the_program_does(nodes: dict[str, Any]) -> None:
    palette, text = nodes["AttnpaintPalette"].execute(image=tensor(blocks(1))).result
    assert (palette.colors == to_palette(blocks(1)).colors).all()
    assert [len(line.split()) for line in text.splitlines()] == [4, 4, 4, 4]


@pytest.mark.parametrize(("swaps", "hue"), [("{0}=#123456", 0.0), ("  {0}=#123456 \n\n", 0.0), ("", 120.0)])
def test_a_palette_is_changed(nodes: dict[str, Any], swaps: str, hue: float) -> None:
    palette = measure(blocks(2))
    first = "#{:02x}{:02x}{:02x}".format(*palette.colors[0, 0].tolist())
    edited = nodes["AttnpaintEditPalette"]
    changed, text = edited.execute(palette=palette, swaps=swaps.format(first), hue=hue, saturation=1.0).result
    assert (changed.colors != palette.colors).any()
    assert (changed.weights == palette.weights).all()
    assert ("#123456" in text) == bool(swaps.strip())


@pytest.mark.parametrize("swaps", ["red", "#ff0000", "#12=#34", "#aa3344=#3366cc=#000000"])
def test_what_is_no_swap_is_told(nodes: dict[str, Any], swaps: str) -> None:
    with pytest.raises(AttnpaintError, match="colour"):
        nodes["AttnpaintEditPalette"].execute(
            palette=measure(blocks(2)), swaps=swaps, hue=0.0, saturation=1.0
        )


@pytest.mark.parametrize("finish", ["automatic", "flat", "blend", "painted"])
def test_a_drawing_is_painted_as_the_program_does(nodes: dict[str, Any], model: str, finish: str) -> None:
    image, _, _ = colorize(nodes, model, drawing=tensor(drawing()), reference=tensor(blocks()), finish=finish)
    options: Any = {} if finish == "automatic" else {"finish": finish}
    wanted = Colorizer.load(model, "auto").colorize(drawing(), blocks(), **options).picture
    assert image.shape == (1, *wanted.shape)
    assert (np.rint(image[0].numpy() * 255).astype(np.uint8) == wanted).all()


def test_the_masks_share_out_the_picture_and_are_named(nodes: dict[str, Any], model: str) -> None:
    two = tensor(drawing(), 255 - 0 * drawing())
    image, masks, names = colorize(nodes, model, drawing=two, reference=tensor(blocks()))
    lines = names.splitlines()
    assert image.shape[0] == 2
    assert masks.shape == (len(lines), *image.shape[1:3])
    for number in ("1", "2"):
        own = masks[[line.startswith(f"{number}: ") for line in lines]]
        assert (own.sum(0) == 1).all()


@pytest.mark.parametrize(
    "name",
    ["painter-cat", *(pytest.param(one, marks=pytest.mark.slow) for one in ("flower-girl", "schoolgirl"))],
)
def test_there_is_a_mask_for_each_part_or_for_each_colour(nodes: dict[str, Any], name: str) -> None:
    """With the model inside attnpaint, which tells parts."""
    ink, reference = (
        read_picture(path) for path in (ASSETS / f"drawings/{name}.png", ASSETS / "references/rose.png")
    )
    given = {"drawing": tensor(ink[..., :3]), "reference": tensor(reference[..., :3])}
    image, parts, names = colorize(nodes, "", **given)
    lines = names.splitlines()
    assert set(lines) <= {f"1: {part}" for part in PARTS}
    assert {"1: ground", "1: hair"} < set(lines)
    assert len(set(lines)) == len(lines) == len(parts)
    assert (parts.sum(0) == 1).all()
    _, colours, more = colorize(nodes, "", **given, masks="colours")
    assert len(more.splitlines()) > len(lines)
    hair = [line.startswith("1: hair #") for line in more.splitlines()]
    assert (colours[hair].sum(0) == parts[lines.index("1: hair")]).all()
    flat = image[0][parts[lines.index("1: ground")] == 1]
    assert (flat > 0.9).float().mean() > 0.8  # paper and lines


@pytest.mark.parametrize("sky", [(90, 180, 240), (255, 255, 255), (20, 60, 30)])
def test_a_palette_leaves_the_references_ground_out(nodes: dict[str, Any], sky: tuple[int, int, int]) -> None:
    picture = np.full((90, 120, 3), sky, np.uint8)
    picture[20:84, 40:80] = blocks(3)[:, :40]
    palette, _ = nodes["AttnpaintPalette"].execute(image=tensor(picture)).result
    assert (palette.colors == measure(picture, FIGURE).colors).all()
    assert (palette.colors != measure(picture).colors).any()


def test_a_palette_beside_a_reference_recolours_it(nodes: dict[str, Any], model: str) -> None:
    palette = measure(blocks(7))
    image, _, _ = colorize(
        nodes, model, drawing=tensor(drawing()), reference=tensor(blocks()), palette=palette
    )
    wanted = Colorizer.load(model).colorize(drawing(), blocks()).recolor(palette).picture
    assert (np.rint(image[0].numpy() * 255).astype(np.uint8) == wanted).all()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({}, "reference"),
        ({"reference": tensor(blocks()), "model": "/nowhere"}, "/nowhere"),
        ({"reference": tensor(blocks()), "gap": 1e9}, "gap"),
    ],
)
def test_what_cannot_be_painted_is_told(
    nodes: dict[str, Any], model: str, wrong: dict[str, Any], says: str
) -> None:
    with pytest.raises(AttnpaintError, match=says):
        colorize(nodes, model, **{"drawing": tensor(drawing()), **wrong})


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_pictures_of_any_channels_are_taken(nodes: dict[str, Any], model: str, channels: int) -> None:
    ink = np.concatenate([drawing(), np.full((90, 120, 1), 255, np.uint8)], axis=2)[..., -channels:]
    ink = drawing()[..., :1] if channels == 1 else ink if channels == 4 else drawing()
    image, _, _ = colorize(nodes, model, drawing=tensor(ink), reference=tensor(blocks()))
    assert image.shape == (1, 90, 120, 3)


def test_the_example_workflow_fits_the_nodes(nodes: dict[str, Any]) -> None:
    flow = json.loads((PACK / "example_workflows" / "attnpaint.json").read_text())
    placed = {node["id"]: node for node in flow["nodes"]}
    assert set(nodes) <= {node["type"] for node in placed.values()}
    for node in placed.values():
        if node["type"] not in nodes:
            continue
        schema = nodes[node["type"]].define_schema()
        types = {slot.id: slot.type for slot in schema.inputs}
        assert {slot["name"]: slot["type"] for slot in node["inputs"]}.items() <= types.items()
        assert [slot["type"] for slot in node["outputs"]] == [slot.type for slot in schema.outputs]
        widgets = [slot for slot in schema.inputs if slot.has_widget]
        assert len(node.get("widgets_values", [])) == len(widgets)
    for _, source, out, target, into, type in flow["links"]:
        assert placed[source]["outputs"][out]["type"] == type
        assert placed[target]["inputs"][into]["type"] == type


def test_the_packs_description_is_whole() -> None:
    told = tomllib.loads((PACK / "pyproject.toml").read_text())
    assert told["tool"]["comfy"]["DisplayName"] == "attnpaint"
    assert {"name", "description", "version", "license"} <= set(told["project"])
