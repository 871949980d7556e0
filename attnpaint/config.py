"""The configuration of a recipe, read from tables: unknown keys are refused with the nearest name, and so is
what cannot work, numbers out of bounds and parts that do not fit together.
"""

import dataclasses
import difflib
import typing
from collections.abc import Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass
from math import inf, isfinite
from typing import Annotated, Any, Literal

from attnpaint.config_sections import DataConfig as DataConfig
from attnpaint.config_sections import DiscriminatorConfig as DiscriminatorConfig
from attnpaint.config_sections import GuideConfig as GuideConfig
from attnpaint.config_sections import HintConfig as HintConfig
from attnpaint.config_sections import LossConfig as LossConfig
from attnpaint.config_sections import OptimiserConfig as OptimiserConfig
from attnpaint.config_sections import PerceptualConfig as PerceptualConfig
from attnpaint.config_sections import Range
from attnpaint.config_sections import RefineConfig as RefineConfig
from attnpaint.config_sections import TrainingConfig as TrainingConfig
from attnpaint.errors import UsageError

Kind = Literal[
    "palette-unet",
    "attention-unet",
    "residual-unet",
    "swish-unet",
    "pix2pix-unet",
    "double-conv-unet",
    "chainer-unet",
]
ConditioningKind = Literal["histogram", "tokens", "hint-map", "hint-image", "draft", "style", "none"]

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

MOST_LEVELS = 9
MOST_SHOWN = 80  # characters of a value in a message
_KINDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    tuple: "a list",
    Mapping: "a table",
}


@dataclass(frozen=True)
class GeneratorConfig:
    """The network that paints. `widths` to `region_layers` are palette-unet's; `width` is all others';
    `variants` and `concatenate` are swish-unet's.
    """

    kind: Kind = "palette-unet"  # the architecture; model/build.py names the module of each
    conditioning: tuple[ConditioningKind, ...] = ()  # what it paints from beside the sketch; (): the usual
    sketch_channels: Literal[1, 3] = 3  # of the sketch as it is fed in: grey, or grey three times
    widths: Annotated[tuple[int, ...], Range(largest=4096)] = (48, 96, 192, 288, 384)  # of each level
    depth: Annotated[int, Range(1, largest=64)] = 1  # blocks on each level
    token_width: Annotated[int, Range(4, largest=4096)] = 128  # of a palette token
    attended: Annotated[int, Range(0, largest=64)] = 2  # levels, smallest first, that attend to the tokens
    head: Literal["pointer", "rgb"] = "pointer"  # shares of the palette's colours at each pixel, or colours
    region_width: Annotated[int, Range(0, 4096)] = 0  # of the stage that decides on whole regions; 0: none
    region_layers: Annotated[int, Range(2, 64)] = 4  # of its transformer
    width: Annotated[int, Range(2, largest=1024)] = 64  # channels of the narrowest layer
    variants: Annotated[int, Range(1, largest=256)] = 1  # pictures at once
    concatenate: bool = False  # residual blocks: the body beside its input, not added to it

    @property
    def takes(self) -> tuple[str, ...]:
        """The conditioning, resolved."""
        return tuple(name for name in self.conditioning or USUAL.get(self.kind, ()) if name != "none")


@dataclass(frozen=True)
class Recipe:
    """All that a run is made of; each section has a class of its own, whose numbers carry their bounds."""

    name: str = "custom"  # shown in reports, and by --json
    source: str = ""  # where the system was described
    generator: GeneratorConfig = GeneratorConfig()  # the network that paints
    guide: GuideConfig = GuideConfig()  # the style vector, for networks that take one
    hints: HintConfig = HintConfig()  # for networks that take hints
    discriminator: DiscriminatorConfig = DiscriminatorConfig()  # the network that it is trained against
    loss: LossConfig = LossConfig()  # what is minimised, and by which weights
    perceptual: PerceptualConfig = PerceptualConfig()  # one more loss, by a network's activations
    data: DataConfig = DataConfig()  # the training pictures
    optimiser: OptimiserConfig = OptimiserConfig()  # the learning rates
    training: TrainingConfig = TrainingConfig()  # how long, and what is done every so many steps
    refine: RefineConfig = RefineConfig()  # a second network on the first one's drafts

    def __post_init__(self) -> None:
        """Refuse what no network and no run can be made of, before anything is built."""
        net, betas, boost = self.generator, self.optimiser.betas, self.data.boost
        eights = bool(net.widths) and all(width > 0 and width % 8 == 0 for width in net.widths)
        heavy = {"loss.guides": self.loss.guides, "perceptual.layer_weights": self.perceptual.layer_weights}
        wrong = list(beyond(self))
        for key, value, fits, wanted in (
            ("generator.widths", net.widths, eights, "multiples of 8"),
            ("generator.region_width", net.region_width, net.region_width % 32 == 0, "a multiple of 32"),
            ("generator.widths", net.widths, len(net.widths) <= MOST_LEVELS, f"{MOST_LEVELS} at most"),
            ("generator.token_width", net.token_width, net.token_width % 4 == 0, "a multiple of 4"),
            ("data.boost", dict(boost), all(v > 0 for v in boost.values()), "factors above 0"),
            (
                "optimiser.betas",
                betas,
                len(betas) == 2 and all(0 <= b < 1 for b in betas),
                "two shares below 1",
            ),
        ):
            if not fits:
                wrong.append((key, value, wanted))
        wrong += [
            (key, each, "weights of 0 or more") for key, each in heavy.items() if min(each, default=0) < 0
        ]
        for key, value, wanted in wrong:
            raise UsageError(f"{key} = {str(value)[:80]} cannot work", f"give {wanted}")
        if self.loss.r1 and self.discriminator.norm == "batch":
            problem = "loss.r1 needs the gradient of each picture alone, which batch norm does not leave"
            raise UsageError(problem, "give discriminator.norm spectral or none")
        for problem, remedy in impossible(dataclasses.asdict(self), net.takes):
            raise UsageError(problem, remedy)

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def read_as(hint: Any, value: Any, where: str = "") -> Any:
    """A value as a field of this type takes it: plain tables, as in a TOML file or a run's config.json,
    become a Recipe or its sections. Raises UsageError where it cannot be, and names `where`."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, Mapping):
            problem = f"recipe section {where} is not a table"
            raise UsageError(problem, "write its keys below [section]")
        hints, inside = typing.get_type_hints(hint), f"{where}." if where else ""
        for key in value:
            if key not in hints:
                near = difflib.get_close_matches(key, hints, 1)
                remedy = f"did you mean {inside}{near[0]}?" if near else f"known keys: {', '.join(hints)}"
                raise UsageError(f"unknown recipe key {shown(f'{inside}{key}')}", remedy)
        section = typing.cast(type, hint)
        return section(**{key: read_as(hints[key], each, f"{inside}{key}") for key, each in value.items()})
    if origin is Literal:
        if value in args:
            return value
        raise UsageError(f"{where} = {shown(repr(value))}", f"choose from: {', '.join(map(str, args))}")
    if origin is tuple and isinstance(value, list | tuple):
        return tuple(read_as(args[0], item, where) for item in value)
    if origin is Mapping and isinstance(value, Mapping):
        return {str(key): read_as(args[1], item, f"{where}.{key}") for key, item in value.items()}
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if origin is None and isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    wanted = _KINDS[origin or hint]
    raise UsageError(f"{where} = {shown(repr(value))} has the wrong type", f"give {wanted}")


def shown(value: Any) -> str:
    """A value in a message, which stays one line that can be read."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


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
