"""One process, or the several that `accelerate launch` or torchrun start: Hugging Face Accelerate."""

import os
import warnings
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs
from accelerate.state import AcceleratorState
from accelerate.utils import broadcast_object_list, gather_object
from torch import nn

from attnpaint.devices import choose_device
from attnpaint.errors import AttnpaintError

Result = TypeVar("Result")


def launch(device: str = "auto") -> Accelerator:
    """Join the other processes, if any. device: auto, cpu, cuda or mps; UsageError for one that is not there.

    Precision is the recipe's affair and gradients are added up by the step: Accelerate is told of neither.
    """
    chosen = choose_device(device)
    if "WORLD_SIZE" not in os.environ:  # an earlier run of this process may have taken another device
        AcceleratorState._reset_state(reset_partial_state=True)
    torch.backends.cudnn.benchmark = True  # every batch has the same shape
    alike = DistributedDataParallelKwargs(broadcast_buffers=False)
    return Accelerator(cpu=chosen.type == "cpu", mixed_precision="no", kwargs_handlers=[alike])


def by_main(accelerator: Accelerator, work: Callable[[], Result]) -> Result:
    """What the main process makes of it, in all; where it fails there, the others end without a word."""
    if accelerator.num_processes == 1:
        return work()
    told: list[Any] = [None, 0]
    failure: AttnpaintError | None = None
    if accelerator.is_main_process:
        try:
            told[0] = work()
        except AttnpaintError as error:
            failure, told[1] = error, error.exit_code
    broadcast_object_list(told)
    if told[1]:
        accelerator.end_training()
        raise failure or SystemExit(told[1])
    result: Result = told[0]
    return result


def anyone(accelerator: Accelerator, here: bool) -> bool:
    """True in all processes where it is true in one."""
    if accelerator.num_processes == 1:
        return here
    told = accelerator.reduce(torch.tensor(float(here), device=accelerator.device), "sum")
    return bool(told > 0)


def together(accelerator: Accelerator, *networks: nn.Module) -> tuple[nn.Module, ...]:
    """The networks as they are called where several processes add up their gradients."""
    with warnings.catch_warnings():  # broadcast_buffers has another name from torch 2.15 on
        warnings.simplefilter("ignore", FutureWarning)
        return tuple(accelerator.prepare(network) for network in networks)


def share_batch_norm(network: nn.Module, accelerator: Accelerator) -> None:
    """Let the layers inside normalise over the whole batch: on GPUs alone, gloo cannot."""
    if accelerator.num_processes > 1 and accelerator.device.type == "cuda":
        nn.SyncBatchNorm.convert_sync_batchnorm(network)


def random_states(accelerator: Accelerator) -> list[dict[str, torch.Tensor]]:
    """Torch's random states, process by process."""
    state = {"cpu": torch.get_rng_state()}
    if accelerator.device.type == "cuda":
        state["cuda"] = torch.cuda.get_rng_state(accelerator.device)
    found: list[dict[str, torch.Tensor]] = gather_object([state])
    return found


def set_random_states(accelerator: Accelerator, states: Sequence[dict[str, torch.Tensor]]) -> None:
    """This process's own; those of a run with more or fewer processes leave the others as they are."""
    if accelerator.process_index >= len(states):
        return
    state = states[accelerator.process_index]
    torch.set_rng_state(state["cpu"])
    if "cuda" in state and accelerator.device.type == "cuda":
        torch.cuda.set_rng_state(state["cuda"], accelerator.device)
