"""What the numbers of a recipe may be."""

from collections.abc import Iterator, ValuesView
from math import inf, isfinite
from typing import Any

ANY, SHARE = (0, inf), (0, 1)
LARGEST = 1e12
"""Of any whole number: more can be written into a recipe, and not be counted with."""
LARGEST_FRACTION = 1e300
"""Of any other number: float64 ends a little above. A run whose losses overflow stops by itself."""

MOST = {
    "generator.width": 1024,
    "generator.widths": 4096,
    "generator.depth": 64,
    "generator.token_width": 4096,
    "generator.attended": 64,
    "generator.variants": 256,
    "guide.width": 65_536,
    "discriminator.width": 1024,
    "data.size": 16_384,
}
"""Many times what any network of a recipe has: a stranger's file asks for no more memory than that."""

LIMITS: dict[str, tuple[float, float]] = {
    "generator.width": (2, inf),
    "generator.depth": (1, inf),
    "generator.token_width": (4, inf),
    "generator.attended": ANY,
    "generator.region_width": (0, 4096),
    "generator.region_layers": (2, 64),
    "generator.variants": (1, inf),
    "guide.width": (1, inf),
    "hints.drop": SHARE,
    "hints.blur": ANY,
    "discriminator.width": (1, inf),
    "loss.l1": ANY,
    "loss.huber": ANY,
    "loss.total_variation": ANY,
    "loss.flip_labels": SHARE,
    "loss.style": ANY,
    "perceptual.weight": ANY,
    "loss.adversarial": ANY,
    "loss.adversarial_after": ANY,
    "loss.feature_matching": ANY,
    "loss.pointing": ANY,
    "loss.palette": ANY,
    "loss.stranger_palette": ANY,
    "loss.flatness": ANY,
    "loss.regions": ANY,
    "loss.likeness": ANY,
    "loss.parts": ANY,
    "loss.lecam": ANY,
    "loss.r1": ANY,
    "loss.r1_every": (1, inf),
    "data.size": (24, inf),
    "data.batch_size": (1, inf),
    "data.workers": (-1, inf),
    "data.line_art": SHARE,
    "data.zoom": ANY,
    "data.rotate": (0, 180),
    "data.shear": (0, 60),
    "data.shift": SHARE,
    "data.recolour": SHARE,
    "data.other_crop": SHARE,
    "data.permute_bands": SHARE,
    "data.shift_bands": SHARE,
    "data.drop_bands": SHARE,
    "data.drop_ranks": SHARE,
    "data.regions": (0, 512),
    "data.least_crop": SHARE,
    "data.siblings": SHARE,
    "data.mirror": SHARE,
    "data.unknown": SHARE,
    "data.strangers": SHARE,
    "data.wear": SHARE,
    "data.noise": SHARE,
    "data.balance": SHARE,
    "optimiser.lr": ANY,
    "optimiser.discriminator_lr": ANY,
    "optimiser.weight_decay": ANY,
    "optimiser.warmup": ANY,
    "optimiser.decay_after": SHARE,
    "optimiser.floor": SHARE,
    "optimiser.clip": ANY,
    "training.steps": (1, inf),
    "training.seed": ANY,
    "training.ema": (0, 0.999999),
    "training.pool": ANY,
    "training.validate_every": ANY,
    "training.checkpoint_every": ANY,
    "training.log_every": ANY,
    "training.keep": (1, inf),
    "training.accumulate": (1, inf),
    "refine.steps": ANY,
    "refine.bundles": (1, inf),
}


def beyond(table: dict[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """(key, value, what to give instead) of each number of a recipe's tables that cannot work."""
    for key, (least, most) in LIMITS.items():
        section, name = key.split(".")
        value = table[section][name]
        if not least <= value <= most:  # true of nan as well
            yield key, value, f"{least:g} or more" if most == inf else f"{least:g} to {most:g}"
    for section, inner in table.items():
        for name, value in inner.items() if isinstance(inner, dict) else ():
            yield from _too_large(f"{section}.{name}", value)


def _too_large(key: str, value: Any) -> Iterator[tuple[str, Any, str]]:
    """Numbers, of lists and tables too, that are not finite or too large."""
    inner = value.values() if isinstance(value, dict) else value
    for number in inner if isinstance(inner, list | tuple | ValuesView) else [value]:
        if not isinstance(number, int | float):
            continue
        most = MOST.get(key, LARGEST if isinstance(number, int) else LARGEST_FRACTION)
        if not abs(number) <= most:
            yield key, value, f"at most {most:g}" if isfinite(number) else "finite numbers"
            return
