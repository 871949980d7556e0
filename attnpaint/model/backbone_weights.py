"""Where a feature network's weights come from: the Hugging Face hub, a file, or chance."""

import difflib
import os
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import ModuleType

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from attnpaint.errors import AttnpaintError, UsageError, WeightsMissing
from attnpaint.model.importer import largest_state, load

HUB, RANDOM = "hub", "random"
FILES = ("model.safetensors", "pytorch_model.bin")  # by which a hub repository calls its weights
PATIENCE = 10  # seconds to wait for the hub's first answer
SEED = 19  # of random weights: the same wherever a model trained with them is used
TORCHVISION = {"classifier.0.": "pre_logits.fc1.", "classifier.3.": "pre_logits.fc2."}  # a VGG's, and timm's


def made(name: str, weights: str, fc1: bool) -> nn.Module:
    """timm's network `name` without its classifier, with these weights. fc1: a VGG keeps that layer.

    The random state is left as it was, so that training's chance does not hang on where weights come from.
    """
    timm = found_timm(name)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        if weights == HUB:
            return without_head(_from_hub(timm, name), fc1)
        if weights != RANDOM:
            _check_file(name, weights)
        network = without_head(create(timm, name), fc1)
    if weights == RANDOM:
        told = f"WARNING: {name} has RANDOM weights, so its features know nothing of pictures"
        print(f"{told}; for real ones, {where_to_get(name)}", file=sys.stderr)
    else:
        _fill(network, name, Path(weights))
    return network


def check_weights(name: str, weights: str) -> None:
    """Raise what `made` would where these weights of timm's network `name` are not at hand; loads nothing."""
    found_timm(name)
    if weights == HUB:
        _hub_source(name)
    elif weights != RANDOM:
        _check_file(name, weights)


def found_timm(name: str) -> ModuleType:
    """The module timm, which knows `name`. WeightsMissing without timm, UsageError for unknown names."""
    try:
        import timm
    except ImportError:
        problem = f"{name} is a network of timm, which is not installed"
        raise WeightsMissing(problem, "pip install 'attnpaint[guide]'") from None
    if not timm.is_model(name):
        near = difflib.get_close_matches(name, timm.list_models(), 3)
        remedy = f"did you mean {' or '.join(near)}?" if near else "timm.list_models() lists the names"
        raise UsageError(f"timm has no network {name}", remedy)
    return timm


def create(timm: ModuleType, name: str) -> nn.Module:
    """With random weights. UsageError for an unknown tag, the part of a name after the dot."""
    try:
        network: nn.Module = timm.create_model(name, pretrained=False, num_classes=0)
    except RuntimeError as error:
        raise UsageError(
            f"timm cannot make {name} ({_line(error)})", "leave out what follows the dot"
        ) from None
    return network


def without_head(network: nn.Module, fc1: bool) -> nn.Module:
    """A VGG, whose fully connected layers are most of its weights, without those that are not needed."""
    if is_vgg(network):
        if fc1:
            network.pre_logits.fc2 = nn.Identity()  # type: ignore[union-attr]
        else:
            network.pre_logits = nn.Identity()
    return network


def is_vgg(network: nn.Module) -> bool:
    return type(network).__name__ == "VGG"


def where_to_get(name: str) -> str:
    """In words."""
    repository = _repository(name)
    if not repository:
        return "give --guide-weights FILE"
    return f"fetch {FILES[0]} of https://huggingface.co/{repository} and give --guide-weights FILE"


def _repository(name: str) -> str:
    """On the hub; empty where nobody has put weights there."""
    import timm

    facts = timm.models.get_pretrained_cfg(name)
    return str(facts.hf_hub_id or "") if facts else ""


def _from_hub(timm: ModuleType, name: str) -> nn.Module:
    """With the published weights: those of an earlier time, else downloaded."""
    source = _hub_source(name)
    try:
        network: nn.Module = timm.create_model(
            name, pretrained=True, pretrained_cfg_overlay=source, num_classes=0
        )
    except MemoryError:
        raise
    except Exception as error:  # of timm, of the hub's client, of what carries it
        raise WeightsMissing(
            f"the weights of {name} cannot be had ({_line(error)})", where_to_get(name)
        ) from error
    return network


