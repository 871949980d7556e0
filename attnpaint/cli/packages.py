"""What is installed, and whether a command has what it needs: checked before any work, without imports."""

import re
import sys
from importlib.util import find_spec
from typing import Any

from attnpaint.errors import PackageMissing

TOOLS = "dev"  # the extra for work on attnpaint itself
CV2 = ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless")


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


def requirements() -> list[Any]:
    """attnpaint's own, of all extras but `dev`. [] for a copy that was not installed."""
    from importlib import metadata

    from packaging.requirements import Requirement

    try:
        needed = [Requirement(text) for text in metadata.requires("attnpaint") or ()]
    except metadata.PackageNotFoundError:
        return []
    return [one for one in needed if extra_names(one) != [TOOLS]]


def extra_names(needed: Any) -> list[str]:
    """The extras that need it; [] for what attnpaint always needs."""
    return re.findall(r"""extra == ["']([\w.-]+)["']""", str(needed.marker or ""))


def version_of(name: str) -> str | None:
    """Of an installed package; None where it is not."""
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
