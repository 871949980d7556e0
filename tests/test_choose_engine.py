"""Which engine paints, and why; what is said where neither can."""

import importlib.util
from pathlib import Path

import pytest

from attnpaint.errors import PackageMissing
from attnpaint.inference import engine as module
from attnpaint.inference.engine import Engines, choose_engine
from attnpaint.model.model_config import DEFAULT_MODEL, GRAPHS, REFINE, WEIGHTS

Installed = pytest.MonkeyPatch


def only(monkeypatch: Installed, *names: str, gpu: bool = False) -> None:
    """Of torch and onnxruntime, these are installed; gpu: and there is one."""
    real = importlib.util.find_spec

    def find(name: str, package: str | None = None) -> object:
        if name in ("torch", "onnxruntime"):
            return object() if name in names else None
        return real(name, package)

    monkeypatch.setattr(module, "find_spec", find)
    monkeypatch.setattr(module, "gpu_there", lambda: gpu)


BOTH = "torch", "onnxruntime"


@pytest.fixture
def with_graph(tmp_path: Path) -> Path:
    folder = tmp_path / "graph"
    folder.mkdir()
    for name in (WEIGHTS, GRAPHS[0]):
        (folder / name).write_bytes(b"")
    return folder


@pytest.fixture
def without(tmp_path: Path) -> Path:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / WEIGHTS).write_bytes(b"")
    return folder


def has_graph(folder: Path) -> bool:
    """Whether ONNX Runtime paints with it."""
    try:
        return choose_engine("auto", folder).name == "onnx"
    except PackageMissing:  # torch, which would paint else
        return False


def test_the_default_model_has_a_graph_and_a_run_folders_model_is_looked_at(
    with_graph: Path, without: Path, tmp_path: Path
) -> None:
    assert has_graph(DEFAULT_MODEL)
    assert has_graph(with_graph)
    assert not has_graph(without)
    run = tmp_path / "run"
    with_graph.rename(tmp_path / "model")
    run.mkdir()
    (tmp_path / "model").rename(run / "model")
    assert has_graph(run)
    (run / "model" / REFINE).mkdir()  # two stages, of which a graph holds one
    assert not has_graph(run)


@pytest.mark.parametrize(
    ("device", "precision", "many", "gpu", "name", "why"),
    [
        ("auto", "auto", False, False, "onnx", "starts sooner"),
        ("auto", "auto", False, True, "onnx", "starts sooner"),
        ("cpu", "auto", False, True, "onnx", "starts sooner"),
        ("auto", "auto", True, False, "onnx", "starts sooner"),
        ("cpu", "auto", True, True, "onnx", "starts sooner"),
        ("auto", "auto", True, True, "torch", "many drawings, and a GPU"),
        ("cuda", "auto", False, True, "torch", "--device cuda"),
        ("mps", "auto", True, False, "torch", "--device mps"),
        ("auto", "bf16", False, False, "torch", "--dtype bf16"),
        ("cpu", "fp32", False, False, "torch", "--dtype fp32"),
    ],
)
def test_with_both_installed(
    device: str,
    precision: str,
    many: bool,
    gpu: bool,
    name: str,
    why: str,
    with_graph: Path,
    monkeypatch: Installed,
) -> None:
    only(monkeypatch, *BOTH, gpu=gpu)
    choice = choose_engine("auto", with_graph, device, precision, many)
    assert choice.name == name
    assert why in choice.why


@pytest.mark.parametrize("engine", ["onnx", "torch"])
def test_what_is_asked_for_is_taken(engine: Engines, with_graph: Path, monkeypatch: Installed) -> None:
    only(monkeypatch, *BOTH)
    assert choose_engine(engine, with_graph).name == engine


def test_models_without_a_graph_are_painted_by_torch(without: Path, monkeypatch: Installed) -> None:
    only(monkeypatch, *BOTH)
    choice = choose_engine("auto", without)
    assert choice.name == "torch"
    assert "no ONNX graph" in choice.why


def test_each_alone_paints_what_it_can(with_graph: Path, without: Path, monkeypatch: Installed) -> None:
    only(monkeypatch, "onnxruntime", gpu=True)
    assert choose_engine("auto", with_graph, many=True).name == "onnx"
    assert "torch is not installed" in choose_engine("auto", with_graph).why
    only(monkeypatch, "torch")
    assert choose_engine("auto", with_graph).name == "torch"
    assert choose_engine("auto", without).name == "torch"


@pytest.mark.parametrize(
    ("engine", "graph", "device", "precision", "says"),
    [
        ("torch", True, "auto", "auto", "torch is not installed"),
        ("auto", False, "auto", "auto", "holds no ONNX graph, and torch is not installed"),
        ("auto", True, "cuda", "auto", "--device cuda was asked for, and torch is not installed"),
        ("auto", True, "cpu", "bf16", "--dtype bf16 was asked for, and torch is not installed"),
    ],
)
def test_what_needs_torch_names_the_command_that_installs_it(
    engine: Engines,
    graph: bool,
    device: str,
    precision: str,
    says: str,
    with_graph: Path,
    without: Path,
    monkeypatch: Installed,
) -> None:
    only(monkeypatch, "onnxruntime")
    with pytest.raises(PackageMissing) as caught:
        choose_engine(engine, with_graph if graph else without, device, precision)
    assert says in caught.value.problem
    assert caught.value.remedy == 'pip install "attnpaint[train]"'
    assert caught.value.exit_code == 4