def _hub_source(name: str) -> dict[str, str]:
    """For timm: the file of an earlier download, or nothing where the hub answers. Else WeightsMissing."""
    repository = _repository(name)
    if not repository:
        raise WeightsMissing(f"nobody has put weights of {name} on the hub", where_to_get(name))
    if cached := _cached(repository):
        return {"file": cached}
    if reason := _unreachable():
        problem = f"the weights of {name} are not here, and the Hugging Face hub cannot be reached ({reason})"
        raise WeightsMissing(problem, where_to_get(name))
    return {}


def _check_file(name: str, weights: str) -> None:
    """WeightsMissing where it is not there; of a model's own, `save_model` has kept the bare name."""
    if Path(weights).exists():
        return
    if Path(weights).name == weights:
        problem = f"the weights file {weights} is not in this folder, and a model keeps only its name"
        raise WeightsMissing(problem, f"give --guide-weights with its path, or {where_to_get(name)}")
    raise WeightsMissing(f"the weights file {weights} does not exist", where_to_get(name))


def _cached(repository: str) -> str:
    """The path of weights downloaded before, or nothing."""
    from huggingface_hub import try_to_load_from_cache

    paths = (try_to_load_from_cache(repository, file) for file in FILES)
    return next((path for path in paths if isinstance(path, str)), "")


def _unreachable() -> str:
    """Why the hub cannot be reached, or nothing; its own client would try for most of a minute."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        return "HF_HUB_OFFLINE is set"
    address = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    try:
        urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=PATIENCE).close()
    except urllib.error.HTTPError:
        return ""  # it answers
    except (OSError, ValueError) as error:
        return _line(getattr(error, "reason", error))
    return ""


def _fill(network: nn.Module, name: str, path: Path) -> None:
    """Put a file's weights into the network, under timm's names or torchvision's for a VGG.

    The file may hold more than the network needs, as its classifier. AttnpaintError: unreadable, not its own.
    """
    state, remedy = _read(path, name), where_to_get(name)
    if is_vgg(network):
        state = {_timm_name(theirs): tensor for theirs, tensor in state.items()}
    own = network.state_dict()
    lacking = [ours for ours in own if ours not in state and not ours.endswith("num_batches_tracked")]
    if lacking:
        more = f" and {len(lacking) - 1} more" if lacking[1:] else ""
        raise AttnpaintError(f"{path} holds no weights of {name}: it lacks {lacking[0]}{more}", remedy)
    for ours, tensor in own.items():
        theirs = state.get(ours, tensor)
        flat = ours == "pre_logits.fc1.weight" and theirs.dim() == 2  # torchvision's; timm has a convolution
        if theirs.shape != tensor.shape and not (flat and theirs.numel() == tensor.numel()):
            shapes = f"{tuple(theirs.shape)}, not {tuple(tensor.shape)}"
            raise AttnpaintError(f"{path} holds no weights of {name}: {ours} is {shapes}", remedy)
        tensor.copy_(theirs.reshape(tensor.shape))


def _read(path: Path, name: str) -> dict[str, Tensor]:
    try:
        if path.suffix == ".safetensors":
            state = load_file(path)
            odd = [key for key, tensor in state.items() if not bool(torch.isfinite(tensor).all())]
            if odd:
                problem = f"{path} holds a tensor, {odd[0][-60:]}, with numbers that are not finite"
                raise AttnpaintError(problem, where_to_get(name))
            return state
        return dict(largest_state(load(path), path.name))
    except AttnpaintError as error:
        raise AttnpaintError(error.problem, where_to_get(name)) from error
    except (OSError, ValueError, SafetensorError) as error:
        raise AttnpaintError(f"{path} cannot be read ({_line(error)})", where_to_get(name)) from error


def _timm_name(theirs: str) -> str:
    return next((ours + theirs[len(t) :] for t, ours in TORCHVISION.items() if theirs.startswith(t)), theirs)


def _line(error: object) -> str:
    """The first line of what an error says."""
    return re.split(r"[\n.] ?", str(error).strip(), maxsplit=1)[0] or type(error).__name__
