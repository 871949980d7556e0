"""Whether what a command needs is installed; checked before any work, without importing it."""

import sys
from importlib.util import find_spec

from attnpaint.errors import PackageMissing


def check_packages(extra: str, *modules: str) -> None:
    """PackageMissing where one of the modules, which this extra brings, is not there."""
    for name in modules:
        if not packages_there(name):
            raise PackageMissing(name, extra)


def packages_there(*modules: str) -> bool:
    """Whether all of them are installed."""
    return all(sys.modules.get(name) or (name not in sys.modules and find_spec(name)) for name in modules)


def check_training_packages() -> None:
    """PackageMissing where networks cannot be run by torch."""
    check_packages("train", "torch", "accelerate", "einops", "safetensors")
