"""The machine that this runs on: processor, memory, and what torch can compute on."""

import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from attnpaint.process import usable_cores

GIB = 2**30
QUICK = frozenset({"avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16"})  # in /proc/cpuinfo
LIMIT = Path("/sys/fs/cgroup/memory.max")  # of a container


def system_info() -> dict[str, Any]:
    """Processor and memory, told without torch. Where a limit is None, there is none or it is not told."""
    import psutil

    memory = psutil.virtual_memory()
    name, features = _processor()
    cores, threads = psutil.cpu_count(False), usable_cores()
    return {
        "cpu": {"name": name, "cores": cores, "threads": threads, "features": features},
        "memory": {
            "gib": round(memory.total / GIB, 1),
            "free_gib": round(memory.available / GIB, 1),
            "limit_gib": _limit(),
        },
    }


def _processor() -> tuple[str, list[str]]:
    """Its name, and those of its instructions that networks run fast with, where the system tells them."""
    name = platform.processor() or platform.machine()
    try:
        if sys.platform == "darwin":
            command = ["sysctl", "-n", "machdep.cpu.brand_string"]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip(), []
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except (OSError, subprocess.SubprocessError):
        return name, []
    facts = dict(re.findall(r"^(model name|flags|Features)\s*:\s*(.*)$", told, re.MULTILINE))
    features = f"{facts.get('flags', '')} {facts.get('Features', '')}".split()
    return facts.get("model name", name), sorted(QUICK.intersection(features))


def devices() -> dict[str, Any]:
    """What torch can compute on. What a broken installation raises is told: it is what is asked for."""
    try:
        import torch

        from attnpaint.devices import choose_device, likes_bf16

        rows = [{"name": "cpu", "is": f"{torch.get_num_threads()} threads"}]
        for index in range(torch.cuda.device_count()):
            card = torch.cuda.get_device_properties(index)
            rows.append({"name": f"cuda:{index}", "is": f"{card.name}, {card.total_memory / GIB:.1f} GiB"})
        if torch.backends.mps.is_available():
            rows.append({"name": "mps", "is": "Apple's"})
        listed = [{**row, "bf16": likes_bf16(torch.device(row["name"]))} for row in rows]
        built = {"cuda": torch.version.cuda, "rocm": torch.version.hip}
        return {"auto": choose_device().type, "built_for": built, "devices": listed}
    except Exception as error:
        return {"error": " ".join(f"{type(error).__name__}: {error}".split())}


def _limit() -> float | None:
    try:
        return round(int(LIMIT.read_text()) / GIB, 1)
    except (OSError, ValueError):
        return None
