"""Recipes: TOML files read into frozen dataclasses; unknown keys are refused with the nearest name."""

import dataclasses
import difflib
import tomllib
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from attnpaint.errors import UsageError
from attnpaint.limits import beyond

RECIPES = Path(__file__).parent / "recipes"
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
    """kind `attention-unet` (the ancestor) reads `width` alone, `palette-unet` all other fields."""

    kind: Literal["palette-unet", "attention-unet"] = "palette-unet"
    widths: tuple[int, ...] = (48, 96, 192, 288, 384)
    depth: int = 1
    token_width: int = 128
    attended: int = 2
    width: int = 64


@dataclass(frozen=True)
class DiscriminatorConfig:
    width: int = 64
    norm: Literal["batch", "spectral", "none"] = "batch"
    augment: tuple[Literal["color", "shift", "cutout"], ...] = ()  # of all it sees (arXiv 2006.10738)


@dataclass(frozen=True)
class LossConfig:
    """Weights of the named losses; 0 leaves one out."""

    l1: float = 100.0
    gan: Literal["bce", "lsgan", "hinge"] = "lsgan"
    adversarial: float = 1.0
    adversarial_after: int = 0  # steps of painting alone before the discriminator joins
    feature_matching: float = 0.0
    # These two stand beside a discriminator loss that is the mean, not the sum, of its halves.
    lecam: float = 0.0  # the discriminator's answers stay near their past means (arXiv 2104.03310)
    r1: float = 0.0  # γ: its gradient at real pictures stays small (arXiv 1801.04406)
    r1_every: int = 16  # steps; the term is as many times as heavy then
    pointing: float = 0.0  # likelihood of the truth's colours under the pointer's shares
    palette: float = 0.0  # stray and unused colours, with the truth's own palette
    stranger_palette: float = 0.0  # the same, with a stranger's palette
    flatness: float = 0.0  # pointer maps change only at lines


@dataclass(frozen=True)
class DataConfig:
    size: int = 512
    batch_size: int = 4
    workers: int = -1  # processes that load; -1: one for a CPU, one per core but one beside a GPU
    line_art: float = 0.7  # how often a genuine drawing is used where there is one
    zoom: float = 0.0  # largest extra zoom: 0.5 shows as little as 1/1.5 of the picture
    rotate: float = 0.0  # degrees
    shear: float = 0.0  # degrees
    shift: float = 0.0  # of the size, on top of what zoom leaves free
    flip: bool = True
    recolour: float = 0.0  # probability of turning all colours about grey
    other_crop: float = 0.0  # probability that the histogram is measured from another crop
    permute_bands: float = 0.0
    shift_bands: float = 0.0  # probability that the edges of the reference's bands are moved
    drop_bands: float = 0.0  # probability that bands take the colours of the band beside them
    drop_ranks: float = 0.0
    strangers: float = 0.0  # share of each batch painted from another picture's palette
    wear: float = 0.0  # probability of each kind of wear of a drawing: noise, gaps, thickness, grey paper
    noise: float = 0.0  # largest standard deviation of Gaussian noise on the drawing, of 1 for white
    balance: float = 1.0  # a source of n pictures is drawn n**balance times: 1 by picture, 0 by source
    boost: Mapping[str, float] = field(default_factory=dict)  # source → factor on top
    exclude_licences: tuple[str, ...] = ()  # refused where a manifest.csv lies beside the data


@dataclass(frozen=True)
class OptimiserConfig:
    lr: float = 2e-4
    discriminator_lr: float = 2e-4
    betas: tuple[float, ...] = (0.5, 0.999)
    weight_decay: float = 0.0
    warmup: int = 0
    schedule: Literal["constant", "linear", "cosine"] = "constant"  # after the warm-up
    decay_after: float = 0.0  # share of the steps after which linear or cosine begins to fall
    floor: float = 0.1  # share of the learning rate that is left at the end
    clip: float = 0.0  # gradient norm; 0 does not clip


@dataclass(frozen=True)
class TrainingConfig:
    steps: int = 20_000
    seed: int = 0
    ema: float = 0.999
    pool: int = 50
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    validate_every: int = 500
    checkpoint_every: int = 500
    log_every: int = 1
    keep: int = 2  # last checkpoints; the best one is kept beside them
    accumulate: int = 1  # parts that a batch is taken in, one after the other
    compile: bool = False  # torch.compile: slow to start, needs a C++ compiler


