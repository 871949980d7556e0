"""`attnpaint info`: what runs here and with which model, in a form to paste into a bug report."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from attnpaint import __version__
from attnpaint.cli.packages import CV2, extra_names, requirements
from attnpaint.cli.packages import version_of as _version
from attnpaint.errors import AttnpaintError, tell

GIVES = {
    "app": "attnpaint app: a page to paint in",
    "export": "attnpaint export --onnx",
    "fid": "FID and LPIPS in attnpaint evaluate",
    "guide": "timm, for recipes that take a style or have a perceptual loss",
    "hub": "models of the Hugging Face Hub",
    "psd": "layers in .psd files",
    "ray": "extract-hist --engine ray, on a cluster",
    "sklearn": "extract-hist --engine sklearn",
    "table": "the tables of extract-hist",
    "train": "PyTorch: training, evaluate, models without a graph",
    "wandb": "train --tracker wandb",
}
SWITCHES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "PYTORCH_ENABLE_MPS_FALLBACK")
COUNTED = ("running_mean", "running_var", "num_batches_tracked")  # in a weights file, but no parameters


def info(
    every: Annotated[
        bool, typer.Option("--all", help="Also load torch, which takes seconds, and say what can compute.")
    ] = False,
    model: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Tell of this model. Default: the one inside attnpaint."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as a JSON object.")] = False,
) -> None:
    """Say what is installed: versions, machine, model, extras; to paste into a bug report.

    Your home folder is written as ~ and your name is left out. Nothing is sent anywhere.

    Example: attnpaint info --all
    """
    found = unnamed(gather(model, every))
    if as_json:
        print(json.dumps(found))
        return
    print(_list(found))
    if sys.stdout.isatty():
        tell("Paste this into a bug report, with the command that went wrong.")


def gather(model: Path | None = None, every: bool = False) -> dict[str, Any]:
    """What --json says, before `unnamed`. Raises AttnpaintError where `model` is no model folder."""
    import platform

    from attnpaint.cli.system_info import devices, system_info

    needed = requirements()
    return {
        "attnpaint": __version__,
        "python": f"{platform.python_version()} {platform.python_implementation()}, {sys.executable}",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}"
        + " ".join(["", *filter(None, platform.libc_ver())]),
        **system_info(),
        "switches": {name: os.environ[name] for name in SWITCHES if name in os.environ},
        "devices": devices() if every else None,
        "model": _model(model),
        "packages": _packages(needed),
        "extras": _extras(needed),
        "places": {"attnpaint": str(Path(__file__).parents[1]), "fetched models": str(_fetched())},
    }


def unnamed(found: Any) -> Any:
    """The same without the home folder, which becomes ~, and without the user's name in other paths."""
    if isinstance(found, dict):
        return {name: unnamed(value) for name, value in found.items()}
    if isinstance(found, list):
        return [unnamed(value) for value in found]
    if not isinstance(found, str):
        return found
    home = Path.home()
    for folder in dict.fromkeys((str(home), str(home.resolve()))):
        if len(Path(folder).parts) > 1:  # containers may have / for a home
            found = re.sub(re.escape(folder) + r"(?![\w.-])", "~", found)
    name = home.name if len(home.parts) > 1 else ""
    return re.sub(rf"(?<=[\\/]){re.escape(name)}(?=[\\/])", "USER", found) if name else found


def _packages(needed: list[Any]) -> dict[str, str | None]:
    """Versions of what attnpaint needs, None where it is missing, and of the optional ones that are here."""
    always = [one.name for one in needed if not extra_names(one)]
    optional = [one.name for one in needed if extra_names(one)]
    named = {name: _version(name) for name in dict.fromkeys((*always, *CV2, *optional))}
    return {name: version for name, version in named.items() if version or name in always}


def _extras(needed: list[Any]) -> dict[str, dict[str, Any]]:
    extras: dict[str, dict[str, Any]] = {}
    for one in needed:
        for name in extra_names(one):
            line = f'pip install "attnpaint[{name}]"'
            extra = extras.setdefault(name, {"gives": GIVES.get(name, ""), "missing": [], "install": line})
            version = _version(one.name)
            if version is None or not one.specifier.contains(version, prereleases=True):
                extra["missing"].append(f"{one.name}{one.specifier}")
    return extras


