"""Three nodes: a picture's palette, a palette changed, and a drawing painted. They use attnpaint's Python
interface alone, which must be installed in ComfyUI's own Python.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from comfy_api.latest import ComfyExtension, io

from attnpaint import Colorizer, Histogram
from attnpaint.extract import FIGURE, measure
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.layering import layers_of
from attnpaint.layered import Group, Layer
from attnpaint.palettes.edit import parse_swap, swap_all, turned

from .pictures import Picture, image_of, mask_of, opacity_of, pictures_of

Palette = io.Custom("ATTNPAINT_PALETTE")
CATEGORY = "attnpaint"
AUTOMATIC = "automatic"
PARTS = "parts"
MASKS = [PARTS, "colours"]
FINISHES = [AUTOMATIC, "flat", "blend", "painted"]
KEPT = 2  # models in memory


class PaletteFromPicture(io.ComfyNode):
    """IMAGE → palette."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AttnpaintPalette",
            display_name="Palette from picture",
            category=CATEGORY,
            description="The reference's 16 colours, without its flat ground: four bands from top to bottom, "
            "four colours each. Of several pictures the first is taken.",
            inputs=[io.Image.Input("image")],
            outputs=[Palette.Output(display_name="palette"), io.String.Output(display_name="colours")],
        )

    @classmethod
    def execute(cls, image: torch.Tensor) -> io.NodeOutput:
        palette = measure(pictures_of(image)[0], FIGURE)
        return io.NodeOutput(palette, listed(palette))


class EditPalette(io.ComfyNode):
    """Palette → palette."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AttnpaintEditPalette",
            display_name="Edit palette",
            category=CATEGORY,
            description="Colours swapped, then all hues turned and their saturation scaled.",
            inputs=[
                Palette.Input("palette"),
                io.String.Input(
                    "swaps", default="", multiline=True, tooltip="One a line: #aa3344=#3366cc, old=new"
                ),
                io.Float.Input("hue", default=0.0, min=-360.0, max=360.0, step=1.0, tooltip="Degrees"),
                io.Float.Input("saturation", default=1.0, min=0.0, max=4.0, step=0.05, tooltip="Factor"),
            ],
            outputs=[Palette.Output(display_name="palette"), io.String.Output(display_name="colours")],
        )

    @classmethod
    def execute(cls, palette: Histogram, swaps: str, hue: float, saturation: float) -> io.NodeOutput:
        wanted = [parse_swap(line.strip()) for line in swaps.splitlines() if line.strip()]
        changed = turned(swap_all(palette, wanted), hue, saturation)
        return io.NodeOutput(changed, listed(changed))


class Colorize(io.ComfyNode):
    """Drawing → painted picture, and a mask for each of its parts or colours."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AttnpaintColorize",
            display_name="Colorize drawing",
            category=CATEGORY,
            description="Paints a line drawing. A reference picture tells most; with a palette as well the "
            "painting takes the palette's colours, entry for entry.",
            inputs=[
                io.Image.Input("drawing", tooltip="Dark lines on white; several are painted one by one"),
                io.Image.Input("reference", optional=True),
                Palette.Input("palette", optional=True),
                io.Combo.Input("finish", options=FINISHES, default=AUTOMATIC),
                io.Float.Input(
                    "gap",
                    default=-1.0,
                    min=-1.0,
                    max=200.0,
                    step=1.0,
                    tooltip="px closed in the lines; -1: automatic",
                ),
                io.Float.Input("strength", default=1.0, min=0.0, max=1.0, step=0.05),
                io.String.Input("model", default="", tooltip="A model folder; empty: the one in attnpaint"),
                io.Combo.Input(
                    "masks",
                    options=MASKS,
                    default=PARTS,
                    optional=True,
                    tooltip="For ground, skin, hair, eyes, clothes …, or for each colour",
                ),
            ],
            outputs=[
                io.Image.Output(display_name="image"),
                io.Mask.Output(display_name="masks", tooltip="One for each part, or colour, of each drawing"),
                io.String.Output(display_name="names", tooltip="The masks' names, one a line"),
            ],
        )

    @classmethod
    def execute(
        cls,
        drawing: torch.Tensor,
        finish: str,
        gap: float,
        strength: float,
        model: str,
        reference: torch.Tensor | None = None,
        palette: Histogram | None = None,
        masks: str = PARTS,
    ) -> io.NodeOutput:
        colorizer = load(model.strip())
        shown = None if reference is None else pictures_of(reference)[0]
        options: dict[str, Any] = {"strength": strength, "gap": None if gap < 0 else gap}
        if finish != AUTOMATIC:
            options["finish"] = finish
        painted, found, names = [], [], []
        for number, picture in enumerate(pictures_of(drawing), 1):
            coloring = colorizer.colorize(picture, palette if shown is None else shown, **options)
            if shown is not None and palette is not None:
                coloring = coloring.recolor(palette)
            painted.append(coloring.picture)
            for name, mask in masks_of(coloring, masks == PARTS):
                found.append(mask)
                names.append(f"{number}: {name}")
        return io.NodeOutput(image_of(painted), mask_of(found), "\n".join(names))


def masks_of(coloring: Coloring, by_part: bool) -> list[tuple[str, Picture]]:
    """Name and opacity, uint8 H×W, of what each part covers in the flat finish, bottom to top; or what
    each colour covers, where that is asked for, or the model tells no parts."""
    flat = next(layer for layer in layers_of(coloring) if layer.name == "flat")
    parts = [(part_of(layer), layer) for layer in flat.layers]
    if not by_part or not all(name for name, _ in parts):
        return [(layer.name, opacity_of(layer.draw())) for layer in leaves(flat)]
    found: dict[str, Picture] = {}
    for name, layer in parts:
        for leaf in leaves(layer):
            mask = opacity_of(leaf.draw())
            found[name] = np.maximum(found[name], mask) if name in found else mask
    return list(found.items())


def part_of(layer: Layer | Group) -> str:
    """The part that a layer of the flat finish belongs to, as `hair`; empty where none is known."""
    return layer.name if isinstance(layer, Group) else layer.name.rpartition("#")[0].strip()


def leaves(layer: Layer | Group) -> Iterator[Layer]:
    """The pictures in a group and in its groups, bottom to top."""
    if isinstance(layer, Group):
        for inner in layer.layers:
            yield from leaves(inner)
    else:
        yield layer


def listed(palette: Histogram) -> str:
    """A line for each band, its colours heaviest first."""
    bands = palette.colors.tolist()
    return "\n".join(" ".join("#{:02x}{:02x}{:02x}".format(*color) for color in band) for band in bands)


@lru_cache(KEPT)
def load(model: str) -> Colorizer:
    """A model that stays in memory. model: its folder, empty for the one inside attnpaint."""
    return Colorizer.load(model) if model else Colorizer.load()


class Attnpaint(ComfyExtension):
    """What ComfyUI asks for the nodes."""

    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        return [PaletteFromPicture, EditPalette, Colorize]


async def comfy_entrypoint() -> ComfyExtension:
    """ComfyUI calls this when it starts."""
    return Attnpaint()
