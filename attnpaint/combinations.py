"""Which parts of a recipe fit together, and why others do not."""

from collections.abc import Iterator, Sequence
from typing import Any

USUAL = {"palette-unet": ("histogram", "tokens"), "attention-unet": ("histogram",)}
"""What a kind of generator is conditioned on where the recipe does not say."""

_ONLY = {
    "tokens": ("palette-unet", "only its attention and its head look at palette tokens"),
    "hint-map": ("swish-unet", "only its third level has a place for a quarter-size map"),
}


def impossible(recipe: dict[str, Any], takes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(problem, remedy) of each pair that cannot work. takes: the resolved conditioning."""
    net, judge, loss = recipe["generator"], recipe["discriminator"], recipe["loss"]
    kind = net["kind"]
    for name, (only, why) in _ONLY.items():
        if name in takes and kind != only:
            yield f"{kind} cannot take {name}: {why}", f"take it out of generator.conditioning, or use {only}"
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
    if recipe["data"]["strangers"] and not {"histogram", "tokens"} & {*takes}:
        problem = "data.strangers needs a histogram to swap, and this recipe takes none"
        yield problem, "give data.strangers = 0, or condition on histogram"
    if judge["beside"] == "hint-image" and not {"hint-map", "hint-image"} & {*takes}:
        yield (
            "the discriminator cannot see hints: the generator gets none",
            "give discriminator.beside = sketch",
        )
    if loss["style"] and "style" not in takes:
        yield "loss.style needs the style vector", "add style to generator.conditioning"
    if loss["style"] and judge["kind"] != "patch":
        yield "the stack discriminator tells no styles", "give discriminator.kind = patch"
    terms = recipe["perceptual"]
    if terms["weight"] and not terms["layers"] and terms["backbone"] != "discriminator":
        yield "perceptual.layers is empty", "name the layers, such as conv1_2"
    if terms["layer_weights"] and len(terms["layer_weights"]) != len(terms["layers"]):
        yield "perceptual.layer_weights are not as many as its layers", "give one for each layer"
    if "draft" in takes and "hint-image" not in takes:
        yield "a draft is refined with its hints", "add hint-image to generator.conditioning"
    if recipe["refine"]["steps"] and kind != "double-conv-unet":
        yield f"{kind} has no second stage", "give refine.steps = 0, or use double-conv-unet"
    if len(loss["guides"]) != 2:
        yield "loss.guides are not two", "give the weights of the entry's and the exit's guide decoder"
