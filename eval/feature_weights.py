"""Feature networks whose weights are files on disk: Inception v3 for FID, AlexNet for LPIPS."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from torch import nn

from attnpaint.errors import AttnpaintError, WeightsMissing
from attnpaint.eval.metrics.feature_distances import FEATURES
from attnpaint.model.importer import load

PUBLISHED = {
    "fid": "weights-inception-2015-12-05-6726825d.pth "
    "from github.com/toshas/torch-fidelity/releases/tag/v0.2.0",
    "lpips": "alexnet-owt-7be5be79.pth from download.pytorch.org/models",
}
"""The files, as they are called and where they are."""

PACKAGES = {"fid": ("torch_fidelity", "torchmetrics"), "lpips": ("torchmetrics", "torchvision")}


@dataclass(frozen=True)
class Weights:
    """Files of weights, by the measures that need them; without one its measure is not taken."""

    fid: Path | None = None
    lpips: Path | None = None

    def digests(self) -> dict[str, str]:
        """A digest of each file that is given, by measure; the networks are built to see that they fit.

        Raises WeightsMissing where a package or a file is missing, or a file is damaged or another network's.
        """
        digests = {}
        for name, path, network in (("fid", self.fid, inception), ("lpips", self.lpips, alexnet)):
            if path is not None:
                network(path)
                with path.open("rb") as file:
                    digests[name] = hashlib.file_digest(file, "blake2b").hexdigest()[:32]
        return digests


@cache
def inception(path: Path) -> nn.Module:
    """FID's own network: uint8 N×3×H×W → N×2048. WeightsMissing as `Weights.digests`."""
    _read("fid", path)  # torch-fidelity itself would run a file's code

    def made() -> nn.Module:
        from torchmetrics.image.fid import FrechetInceptionDistance

        # without anti-aliasing: as the paper's authors made the pictures small
        metric = FrechetInceptionDistance(FEATURES, feature_extractor_weights_path=str(path), antialias=False)
        network: nn.Module = metric.inception
        return network

    return _built("fid", "FID's Inception v3", path, made)


@cache
def alexnet(path: Path) -> nn.Module:
    """LPIPS: two N×3×H×W in [-1, 1] → N×1×1×1. WeightsMissing as `Weights.digests`."""
    state = _read("lpips", path)

    def made() -> nn.Module:
        from torchmetrics.functional.image.lpips import _LPIPS  # the public class downloads AlexNet

        network: nn.Module = _LPIPS(net="alex", pnet_rand=True)
        inner = network.get_submodule("net")
        names = [(ours, f"features.{ours.partition('.')[2]}") for ours in inner.state_dict()]
        inner.load_state_dict({ours: state[theirs] for ours, theirs in names})
        return network

    return _built("lpips", "torchvision's AlexNet", path, made)


def _read(measure: str, path: Path) -> dict[str, Any]:
    remedy = f"give --{measure}-weights {PUBLISHED[measure]}"
    for package in PACKAGES[measure]:
        if find_spec(package) is None:
            problem = f"--{measure}-weights needs {package.replace('_', '-')}, which is not installed"
            raise WeightsMissing(problem, "pip install 'attnpaint[fid]'")
    if not path.is_file():
        problem = f"the weights file {path} {'is no file' if path.exists() else 'does not exist'}"
        raise WeightsMissing(problem, remedy)
    try:
        state = load(path)
    except AttnpaintError as error:
        raise WeightsMissing(error.problem, remedy) from error
    return state if isinstance(state, dict) else {}


def _built(measure: str, title: str, path: Path, made: Callable[[], nn.Module]) -> nn.Module:
    try:
        return made()
    except (KeyError, RuntimeError, TypeError, AttributeError) as error:  # of load_state_dict
        problem = f"{path} holds no weights of {title}"
        raise WeightsMissing(problem, f"give --{measure}-weights {PUBLISHED[measure]}") from error