@dataclass(frozen=True)
class Recipe:
    name: str = "custom"
    generator: GeneratorConfig = GeneratorConfig()
    discriminator: DiscriminatorConfig = DiscriminatorConfig()
    loss: LossConfig = LossConfig()
    data: DataConfig = DataConfig()
    optimiser: OptimiserConfig = OptimiserConfig()
    training: TrainingConfig = TrainingConfig()

    def __post_init__(self) -> None:
        """Refuse what no network and no run can be made of, before anything is built."""
        net, betas, boost = self.generator, self.optimiser.betas, self.data.boost
        eights = bool(net.widths) and all(width > 0 and width % 8 == 0 for width in net.widths)
        wrong = list(beyond(self.to_dict()))
        for key, value, fits, wanted in (
            ("generator.widths", net.widths, eights, "multiples of 8"),
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
        for key, value, wanted in wrong:
            raise UsageError(f"{key} = {value} cannot work", f"give {wanted}")
        if self.loss.r1 and self.discriminator.norm == "batch":
            problem = "loss.r1 needs the gradient of each picture alone, which batch norm does not leave"
            raise UsageError(problem, "give discriminator.norm spectral or none")

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def recipe_names() -> list[str]:
    return sorted(path.stem for path in RECIPES.glob("*.toml"))


def load_recipe(name: str | Path, settings: Iterable[str] = ()) -> Recipe:
    """Read a recipe by name or file, then apply `key=value` settings such as `training.steps=100`.

    Raises UsageError for an unknown recipe, unknown keys (naming the nearest) and values of the wrong type.
    """
    path = Path(name) if str(name).endswith(".toml") else RECIPES / f"{name}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        known = ", ".join(recipe_names())
        raise UsageError(f"no recipe {name}", f"use a .toml file or one of: {known}") from None
    except ValueError as error:  # not TOML, or not text
        raise UsageError(f"recipe {path} is not valid TOML: {error}", "mend that line") from None
    for setting in settings:
        apply_setting(table, setting)
    return recipe_from(table)


def recipe_from(table: Mapping[str, Any]) -> Recipe:
    """A Recipe from plain tables, as in a TOML file or a run's config.json."""
    return typing.cast(Recipe, _build(Recipe, table, ""))


def apply_setting(table: dict[str, Any], setting: str) -> None:
    """Put `section.key=value` into nested tables; the value is TOML, or a bare string."""
    key, equals, text = setting.partition("=")
    if not equals:
        raise UsageError(f"--set {setting} has no value", "write --set section.key=value")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    *sections, last = key.strip().split(".")
    for section in sections:
        inner = table.setdefault(section, {})
        if not isinstance(inner, dict):
            problem = f"{section} in --set {setting} is a value, not a section"
            raise UsageError(problem, "write --set section.key=value")
        table = inner
    table[last] = value


def _build(kind: type, table: Any, where: str) -> Any:
    if not isinstance(table, Mapping):
        problem = f"recipe section {where.rstrip('.')} is not a table"
        raise UsageError(problem, "write its keys below [section]")
    hints = typing.get_type_hints(kind)
    for key in table:
        if key not in hints:
            near = difflib.get_close_matches(key, hints, 1)
            raise UsageError(
                f"unknown recipe key {where}{key}",
                f"did you mean {where}{near[0]}?" if near else f"known keys: {', '.join(hints)}",
            )
    return kind(**{key: _value(hints[key], value, f"{where}{key}") for key, value in table.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return _build(typing.cast(type, hint), value, f"{where}.")
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        if value in args:
            return value
        raise UsageError(f"{where} = {value!r}", f"choose from: {', '.join(map(str, args))}")
    if origin is tuple and isinstance(value, list | tuple):
        return tuple(_value(args[0], item, where) for item in value)
    if origin is Mapping and isinstance(value, Mapping):
        return {str(key): _value(args[1], item, f"{where}.{key}") for key, item in value.items()}
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if origin is None and isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    wanted = _KINDS[origin or hint]
    raise UsageError(f"{where} = {value!r} has the wrong type", f"give {wanted}")
