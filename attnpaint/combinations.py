"""What of a recipe can work: the bounds of its numbers, which parts fit together, and why others do not."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence, ValuesView
from math import inf, isfinite
from typing import Any

LARGEST = 1e12
"""Of any whole number: more can be written into a recipe, and not be counted with."""
LARGEST_FRACTION = 1e300
"""Of any other number: float64 ends a little above. A run whose losses overflow stops by itself."""

USUAL = {"palette-unet": ("histogram", "tokens"), "attention-unet": ("histogram",)}
"""What a kind of generator is conditioned on where the recipe does not say."""

OWN_FEATURES = 4
"""Activations that a discriminator of either kind gives."""

SMALLEST = 64
"""px: the side of which attention-unet, with batch norm throughout, leaves one place at its middle."""

HINTS = {"hint-map", "hint-image"}

_ONLY = {
    "tokens": ("palette-unet", "only its attention and its head look at palette tokens"),
    "hint-map": ("swish-unet", "only its third level has a place for a quarter-size map"),
}


def impossible(recipe: dict[str, Any], takes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(problem, remedy) of each pair that cannot work. takes: the resolved conditioning."""
    net, discriminator, loss = recipe["generator"], recipe["discriminator"], recipe["loss"]
    kind, data = net["kind"], recipe["data"]
    for name, (only, why) in _ONLY.items():
        if name in takes and kind != only:
            yield f"{kind} cannot take {name}: {why}", f"take it out of generator.conditioning, or use {only}"
    for name in dict.fromkeys(net["conditioning"]):
        if net["conditioning"].count(name) > 1:
            yield f"generator.conditioning names {name} twice", "name it once"
    if kind == "residual-unet" and net["width"] % 8:
        problem = f"generator.width = {net['width']} cannot work: residual-unet normalises groups of 8"
        yield problem, "give a multiple of 8"
    together = data["batch_size"] // recipe["training"]["accumulate"]
    if kind == "attention-unet" and together <= 1 and data["size"] <= SMALLEST:
        problem = (
            f"{kind} cannot learn from single pictures of {data['size']} px: its batch norm sees one place"
        )
        yield problem, f"give data.size above {SMALLEST}, or two pictures in each part of a batch"
    if kind == "palette-unet" and "tokens" not in takes:
        yield "palette-unet needs palette tokens: it points at them", "add tokens to generator.conditioning"
    if kind != "swish-unet" and (net["variants"] > 1 or net["concatenate"]):
        yield (
            f"{kind} paints one picture",
            "give generator.variants = 1 and no concatenate, or use swish-unet",
        )
    if kind != "palette-unet" and net["head"] != "pointer":
        yield f"{kind} has its own head", "leave generator.head away"
    pointing = kind == "palette-unet" and net["head"] == "pointer"
    for term in ("pointing", "flatness"):
        if loss[term] and not pointing:
            yield f"loss.{term} needs pointer maps, which {kind} does not give here", f"give loss.{term} = 0"
    if data["strangers"] and not {"histogram", "tokens"} & {*takes}:
        problem = "data.strangers needs a histogram to swap, and this recipe takes none"
        yield problem, "give data.strangers = 0, or condition on histogram"
    if discriminator["beside"] == "hint-image" and not HINTS & {*takes}:
        yield (
            "the discriminator cannot see hints: the generator gets none",
            "give discriminator.beside = sketch",
        )
    if loss["style"] and "style" not in takes:
        yield "loss.style needs the style vector", "add style to generator.conditioning"
    if (
        recipe["perceptual"]["weight"]
        or recipe["perceptual"]["layers"]
        or recipe["perceptual"]["layer_weights"]
    ):
        yield from _compared(recipe["perceptual"], loss)
    if ("draft" in takes or recipe["refine"]["steps"]) and not HINTS & {*takes}:
        yield "a draft is refined with its hints", "add hint-image to generator.conditioning"
    if len(loss["guides"]) != 2:
        yield "loss.guides are not two", "give the weights of the entry's and the exit's guide decoder"


def _compared(terms: dict[str, Any], loss: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What perceptual losses cannot be."""
    own, weights = terms["backbone"] == "discriminator", len(terms["layer_weights"])
    if own and terms["layers"]:
        yield "perceptual.layers are a backbone's: all of a discriminator's are compared", "give layers = []"
    if own and weights not in (0, OWN_FEATURES):
        problem = (
            f"perceptual.layer_weights are {weights}, and a discriminator has {OWN_FEATURES} activations"
        )
        yield problem, f"give {OWN_FEATURES} or none"
    if own and terms["weight"] and (not loss["adversarial"] or loss["adversarial_after"]):
        problem = "a discriminator that does not learn from the first step is no perceptual network"
        yield problem, "give loss.adversarial above 0 and loss.adversarial_after = 0, or a backbone"
    if not own and terms["weight"] and not terms["layers"]:
        yield "perceptual.layers is empty", "name the layers, such as conv1_2"
    if not own and weights not in (0, len(terms["layers"])):
        yield "perceptual.layer_weights are not as many as its layers", "give one for each layer"


@dataclasses.dataclass(frozen=True)
class Range:
    """Bounds of a number, or of each number of a tuple, written at a field as Annotated[int, Range(1, 64)].

    largest: many times what any network of a recipe has: a downloaded file asks for no more memory.
    """

    least: float = -inf
    most: float = inf
    largest: float | None = None


def beyond(recipe: Any) -> Iterator[tuple[str, Any, str]]:
    """(key, value, what to give instead) of each number of a recipe's sections, of lists and tables too, that
    is not finite, out of its bounds or too large."""
    for section in dataclasses.fields(recipe):
        inner: Any = getattr(recipe, section.name)
        for field in dataclasses.fields(inner) if dataclasses.is_dataclass(inner) else ():
            key, value = f"{section.name}.{field.name}", getattr(inner, field.name)
            told = getattr(field.type, "__metadata__", ())
            bounds = next((one for one in told if isinstance(one, Range)), Range())
            several = value.values() if isinstance(value, Mapping) else value
            for number in several if isinstance(several, list | tuple | ValuesView) else [value]:
                if not isinstance(number, int | float):
                    continue
                least, most = bounds.least, bounds.most
                largest = bounds.largest or (LARGEST if isinstance(number, int) else LARGEST_FRACTION)
                if not least <= number <= most and isfinite(least):
                    yield key, value, f"{least:g} or more" if most == inf else f"{least:g} to {most:g}"
                elif not isfinite(number):
                    yield key, value, "finite numbers"
                elif abs(number) > largest:
                    yield key, value, f"at most {largest:g}"
