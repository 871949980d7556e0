"""Validation: the same held-out drawings, painted and measured again and again while a network learns."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from statistics import fmean

import numpy as np
import torch
from torch import Tensor, nn

from attnpaint.config import DataConfig, Recipe
from attnpaint.data.augment import crop
from attnpaint.data.layouts import Item
from attnpaint.data.pairs import batches
from attnpaint.data.reference import measured
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.extract import Histogram
from attnpaint.images import Picture
from attnpaint.losses.palette import palette_distance
from attnpaint.model.conditioning import Palette
from attnpaint.model.outputs import Outputs
from attnpaint.sheets.labels import fit
from attnpaint.sheets.maps import POINTED, gate_sheet, gates_of, pointer_sheet, shares_of, to_picture
from attnpaint.training.conditions import Conditions, Draft, evaluating, paint
from attnpaint.training.sheet import Row, reference_card, swap_sheet, validation_sheet
from attnpaint.training.tracker import Example, Shown

SHOWN, MOST = 8, 32  # drawings on the sheet, which is the least to validate with, and the most
LEAST_HELD_OUT = 10 * SHOWN  # pictures from which on some are held out
GATED, SWAPPED = 4, 5  # drawings under each gate map; references that one drawing is painted from
SIDE = 192, 256  # px; the long side of a picture on a sheet, at least and at most
SMALL = 256  # px; references are measured on this size


def hold_out(items: tuple[Item, ...]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """(training, validation): every n-th picture, eight at least, is held out; from few pictures, none is."""
    if len(items) < LEAST_HELD_OUT:
        return items, items
    spread = max(10, len(items) // 64)
    return tuple(item for i, item in enumerate(items) if i % spread), items[::spread]


@dataclass(frozen=True)
class Held:
    """A drawing to validate with. sketch 1×S×S and truth 3×S×S in [-1, 1]; reference: a part of the same
    picture, of another shape, at most 256 pixels, where its histogram is measured."""

    sketch: Tensor
    truth: Tensor
    reference: Picture
    histogram: Histogram


@dataclass(frozen=True)
class Result:
    """A painted drawing, uint8 S×S×3. psnr to the truth in dB; distance: see `Validation`."""

    picture: Picture
    psnr: float
    distance: float


class Validation:
    """Paints 8 to 32 fixed drawings as they are and tells how well.

    items: pictures to draw from, alike from every source; fewer than eight are taken several times.
    conditions: what gives hints and styles, the run's own; by default new ones. draft: what paints the first
    picture N×3×H×W, for networks that refine one.
    Raises AttnpaintError where none can be read.
    """

    def __init__(
        self,
        items: Sequence[Item],
        recipe: Recipe,
        device: torch.device,
        conditions: Conditions | None = None,
        draft: Draft | None = None,
    ) -> None:
        self.recipe = recipe
        self.draft = draft
        self.conditions = conditions or Conditions(recipe, device)
        self.device = device
        self.side = min(max(recipe.data.size, SIDE[0]), SIDE[1])
        still = DataConfig(size=recipe.data.size, batch_size=1, workers=0, flip=False, line_art=1.0)
        self.held = list(_hold(_choose(items, recipe.training.seed), still, recipe.training.seed))
        if not self.held:
            raise AttnpaintError("no picture for validation can be read", "give others with --validation")

    @torch.no_grad()
    def __call__(self, network: nn.Module) -> tuple[dict[str, float], dict[str, Shown]]:
        """Numbers and pictures. The network's modes and all random states are left as they were.

        psnr: dB, mean over the drawings. palette_distance: how far a painting is from using the colours of
        its reference and no others (losses.palette), in steps of RGB from 0 to 255, mean over the drawings;
        stranger_palette_distance: that of the first eight, each painted from the next one's reference.
        """
        held = self.held[:SHOWN]
        with evaluating(network):
            results, painted = self._paint_all(network)
            others, _ = self._paint(network, held, [*held[1:], held[0]])
            swapped, _ = self._paint(network, [held[0]] * len(held[:SWAPPED]), held[:SWAPPED])
        numbers = {
            "psnr": fmean(result.psnr for result in results),
            "palette_distance": fmean(result.distance for result in results),
            "stranger_palette_distance": fmean(result.distance for result in others),
        }
        told = f"{numbers['psnr']:.2f} dB · palette distance {numbers['palette_distance']:.1f} of 255"
        return numbers, {
            "validation": Shown(self._sheet(results[:SHOWN], others), told),
            **self._maps(painted, results[0]),
            "reference-swap": Shown(self._swap(swapped), "one drawing, painted from several references"),
        }

    @torch.no_grad()
    def examples(self, network: nn.Module) -> list[Example]:
        """Every drawing, with pictures of at most 256 pixels."""
        with evaluating(network):
            results, _ = self._paint_all(network)
        return [
            Example(
                fit(to_picture(held.sketch), self.side),
                fit(held.reference, self.side),
                fit(result.picture, self.side),
                fit(to_picture(held.truth), self.side),
                result.psnr,
                result.distance,
            )
            for held, result in zip(self.held, results, strict=True)
        ]

    def _paint_all(self, network: nn.Module) -> tuple[list[Result], Outputs]:
        """All drawings from their own references; and what the network returned for the first eight."""
        parts = [self.held[i : i + SHOWN] for i in range(0, len(self.held), SHOWN)]
        results, first = self._paint(network, parts[0], parts[0])
        for part in parts[1:]:
            results += self._paint(network, part, part)[0]
        return results, first

    def _paint(
        self, network: nn.Module, drawings: Sequence[Held], references: Sequence[Held]
    ) -> tuple[list[Result], Outputs]:
        sketch, truth = (
            torch.stack([getattr(held, name) for held in drawings]).to(self.device)
            for name in ("sketch", "truth")
        )
        palette = _palette(references).to(self.device)
        shown = torch.stack([held.truth for held in references]).to(self.device)
        given = self.conditions(shown, palette, (self.recipe.training.seed,), 0)
        if self.draft:
            given = replace(given, draft=self.draft(sketch, given))
        painted = paint(network, self.recipe, sketch, given)
        image = painted.image.float()
        psnr = -10 * ((image - truth) / 2).square().mean(dim=(1, 2, 3)).clamp_min(1e-10).log10()
        shares = palette.weights.flatten(1) / palette.weights.shape[1]
        distance = 127.5 * palette_distance(image, palette.colors.flatten(1, 2), shares)
        pictures = map(to_picture, image)
        return [Result(*of) for of in zip(pictures, psnr.tolist(), distance.tolist(), strict=True)], painted

    def _sheet(self, results: Sequence[Result], others: Sequence[Result]) -> Picture:
        cards = [reference_card(held.reference, held.histogram, self.side) for held in self.held[:SHOWN]]
        return validation_sheet(
            [
                Row(
                    to_picture(held.sketch),
                    card,
                    own.picture,
                    to_picture(held.truth),
                    other.picture,
                    own.psnr,
                )
                for held, card, own, other in zip(self.held, cards, results, others, strict=False)
            ],
            self.side,
        )

    def _maps(self, painted: Outputs, first: Result) -> dict[str, Shown]:
        drawings = [to_picture(held.sketch) for held in self.held[:GATED]]
        shown = {
            f"attention/gate-{gate.number}": Shown(gate_sheet(drawings, gate, self.side), gate.caption)
            for gate in gates_of(painted, len(drawings))
        }
        if shares := shares_of(painted, _palette(self.held[:1])):
            sheet = pointer_sheet(drawings[0], first.picture, shares, self.side)
            shown["attention/pointer"] = Shown(sheet, POINTED)
        return shown

    def _swap(self, swapped: Sequence[Result]) -> Picture:
        first, references = self.held[0], self.held[: len(swapped)]
        return swap_sheet(
            to_picture(first.sketch),
            to_picture(first.truth),
            [reference_card(held.reference, held.histogram, self.side) for held in references],
            [result.picture for result in swapped],
            [result.distance for result in swapped],
            self.side,
        )


def _palette(references: Sequence[Held]) -> Palette:
    colors, weights = zip(
        *((held.histogram.colors, held.histogram.weights) for held in references), strict=True
    )
    return Palette.of(np.stack(colors), np.stack(weights))


def _choose(items: Sequence[Item], seed: int) -> list[Item]:
    """8 to 32 of them: a shuffled source after the other gives one, until there are enough."""
    sources: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        sources[item.source].append(item)
    for of_one in sources.values():
        random.Random(seed).shuffle(of_one)
    turns = chain.from_iterable(zip_longest(*sources.values()))
    chosen = [item for item in turns if item is not None][:MOST]
    return chosen * -(-SHOWN // len(chosen)) if 0 < len(chosen) < SHOWN else chosen


def _hold(items: Sequence[Item], config: DataConfig, seed: int) -> Iterator[Held]:
    """Those that can be read, as the data stream gives them when nothing is varied."""
    for index, item in enumerate(items):
        try:
            color, _ = item.open()
        except PictureError:
            continue
        part = crop(color, np.random.default_rng([seed, index]))
        small = fit(part, SMALL) if max(part.shape[:2]) > SMALL else part
        (batch,) = batches((item,), config, seed, index, index + 1)
        yield Held(batch.sketch[0], batch.truth[0], small, measured(small, config.ground_apart))
