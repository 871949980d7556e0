"""A model with a graph, as it lies on disk: what is damaged is told, and torch steps in where it can."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tiny_model import HOME, tiny_model

from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram
from attnpaint.inference import colorizer, engine
from attnpaint.inference.colorizer import Colorizer
from attnpaint.inference.engine import Asked
from attnpaint.inference.onnx_engine import MODEL, OnnxEngine, find_graph, metadata
from attnpaint.model.model_config import DEFAULT_MODEL, WEIGHTS, read_model_config

DRAWING = np.full((40, 60), 255, np.uint8)
DRAWING[10:14] = DRAWING[:, 20:23] = 0
REFERENCE = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)


def rewritten(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.write_bytes(change(file.read_bytes()))


def last_bit(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(("height", "width"), [(64, 64), (33, 90), (90, 33), (1, 1), (130, 2)])
def test_its_graph_is_its_network(height: int, width: int) -> None:
    pytest.importorskip("torch", reason='torch is not installed: pip install "attnpaint[train]"')
    from attnpaint.inference.torch_engine import TorchEngine

    random = np.random.default_rng(height * width)
    sketch = random.uniform(-1, 1, (1, 1, height, width)).astype(np.float32)
    histogram = Histogram(
        random.integers(0, 256, (4, 4, 3), dtype=np.uint8), np.full((4, 4), 0.25, np.float32)
    )
    asked = Asked(sketch, histogram)
    by_graph = OnnxEngine.load(HOME).paint(asked)
    truth = TorchEngine.load(HOME, "cpu", precision="fp32").paint(asked)
    np.testing.assert_allclose(by_graph.image, truth.image, atol=1e-4)
    assert truth.pointer is not None
    np.testing.assert_allclose(by_graph.pointer, truth.pointer, atol=1e-4)
    for one, other in zip(by_graph.gates, truth.gates, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_it_is_painted_with_by_the_graph_and_says_why(tmp_path: Path) -> None:
    loaded = Colorizer.load(tiny_model(tmp_path))
    assert loaded.choice is not None
    assert loaded.choice.name == "onnx"
    assert loaded.colorize(DRAWING, REFERENCE).picture.shape == (40, 60, 3)


DAMAGE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "weights of one bit more": ("damaged, or of another model", lambda f: rewritten(f / WEIGHTS, last_bit)),
    "weights cut short": ("damaged, or of another model", lambda f: rewritten(f / WEIGHTS, lambda b: b[:-9])),
    "a graph cut short": ("cannot be loaded", lambda f: rewritten(f / MODEL, lambda b: b[:-9])),
    "no graph at all": ("cannot be loaded", lambda f: (f / MODEL).write_bytes(b"Once upon a time")),
    "an empty graph": ("does not say which recipe", lambda f: (f / MODEL).write_bytes(b"")),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_damage_is_told_in_one_line_where_there_is_no_torch(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, damage = DAMAGE[case]
    damage(tiny_model(tmp_path))
    for module in (engine, colorizer):
        monkeypatch.setattr(module, "find_spec", lambda name: None if name == "torch" else find_spec(name))
    with pytest.raises(AttnpaintError, match=words) as caught:
        Colorizer.load(tmp_path)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize("case", ["a graph cut short", "no graph at all", "an empty graph"])
def test_torch_paints_where_the_graph_alone_is_damaged(case: str, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason='torch is not installed: pip install "attnpaint[train]"')
    DAMAGE[case][1](tiny_model(tmp_path))
    loaded = Colorizer.load(tmp_path, "cpu")
    assert loaded.choice is not None
    assert loaded.choice.name == "torch"
    assert "the graph cannot be used" in loaded.choice.why
    coloring = loaded.colorize(DRAWING, REFERENCE)
    assert coloring.picture.shape == (40, 60, 3)
    assert [note for note in coloring.notes if note.startswith("torch paints, as the graph cannot be used")]


@pytest.mark.parametrize("name", [b"Softmax", b"Resize", b"Sigmoid"])
def test_an_operator_that_is_not_known_is_told_when_the_network_is_needed(
    name: bytes, tmp_path: Path
) -> None:
    strange = bytes([*name[:-1], ord("!")])
    rewritten(tiny_model(tmp_path) / MODEL, lambda content: content.replace(name, strange))
    with pytest.raises(AttnpaintError, match="cannot be loaded") as caught:
        Colorizer.load(tmp_path, engine="onnx").colorize(DRAWING, REFERENCE)
    assert "\n" not in str(caught.value)
    with pytest.raises(AttnpaintError, match="cannot be loaded"):
        Colorizer.load(tmp_path, engine="onnx", many=True)


@pytest.mark.parametrize("model", [DEFAULT_MODEL, HOME])
def test_graphs_are_of_the_weights_and_the_recipe_beside_them(model: Path) -> None:
    found = find_graph(model)  # raises where they are of others: make graph
    assert found.recipe == read_model_config(model)["recipe"]
    assert (found.stage is not None) == bool(found.recipe.generator.region_width)


def test_the_graph_says_which_weights_it_belongs_to() -> None:
    told = metadata(HOME / MODEL)
    assert set(told) == {"attnpaint.recipe", "attnpaint.weights.sha256"}
    assert len(told["attnpaint.weights.sha256"]) == 64
