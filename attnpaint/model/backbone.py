"""Frozen timm feature extractor: the style vector of a reference, and activations to compare."""

import difflib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.config import GuideConfig, Recipe
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.model.backbone_weights import HUB, check_weights, create, found_timm, is_vgg, made

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
VGG_STYLE = 4096
VGG_FIELD = 7  # fc1 sees 7×7 features


class Backbone(nn.Module):
    """A timm network that is not trained: always in evaluation mode, no gradient for its weights.

    It takes pictures N×3×H×W in [-1, 1], does the network's own normalisation, and brings them to its size
    where it takes but one, as most transformers do.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, name: str, network: nn.Module) -> None:
        super().__init__()
        facts = getattr(network, "pretrained_cfg", None) or {}
        self.name = name
        self.network = network
        fixed = facts.get("fixed_input_size", False)
        self.size: int | None = facts["input_size"][1] if fixed else None  # the only one it takes
        for key, usual in (("mean", IMAGENET_MEAN), ("std", IMAGENET_STD)):
            self.register_buffer(key, torch.tensor(facts.get(key, usual)).view(3, 1, 1), persistent=False)
        for module in network.modules():
            if "inplace" in vars(module):  # else the next layer would overwrite an activation that is kept
                vars(module)["inplace"] = False
        self.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> Self:
        return super().train(False)

    def normalised(self, x: Tensor) -> Tensor:
        return ((x + 1) / 2 - self.mean) / self.std

    def forward(self, x: Tensor) -> Tensor:
        if self.size and x.shape[-2:] != (self.size, self.size):
            x = squared(x, self.size)
        features: Tensor = self.network(self.normalised(x))
        return features  # N C


def load_backbone(name: str, weights: str = HUB, fc1: bool = False) -> Backbone:
    """timm's network `name` without its classifier, frozen.

    weights: `hub` (what timm publishes on the Hugging Face hub, or an earlier download of it), the path of a
    .safetensors or .pth file with timm's names or, for a VGG, torchvision's; or `random`, always the same,
    with a loud warning. fc1: keep a VGG's first fully connected layer (411 MB), which only a style needs.
    Raises WeightsMissing (nothing reachable, no such file, no timm), UsageError (unknown name),
    AttnpaintError (a file that is damaged or another network's).
    """
    return Backbone(name, made(name, weights, fc1))


def squared(pictures: Tensor, size: int) -> Tensor:
    """N×3×size×size, stretched where they were not square."""
    return F.interpolate(pictures, (size, size), mode="bilinear", antialias=True)


def style_width(name: str) -> int:
    """Numbers in a style vector of this network, without weights."""
    timm = found_timm(name)
    if name.split(".")[0].startswith("vgg"):
        return VGG_STYLE
    with torch.device("meta"):
        return _pooled_width(create(timm, name))


class StyleEncoder(nn.Module):
    """The style vector of a reference (style2paints v1, arXiv 1706.03319).

    vgg16 and vgg19 give the 4096 numbers of fc1 after ReLU: `fc1` is what Keras, in which that system was
    written, calls the layer with its ReLU. Other networks give their pooled features. A reference is brought
    to size×size, whatever its shape (our choice), or to the only size that the network takes.
    """

    def __init__(self, backbone_name: str, weights: str = HUB, size: int = 224) -> None:
        super().__init__()
        self.backbone = load_backbone(backbone_name, weights, fc1=True)
        self.size = self.backbone.size or size
        network = self.backbone.network
        self.is_vgg = is_vgg(network)
        self.width = network.pre_logits.fc1.out_channels if self.is_vgg else _pooled_width(network)  # type: ignore[union-attr]

    @torch.no_grad()
    def forward(self, pictures: Tensor) -> Tensor:
        """N×3×H×W in [-1, 1] → N×width, float32, without gradient."""
        if pictures.shape[-2:] != (self.size, self.size):
            pictures = squared(pictures, self.size)
        if not self.is_vgg:
            pooled: Tensor = self.backbone(pictures)
            return pooled.float()
        network: Callable[..., Tensor] = self.backbone.network.features  # type: ignore[assignment]
        seen = F.adaptive_avg_pool2d(network(self.backbone.normalised(pictures)), VGG_FIELD)
        return F.relu(self.backbone.network.pre_logits.fc1(seen)).flatten(1).float()  # type: ignore[union-attr,operator]


def style_encoder(guide: GuideConfig, weights: str | Path = "") -> StyleEncoder:
    """The network that tells a reference's style, as the recipe says.

    weights: as of `load_backbone`; default: the recipe's. UsageError: its style has another width.
    """
    _check_width(guide)
    return StyleEncoder(guide.backbone, str(weights or guide.weights))


def check_backbones(recipe: Recipe) -> None:
    """Raise what the networks that look at pictures in training would, before any of them is loaded."""
    guide, compared = recipe.guide, recipe.perceptual
    if "style" in recipe.generator.takes:
        _check_width(guide)
        check_weights(guide.backbone, guide.weights)
    if compared.weight and compared.backbone != "discriminator":
        check_weights(compared.backbone, compared.weights)


def _check_width(guide: GuideConfig) -> None:
    width = style_width(guide.backbone)
    if width != guide.width:
        problem = f"guide.width = {guide.width}, but {guide.backbone} gives {width} numbers"
        raise UsageError(problem, f"give --set guide.width={width}")


class Features(nn.Module):
    """Activations of named layers; the gradient flows to the pictures, the network stays as it is.

    layers: conv1_2 … conv5_4 for a VGG, or the path of any module within timm's network (as `stages.1`).
    A VGG's convN_M is taken after its ReLU, as in TensorFlow-Slim, where the systems that name layers so took
    it. The network runs no further than the last of them. UsageError: unknown layer, or none.
    """

    def __init__(self, backbone: Backbone, layers: Sequence[str]) -> None:
        super().__init__()
        self.backbone = backbone
        self.layers = tuple(layers)
        paths = {path: path for path, _ in backbone.network.named_modules() if path}
        if is_vgg(backbone.network):
            paths |= _vgg_paths(backbone.network.features)  # type: ignore[arg-type]
        if not layers:
            raise UsageError(f"no layer of {backbone.name} is named", "name one or more")
        for layer in layers:
            if layer not in paths:
                near = difflib.get_close_matches(layer, paths, 3, cutoff=0)
                problem = f"{backbone.name} has no layer {layer}"
                raise UsageError(problem, f"did you mean {' or '.join(near)}?")
        self.paths = tuple(paths[layer] for layer in layers)
        self.channels_last = getattr(backbone.network, "output_fmt", "NCHW") == "NHWC"

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        """N×3×H×W in [-1, 1] → an activation N×C×h×w for each of `layers`, in their order.

        A VGG needs 16×16 px. Transformers without rows and columns give N×tokens×C.
        """
        found: dict[str, Tensor] = {}
        wanted = set(self.paths)

        def keep(path: str) -> Callable[[nn.Module, object, object], None]:
            def hook(module: nn.Module, given: object, activation: object) -> None:
                if not isinstance(activation, Tensor):
                    problem = f"layer {path} of {self.backbone.name} gives no tensor"
                    raise UsageError(problem, "name a layer inside it")
                channels_last = self.channels_last and activation.dim() == 4
                found.setdefault(path, activation.permute(0, 3, 1, 2) if channels_last else activation)
                if len(found) == len(wanted):
                    raise _Enough

            return hook

        with ExitStack() as hooks:
            for path in wanted:
                module = self.backbone.network.get_submodule(path)
                hooks.callback(module.register_forward_hook(keep(path)).remove)
            try:
                self.backbone(pictures)
            except _Enough:
                return tuple(found[path] for path in self.paths)
        lost = next(path for path in self.paths if path not in found)
        raise AttnpaintError(f"{self.backbone.name} does not use its layer {lost}", "name another layer")


class _Enough(Exception):
    """All layers that were asked for have run."""


def _vgg_paths(features: nn.Sequential) -> dict[str, str]:
    """conv1_2 … conv5_4 → the ReLU behind that convolution."""
    block, place, paths = 1, 0, {}
    for index, layer in enumerate(features):
        if isinstance(layer, nn.Conv2d):
            place += 1
        elif isinstance(layer, nn.ReLU):
            paths[f"conv{block}_{place}"] = f"features.{index}"
        elif isinstance(layer, nn.MaxPool2d):
            block, place = block + 1, 0
    return paths


def _pooled_width(network: nn.Module) -> int:
    """Of what a network without classifier gives; some widen their features once more before pooling."""
    return int(getattr(network, "head_hidden_size", None) or network.num_features)  # type: ignore[arg-type]
