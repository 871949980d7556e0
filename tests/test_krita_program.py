"""The parts of Krita's plug-in that need no Krita: the program started, asked, and its layers read."""

import ast
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image
from serving import DRAWING, REFERENCE, blocks, drawing

from attnpaint import Colorizer
from attnpaint.extract import measure

pytestmark = pytest.mark.slow

PLUGIN = Path(__file__).parents[1] / "integrations" / "krita"
OLDEST = (3, 8)
"""The Python inside the oldest Krita 5 that is still in use."""


@pytest.fixture(scope="module")
def parts() -> Iterator[dict[str, Any]]:
    """The modules without Qt, by name."""
    sys.path.insert(0, str(PLUGIN))
    names = ("client", "errors", "openraster", "program")
    yield {name: importlib.import_module(f"attnpaint_docker.{name}") for name in names}
    sys.path.remove(str(PLUGIN))
    for name in [name for name in sys.modules if name.partition(".")[0] == "attnpaint_docker"]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def program(quick_model: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A program's file that runs `attnpaint` with the tiny model."""
    file = tmp_path_factory.mktemp("program") / "attnpaint"
    file.write_text(f'#!/bin/sh\nexec {sys.executable} -m attnpaint "$@" --model {quick_model}\n')
    file.chmod(0o755)
    return str(file)


@pytest.fixture(scope="module")
def client(parts: dict[str, Any], program: str) -> Iterator[Any]:
    client = parts["client"].Client(program)
    yield client
    client.close()


def files(parts: dict[str, Any]) -> tuple[Any, Any]:
    file = parts["client"].File
    return file("drawing.png", DRAWING), file('odd "name"\r\n\\.png', REFERENCE)


def test_a_palette_is_what_the_program_measures(parts: dict[str, Any], client: Any) -> None:
    found = client.palette(files(parts)[1])
    assert found["colors"] == measure(blocks()).colors.tolist()


@pytest.mark.parametrize("finish", ["flat", "blend", "painted"])
def test_the_layers_that_are_seen_add_up_to_the_picture(
    parts: dict[str, Any], client: Any, quick_model: Path, finish: Any
) -> None:
    painting = client.paint(*files(parts))
    layers = parts["openraster"].seen(client.layers(painting["id"], None, finish))
    assert [layer.name for layer in layers] == [finish, "lines"]
    wanted = Colorizer.load(quick_model, "cpu").colorize(drawing(), blocks(), finish=finish).picture
    assert np.abs(flattened(layers).astype(int) - wanted).max() <= 1


def test_other_colours_come_without_painting_anew(parts: dict[str, Any], client: Any) -> None:
    painting = client.paint(*files(parts))
    palette = {**painting["histogram"], "colors": [[[255, 0, 255]] * 4] * 4}
    layers = parts["openraster"].seen(client.layers(painting["id"], palette, "flat"))
    assert "#ff00ff" in " ".join(layer.name for layer in leaves(layers))


def test_a_painting_that_was_forgotten_is_none(client: Any) -> None:
    assert client.layers("unknown", None, "flat") is None


@pytest.mark.parametrize(
    ("drawing", "reference", "says"),
    [
        (b"no picture", REFERENCE, "drawing"),
        (DRAWING, b"no picture", "reference"),
        (DRAWING, b"", "reference"),
    ],
)
def test_what_the_program_refuses_is_told_in_its_words(
    parts: dict[str, Any], client: Any, drawing: bytes, reference: bytes, says: str
) -> None:
    file = parts["client"].File
    with pytest.raises(parts["errors"].Failure, match=says) as caught:
        client.paint(file("a.png", drawing), file("b.png", reference))
    assert ";" in str(caught.value)


def test_a_program_that_died_is_started_again(parts: dict[str, Any], client: Any) -> None:
    client.palette(files(parts)[1])
    first = client._program._process.pid
    psutil.Process(first).kill()
    client._program._process.wait()
    assert client.palette(files(parts)[1])
    assert client._program._process.pid != first


def test_it_ends_with_the_program_that_started_it(parts: dict[str, Any], program: str) -> None:
    code = f"""
import sys, time
sys.path.insert(0, {str(PLUGIN)!r})
from attnpaint_docker.program import Program
print(Program({program!r})._process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        pid = int(starter.stdout.readline())
        assert psutil.pid_exists(pid)
        starter.kill()
    end = time.monotonic() + 20
    while psutil.pid_exists(pid) and time.monotonic() < end:
        time.sleep(0.1)
    assert not psutil.pid_exists(pid)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("exit 0", "it said nothing"),
        ("echo 'attnpaint: no room; free some' >&2; exit 1", "did not start: no room; free some"),
        ("echo 'No such option: --token-stdin' >&2; exit 2", "older than this plug-in"),
        ("echo http://evil.example:80/", "did not start"),
    ],
)
def test_a_program_that_does_not_come_up_is_told(
    parts: dict[str, Any], tmp_path: Path, script: str, says: str
) -> None:
    file = tmp_path / "program"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    with pytest.raises(parts["errors"].Failure, match=says):
        parts["program"].Program(str(file))


@pytest.mark.parametrize("chosen", ["", "/nowhere/attnpaint"])
def test_without_the_program_it_is_told_how_to_get_it(
    parts: dict[str, Any], chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(parts["errors"].Failure, match="with the button Program"):
        parts["program"].find(chosen)


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ({"PYTHONHOME": "/krita", "PYTHONPATH": "/krita", "HOME": "/home"}, {"HOME": "/home"}),
        ({"LD_LIBRARY_PATH": "/own/lib"}, {"LD_LIBRARY_PATH": "/own/lib"}),
        ({"APPDIR": "/mnt/krita", "LD_LIBRARY_PATH": "/mnt/krita/usr/lib"}, {}),
        (
            {"APPDIR": "/mnt/krita", "PATH": os.pathsep.join(["/mnt/krita/usr/bin", "/usr/bin"])},
            {"PATH": "/usr/bin"},
        ),
    ],
)
def test_kritas_own_python_and_libraries_are_left_behind(
    parts: dict[str, Any], own: dict[str, str], kept: dict[str, str]
) -> None:
    assert parts["program"].environment(own) == kept


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"no zip at all"])
def test_damaged_layers_are_told(parts: dict[str, Any], data: bytes) -> None:
    with pytest.raises(parts["errors"].Failure, match="press Paint again"):
        parts["openraster"].seen(data)


@pytest.mark.parametrize("path", sorted(PLUGIN.rglob("*.py")), ids=lambda path: path.name)
def test_the_oldest_kritas_python_can_read_it(path: Path) -> None:
    ast.parse(path.read_text(), feature_version=OLDEST)


def flattened(layers: list[Any], height: int = 90, width: int = 120) -> np.ndarray:
    """As a painting program shows them on white, H×W×3 of 0 to 255."""
    base = np.full((height, width, 3), 255.0)
    for layer in leaves(layers):
        read = np.asarray(Image.open(BytesIO(layer.png)).convert("RGBA")).astype(float)
        place = base[layer.top : layer.top + len(read), layer.left : layer.left + read.shape[1]]
        over = place * read[..., :3] / 255 if layer.mode == "multiply" else read[..., :3]
        place += (over - place) * layer.opacity * read[..., 3:] / 255
    return np.rint(base)


def leaves(layers: list[Any]) -> list[Any]:
    """Bottom to top, without their groups."""
    return [
        leaf for layer in layers for leaf in (leaves(layer.layers) if hasattr(layer, "layers") else [layer])
    ]
