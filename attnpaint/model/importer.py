"""AttentionedDeepPaint checkpoints, read into this project's networks under its own names."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import shorten
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from attnpaint.errors import AttnpaintError
from attnpaint.model.attention_unet import AttentionUNet
from attnpaint.model.checkpoint_file import read_checkpoint
from attnpaint.model.discriminator import PatchDiscriminator

State = Mapping[str, Tensor]
Net = TypeVar("Net", bound=nn.Module)

GENERATOR = "the attentioned-deep-paint generator"
DISCRIMINATOR = "the attentioned-deep-paint discriminator"
TELLTALES = {  # a tensor that only this net has
    "first_layer.0.weight": GENERATOR,
    "layers.0.0.weight": DISCRIMINATOR,
    "gate_signal.0.weight": "a model of attnpaint itself, which needs no import",
    "tokens.place": "a model of attnpaint itself, which needs no import",
    "features.0.weight": "a VGG classifier",
    "layer1.0.conv1.weight": "a ResNet classifier",
}
THEIRS = {
    "stem": "first_layer",
    "down": "down_sampler",
    "up": "up_sampler",
    "gates": "attentions",
    "gate_signal": "gate_block",
    "head": "last_layer",
    "body.0": "conv1",
    "body.1": "norm1",
    "body.3": "conv2",
    "body.4": "norm2",
    "shortcut": "channel_map",
    "from_skip": "Wx",
    "from_signal": "Wg",
    "score": "psi",
    "out": "W",
}
PIECES = re.compile(rf"\b({'|'.join(map(re.escape, THEIRS))})(?=\.)")
COUNTER = ".num_batches_tracked"  # checkpoints older than PyTorch 0.4.1 have none, and nothing here reads it
REMEDY = "give a checkpoint of AttentionedDeepPaint such as deepunetG_030.pth.tar"


def import_generator(source: str | Path | State) -> AttentionUNet:
    """The generator, in evaluation mode, from a checkpoint file or its state; its width is the tensors' own.

    Raises AttnpaintError for what is no checkpoint, or one of another net.
    """
    return imported(AttentionUNet, GENERATOR, source, lambda ours: PIECES.sub(lambda m: THEIRS[m[0]], ours))


def import_discriminator(source: str | Path | State) -> PatchDiscriminator:
    """As `import_generator`, for the discriminator, whose tensors have equal names in both projects."""
    return imported(PatchDiscriminator, DISCRIMINATOR, source, lambda ours: ours)


def imported(kind: type[Net], wanted: str, source: str | Path | State, theirs: Callable[[str], str]) -> Net:
    """A net of `kind` with the tensors of `source`, where they have the names that `theirs` makes of ours."""
    label = "this state" if isinstance(source, Mapping) else Path(source).name
    loaded = source if isinstance(source, Mapping) else load(Path(source))
    state = largest_state(loaded, label)
    key = recognised(state, wanted, label)
    with torch.device("meta"):  # names and shapes only, no storage
        net = kind(state[key].shape[0])
    own = net.state_dict()
    check({theirs(ours): tensor for ours, tensor in own.items()}, state, f"{label} seems to be {wanted}, but")
    found = {ours: state.get(theirs(ours), torch.tensor(0)) for ours in own}
    net.load_state_dict({ours: found[ours].to(own[ours].dtype, copy=True) for ours in own}, assign=True)
    return net.eval()


def load(path: Path) -> Any:
    """What a checkpoint file holds; see `read_checkpoint`."""
    return read_checkpoint(path, REMEDY)


def largest_state(loaded: Any, label: str) -> State:
    """A checkpoint's largest state dict, at the top or under keys, without the `module.` of DataParallel."""
    state = max(states_in(loaded), key=len, default=None)
    if state is None:
        raise AttnpaintError(f"{label} holds no network weights", REMEDY)
    return {name.removeprefix("module."): tensor for name, tensor in state.items()}


def states_in(loaded: Any) -> Iterator[State]:
    """Every mapping from names to tensors, at any depth."""
    if not isinstance(loaded, Mapping) or not loaded:
        return
    if all(isinstance(name, str) and isinstance(value, Tensor) for name, value in loaded.items()):
        yield loaded
    for value in loaded.values():
        yield from states_in(value)


def recognised(state: State, wanted: str, label: str) -> str:
    """The name of the tensor by which `state` is known to be the `wanted` net."""
    key = next((m for m in TELLTALES if m in state and state[m].dim() and state[m].numel()), None)
    if key and TELLTALES[key] == wanted:
        return key
    other = f"another net (its first tensor is {shorten(next(iter(state), 'missing'), 60)})"
    raise AttnpaintError(
        f"{label} is not {wanted}: it seems to be {TELLTALES[key] if key else other}", REMEDY
    )


def check(wanted: State, state: State, subject: str) -> None:
    """Both must hold the same names with the same shapes."""
    faults = {
        "lacks": [name for name in wanted if name not in state and not name.endswith(COUNTER)],
        "has the unknown tensor": [name for name in state if name not in wanted],
        "has another shape at": [n for n in wanted if n in state and state[n].shape != wanted[n].shape],
    }
    told = [
        f"{fault} {shorten(names[0], 60)}" + (f" and {len(names) - 1} more" if names[1:] else "")
        for fault, names in faults.items()
        if names
    ]
    if told:
        raise AttnpaintError(f"{subject} {' and '.join(told)}", REMEDY)
