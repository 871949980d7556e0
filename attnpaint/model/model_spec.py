"""What a weights file says of itself in its head: the `modelspec.*` keys that programs list models by.

Source: the Stability Model Metadata Standard 1.0.1. No date and no sum: equal weights are equal files.
"""

import json
import struct
from collections.abc import Mapping

from attnpaint.config import Recipe

STANDARD = "1.0.1"
PREFIX = "modelspec."
_ALIGNED = 8  # bytes; tensors begin at a multiple of it
_LENGTH = struct.Struct("<Q")


def model_spec(recipe: Recipe) -> dict[str, str]:
    """The keys for a model of this recipe; texts all of them, as safetensors wants it."""
    takes = ", ".join(("the drawing", *recipe.generator.takes))
    size = recipe.data.size
    return {
        "modelspec.sai_model_spec": STANDARD,
        "modelspec.architecture": f"attnpaint/{recipe.generator.kind}",
        "modelspec.implementation": "attnpaint",
        "modelspec.title": recipe.name,
        "modelspec.description": f"Colours line drawings. Takes {takes}.",
        "modelspec.resolution": f"{size}x{size}",
        "modelspec.tags": "line-art, colorization, reference-based",
    }


def metadata_of(data: bytes) -> dict[str, str]:
    """The texts in the head of a safetensors file."""
    (length,) = _LENGTH.unpack_from(data)
    told: dict[str, str] = json.loads(data[_LENGTH.size : _LENGTH.size + length]).get("__metadata__", {})
    return told


def with_metadata(data: bytes, told: Mapping[str, str]) -> bytes:
    """A safetensors file with these texts in its head, sorted by key.

    safetensors itself writes them in an order of its own, another one each time.
    """
    (length,) = _LENGTH.unpack_from(data)
    start = _LENGTH.size + length
    head = json.loads(data[_LENGTH.size : start])
    head = {"__metadata__": dict(sorted(told.items()))} | {
        name: value for name, value in head.items() if name != "__metadata__"
    }
    text = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % _ALIGNED)
    return _LENGTH.pack(len(text)) + text + data[start:]
