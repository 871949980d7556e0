"""Files of feature networks' weights as they are published, filled by chance."""

from pathlib import Path

import torch
from torch import nn


def inception_file(path: Path) -> Path:
    """For --fid-weights."""
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    class Unread(FeatureExtractorInceptionV3):  # type: ignore[misc]
        def load_state_dict(self, state: object, **_: object) -> None:
            """It must be given a file, which has not been made yet."""

    torch.save({}, path)
    torch.manual_seed(0)
    network = Unread("inception-v3-compat", ["2048"], str(path))
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight)
    torch.save(network.state_dict(), path)
    return path


def alexnet_file(path: Path, seed: int = 0) -> Path:
    """For --lpips-weights; without the classifier, most of the published file."""
    from torchvision.models import alexnet

    torch.manual_seed(seed)
    with torch.device("meta"):
        state = alexnet().features.state_dict()
    torch.save({f"features.{name}": torch.randn(one.shape) * 0.05 for name, one in state.items()}, path)
    return path
