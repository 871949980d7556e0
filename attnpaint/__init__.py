"""Colours a line drawing with the colours of a reference picture.

`Colorizer` and `Histogram` are looked up on first use: importing attnpaint loads neither torch nor OpenCV.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attnpaint.extract import Histogram
    from attnpaint.inference.colorizer import Colorizer

__version__ = "0.2.0"
__all__ = ["Colorizer", "Histogram", "__version__"]

_HOME = {"Colorizer": "attnpaint.inference.colorizer", "Histogram": "attnpaint.extract"}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