def _model(folder: Path | None) -> dict[str, Any]:
    from attnpaint.files import SMALL, read_bytes
    from attnpaint.model.model_config import DEFAULT_MODEL, read_model_config, stages_in

    place = stages_in(folder or DEFAULT_MODEL)[0]
    try:
        facts = read_model_config(place)
    except AttnpaintError as error:
        if folder:
            raise
        return {"error": str(error)}
    try:
        text = read_bytes(place / "README.md", SMALL).decode(errors="replace")
    except (OSError, ValueError):
        text = ""
    stages = facts.get("stages")
    licence = re.search(
        r'^(?:license: *"?([^"\n]+)|## Licen[cs]e\n+(.+?)(?:, |\. |\.?$))', text, re.MULTILINE
    )
    data = re.search(r"^## Data\n+(.+?)(?:: |\. |\.?$)", text, re.MULTILINE)
    return {
        "recipe": facts["recipe"].name,
        "parameters": sum(map(_parameters, stages_in(place))) or None,
        "steps": facts.get("steps"),
        "stages": [str(stage) for stage in stages] if isinstance(stages, list) else [],
        "data": data[1] if data else None,
        "licence": licence[1] or licence[2] if licence else None,
        "folder": str(place),
        **_engine(place),
    }


def _engine(place: Path) -> dict[str, str]:
    """What paints one drawing with the model, and why."""
    from attnpaint.errors import PackageMissing
    from attnpaint.inference.engine import choose_engine

    try:
        choice = choose_engine("auto", place)
    except PackageMissing as error:
        return {"engine": "none", "engine_because": str(error)}
    return {"engine": choice.name, "engine_because": choice.why}


def _parameters(folder: Path) -> int:
    """Told by the head of the weights file; 0 where there is none that can be read."""
    from math import prod

    from safetensors import SafetensorError, safe_open

    from attnpaint.model.model_config import WEIGHTS

    try:
        with safe_open(folder / WEIGHTS, framework="numpy") as file:
            opened: Any = file
            named = [name for name in opened.keys() if not name.endswith(COUNTED)]  # noqa: SIM118
            return sum(prod(opened.get_slice(name).get_shape()) for name in named)
    except (OSError, SafetensorError):
        return 0


def _fetched() -> Path:
    """Where huggingface_hub keeps what it fetched; told without importing it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(os.environ.get("HF_HOME") or cache / "huggingface")
    return Path(os.environ.get("HF_HUB_CACHE") or home / "hub")


def _list(found: dict[str, Any]) -> str:
    """Markdown that reads as well where it is not rendered."""
    cpu, memory, model, devices = (found[name] for name in ("cpu", "memory", "model", "devices"))
    lines = [f"- {name}: {found[name]}" for name in ("attnpaint", "python", "system")]
    lines.append("; ".join([f"- cpu: {cpu['name']}", f"{cpu['threads']} threads", *cpu["features"]]))
    limit = f", {memory['limit_gib']} GiB allowed" if memory["limit_gib"] else ""
    lines.append(f"- memory: {memory['gib']} GiB, {memory['free_gib']} GiB free{limit}")
    lines += [f"- {name}={value}" for name, value in found["switches"].items()]
    lines += _told(devices, model)
    packages = ", ".join(f"{name} {version or 'MISSING'}" for name, version in found["packages"].items())
    lines += [f"- packages: {packages or 'not known, as this copy was not installed'}"]
    if sum(name in found["packages"] for name in CV2) > 1:
        lines.append("- WARNING: several OpenCV packages overwrite each other; keep opencv-python-headless")
    for name, extra in found["extras"].items():
        state = f"missing {', '.join(extra['missing'])}: {extra['install']}" if extra["missing"] else "here"
        lines.append(f"- extra {name} ({extra['gives']}): {state}")
    return "\n".join([*lines, *(f"- {name} in {place}" for name, place in found["places"].items())])


def _told(devices: dict[str, Any] | None, model: dict[str, Any]) -> list[str]:
    lines = []
    if devices is None:
        lines.append("- devices: attnpaint info --all tells them")
    elif "error" in devices:
        lines.append(f"- devices: torch does not load: {devices['error']}")
    else:
        built = [f"{name} {version}" for name, version in devices["built_for"].items() if version]
        lines.append(f"- torch built for {', '.join(built) or 'the CPU alone'}; auto is {devices['auto']}")
        for row in devices["devices"]:
            lines.append(f"- device {row['name']}: {row['is']}, bf16 {'yes' if row['bf16'] else 'no'}")
    if "error" in model:
        return [*lines, f"- model: {model['error']}"]
    facts = [f"- model: {model['recipe']}"]
    facts += [f"{model['parameters']:,} parameters"] * bool(model["parameters"])
    facts += [f"{model['steps']:,} steps"] * isinstance(model["steps"], int)
    facts += [
        f"licence {model['licence'] or 'not told'}",
        f"trained on {model['data'] or 'what is not told'}",
    ]
    engine = f"- engine: {model['engine']}, as {model['engine_because']}"
    return [*lines, "; ".join([*facts, *model["stages"]]), f"- model in {model['folder']}", engine]
