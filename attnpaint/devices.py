"""Which device, and which precision it does well."""

import contextlib
import ctypes
import sys
from contextlib import AbstractContextManager

import torch

from attnpaint.errors import UsageError

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4  # malloc.h


def choose_device(name: str = "auto") -> torch.device:
    """`auto` takes CUDA, then Apple's MPS, then the CPU. Raises UsageError for one that is not there."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(device for device, ok in there.items() if ok))
    if not there.get(name, False):
        raise UsageError(f"no device {name} here", "use --device auto")
    return torch.device(name)


def likes_bf16(device: torch.device) -> bool:
    """True where bfloat16 is computed in hardware: CPUs with AVX-512 BF16 or AMX, Ampere or newer GPUs."""
    if device.type == "cpu":
        return bool(torch.cpu._is_avx512_bf16_supported())
    return device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 0)


def autocast(device: torch.device, precision: str = "auto") -> AbstractContextManager[object]:
    """Mixed precision: `auto` is bf16 where the device likes it, else nothing."""
    if precision == "bf16" or (precision == "auto" and likes_bf16(device)):
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return contextlib.nullcontext()


def keep_memory() -> None:
    """Ask glibc to reuse freed memory instead of returning it: on CPUs every step would fault it in anew."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            mallopt = ctypes.CDLL("libc.so.6").mallopt
            mallopt(_M_MMAP_MAX, 0)
            mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
