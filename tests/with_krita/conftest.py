"""The real Krita without a screen, worked by a plug-in of ours. For `make test-krita` alone: a plain `pytest`
leaves this folder out, as it needs Krita."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
PLUGIN = ROOT / "integrations" / "krita"
REFERENCE = ASSETS / "references" / "sunflower.png"
DRIVER = """[Desktop Entry]
Type=Service
ServiceTypes=Krita/PythonPlugin
X-KDE-Library=attnpaint_test
X-Python-2-Compatible=false
Name=test
"""
SETTINGS = """[python]
enable_attnpaint_docker=true
enable_attnpaint_test=true

[attnpaint]
program={program}
"""
CMYK = ["CMYKA", "U8", "Chemical proof"]
DEEP = ["RGBA", "U16", "sRGB-elle-V2-srgbtrc.icc"]
CASES = [
    {"drawing": "painter-cat", "convert": None, "paintings": [["flat", None], ["flat", [255, 0, 255]]]},
    {"drawing": "ink", "convert": None, "paintings": [["blend", None]]},
    {"drawing": "deep", "convert": DEEP, "paintings": [["flat", None]]},
    {"drawing": "print", "convert": CMYK, "paintings": [["flat", None]]},
]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    here = Path(__file__).parent
    asked = [Path(config.invocation_params.dir, str(arg).split("::")[0]).resolve() for arg in config.args]
    return None if any(path == here or here in path.parents for path in asked) else True


@pytest.fixture(scope="session")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Greyscale, ink on a transparent layer, and colour files of one size."""
    folder = tmp_path_factory.mktemp("drawings")
    cat = Image.open(ASSETS / "drawings" / "painter-cat.png").convert("L").resize((400, 500))
    ink = Image.new("RGBA", cat.size, (0, 0, 0, 0))
    ink.putalpha(cat.point(lambda level: 255 - level))
    pictures = {"painter-cat": cat, "ink": ink, "deep": cat.convert("RGB"), "print": cat.convert("RGB")}
    for name, picture in pictures.items():
        picture.save(folder / f"{name}.png")
    return {name: folder / f"{name}.png" for name in pictures}


@pytest.fixture(scope="session")
def told(drawings: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the driver wrote down; Krita has ended since."""
    assert shutil.which("krita"), "there is no krita; make test-krita installs it"
    home = tmp_path_factory.mktemp("krita")
    plugins = home / "share" / "krita" / "pykrita"
    (home / "run").mkdir(mode=0o700)
    (home / "config").mkdir()
    shutil.copytree(PLUGIN, plugins, ignore=shutil.ignore_patterns("__pycache__", "*.md"))
    shutil.copytree(Path(__file__).parent / "driver", plugins / "attnpaint_test")
    (plugins / "attnpaint_test.desktop").write_text(DRIVER)
    program = Path(sys.executable).with_name("attnpaint")
    (home / "config" / "kritarc").write_text(SETTINGS.format(program=program))
    shots = Path(os.environ.get("KRITA_SHOTS") or home)
    task = {
        "out": str(home / "out.json"),
        "shot": str(shots / "krita.png"),
        "reference": str(REFERENCE),
        "cases": [{**case, "drawing": str(drawings[str(case["drawing"])])} for case in CASES],
    }
    (home / "task.json").write_text(json.dumps(task))
    given = {
        "HOME": home,
        "XDG_DATA_HOME": home / "share",
        "XDG_CONFIG_HOME": home / "config",
        "XDG_RUNTIME_DIR": home / "run",
        "KRITA_TEST": home / "task.json",
    }
    environment = {**os.environ, **{name: str(value) for name, value in given.items()}}
    command = [
        "xvfb-run",
        "-a",
        "-s",
        "-screen 0 1400x900x24",
        "dbus-run-session",
        "--",
        "krita",
        "--nosplash",
    ]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)
    out = home / "out.json"
    assert out.exists(), f"krita ended with {ran.returncode}: {ran.stderr[-500:]}"
    found: dict[str, Any] = json.loads(out.read_text())
    assert "failed" not in found, found["failed"]
    return found
