"""The networks in PyTorch."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from attnpaint.config import Recipe
from attnpaint.devices import autocast, choose_device
from attnpaint.errors import AttnpaintError
from attnpaint.inference.engine import Answers, Asked, Floats, Maps
from attnpaint.model.backbone import StyleEncoder, style_encoder
from attnpaint.model.conditioning import Conditioning, Palette, inputs
from attnpaint.model.folder import load_model
from attnpaint.model.hints import full_hint
from attnpaint.model.model_config import DEFAULT_MODEL, stages_in
from attnpaint.model.outputs import Outputs
from attnpaint.model.region_stage import ReferenceView, RegionAnswers, Regions
from attnpaint.segment.samples import RegionSamples


class TorchEngine:
    """Generators of one stage or two; the second, if any, paints on the first one's draft."""

    def __init__(
        self,
        stages: Sequence[tuple[nn.Module, Recipe]],
        device: torch.device,
        encoder: StyleEncoder | None = None,
        precision: str = "auto",
    ) -> None:
        self.generators = [net.to(memory_format=torch.channels_last) for net, _ in stages]
        self.recipes = [recipe for _, recipe in stages]
        self.place = device
        self.encoder = encoder
        self.precision = precision

    @property
    def device(self) -> str:
        return str(self.place)

    @property
    def decides_regions(self) -> bool:
        return bool(self.recipes[0].generator.region_width)

    @classmethod
    def load(
        cls,
        model: str | Path = DEFAULT_MODEL,
        device: str = "auto",
        guide_weights: str | Path = "",
        precision: str = "auto",
        threads: int = 0,
    ) -> "TorchEngine":
        """See `Colorizer.load`."""
        if threads:
            torch.set_num_threads(threads)
        place = choose_device(device)
        folders = stages_in(model)
        loaded = (load_model(folder, place, channels_last=True) for folder in folders)
        stages = [(net, facts["recipe"]) for net, facts in loaded]
        for number, (folder, (_, recipe)) in enumerate(zip(folders, stages, strict=True)):
            if ("draft" in recipe.generator.takes) != (number > 0):
                problem = f"{folder} is the {'second' if number == 0 else 'first'} stage of another model"
                raise AttnpaintError(problem, "give the folder that holds a draft's model and refine/")
        styled = next((recipe for _, recipe in stages if "style" in recipe.generator.takes), None)
        encoder = style_encoder(styled.guide, guide_weights).to(place) if styled else None
        return cls(stages, place, encoder, precision)

    def paint(self, asked: Asked) -> Maps:
        """Raises RuntimeError or MemoryError where memory runs out."""
        painted, seconds = self._run(asked)
        return _maps(painted, seconds)

    def decide(self, asked: Asked) -> tuple[Answers, float]:
        """Raises what `paint` does."""
        painted, seconds = self._run(asked, only_regions=True)
        assert painted.answers is not None
        assert asked.regions is not None
        return _answers(painted.answers, asked.regions), seconds

    @torch.inference_mode()
    def _run(self, asked: Asked, **options: bool) -> tuple[Outputs, float]:
        """What the last network paints, and seconds."""
        sketch = torch.from_numpy(asked.sketch).to(self.place)
        given, found = Conditioning(), asked.histogram
        if found is not None:
            given = replace(given, palette=Palette.of(found.colors, found.weights).to(self.place))
        if asked.hint is not None:
            given = replace(given, hint=full_hint(asked.hint).to(self.place))
        if asked.regions is not None:
            regions = _regions(asked.regions.described)
            reference = None if asked.view is None else _reference(asked.view).to(self.place)
            given = replace(given, regions=regions.to(self.place), reference=reference)
        began = time.perf_counter()
        if self.encoder and asked.looks is not None:
            given = replace(given, style=self.encoder(torch.from_numpy(asked.looks).to(self.place)))
        for generator, recipe in zip(self.generators, self.recipes, strict=True):
            with autocast(self.place, self.precision):
                x, beside = inputs(recipe.generator, sketch, given, recipe.hints.blur)
                painted: Outputs = generator(x, **beside, **options)
            given = replace(given, draft=painted.image)
        if self.place.type == "cuda":
            torch.cuda.synchronize(self.place)
        return painted, time.perf_counter() - began


def _regions(arrays: Mapping[str, Any], prefix: str = "") -> Regions:
    """A batch of one."""
    names = (prefix + name for name in ("points", "geometry", "valid"))
    return Regions(*(torch.from_numpy(arrays[name])[None] for name in names))


def _reference(view: Mapping[str, Any]) -> ReferenceView:
    """A batch of one."""
    lines = torch.from_numpy(view["sketch"].astype(np.float32) / 127.5 - 1)[None]
    told = (torch.from_numpy(view[name])[None] for name in ("own_color", "own_weight", "where"))
    return ReferenceView(lines, _regions(view), _regions(view, "own_"), *told)


def _answers(found: RegionAnswers, regions: RegionSamples) -> Answers:
    """Of the regions that there are."""
    there = regions.valid
    logits, embedding, parts = (
        _array(tensor[0])[there] for tensor in (found.logits, found.embedding, found.parts.softmax(-1))
    )
    palette_parts = _array(found.palette_parts[0].softmax(-1))
    label, area, one_scene = regions.label[there], regions.area[there], float(found.one_scene[0])
    return Answers(label, area, logits, embedding, parts, palette_parts, one_scene)


def _maps(painted: Outputs, seconds: float) -> Maps:
    return Maps(
        _array(painted.image[0]),
        None if painted.pointer is None else _array(painted.pointer[0]),
        tuple(_array(gate[0, 0]) for gate in painted.gates),
        None if painted.variants is None else _array(painted.variants[0]),
        seconds,
    )


def _array(tensor: Tensor) -> Floats:
    array: Floats = tensor.float().cpu().contiguous().numpy().astype(np.float32, copy=False)
    return array
