"""The ONNX file: the same picture at every size, what it says of itself, and what is refused."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from painting import drawing, recipe_of, saved
from tiny_model import TINY

from attnpaint.config import GeneratorConfig, Recipe
from attnpaint.data.lines import extract_lines
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.export import onnx as export_onnx
from attnpaint.export.graph import named
from attnpaint.export.onnx import OPSET, Exported, export
from attnpaint.extract import Histogram, measure
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.engine import Asked
from attnpaint.inference.onnx_engine import MODEL, STAGE, OnnxEngine
from attnpaint.inference.torch_engine import TorchEngine
from attnpaint.model.conditioning import Conditioning, Palette, inputs
from attnpaint.model.folder import CONFIG, load_model, save_model
from attnpaint.model.model_config import WEIGHTS
from attnpaint.model.outputs import Outputs
from attnpaint.segment.regions import GAP, find_regions
from attnpaint.segment.samples import reference_arrays, sample_regions

pytestmark = pytest.mark.slow

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")

POINTING = Recipe(name="small", generator=TINY)
ANCESTOR = recipe_of("attention-unet", width=2)
DECIDING = Recipe(
    name="deciding",
    generator=GeneratorConfig(widths=(8, 16, 24), token_width=16, region_width=32, region_layers=2),
)
SIZES = [(1, 64, 64), (2, 33, 90), (3, 90, 33), (1, 1, 1), (1, 130, 2)]
Made = dict[str, tuple[Path, Exported, Path]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Model folder, what export says, and where it wrote, of two tiny models."""
    root = tmp_path_factory.mktemp("onnx")
    models = {name: saved(root / name / "model", recipe) for name, recipe in RECIPES.items()}
    shaken(models["pointing"], POINTING)
    return {
        name: (model, export(model, root / name / "out"), root / name / "out")
        for name, model in models.items()
    }


RECIPES = {"pointing": POINTING, "ancestor": ANCESTOR, "deciding": DECIDING}


def shaken(folder: Path, recipe: Recipe) -> None:
    """No layer at zero, where residual bodies start: all of them count. In fp32, with one that fp16 holds."""
    net, _ = load_model(folder)
    chance = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter += torch.randn(parameter.shape, generator=chance) * 0.05
        net.stem.weight.copy_(net.stem.weight.half())  # type: ignore[union-attr,operator]
    save_model(folder, net, recipe, {"steps": 0}, half=False)


def random_inputs(batch: int, height: int, width: int) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    random = np.random.default_rng(height * width)
    weights = random.dirichlet(np.ones(4), (batch, 4)).astype(np.float32)
    return {
        "sketch": random.uniform(-1, 1, (batch, 1, height, width)).astype(np.float32),
        "colors": random.uniform(-1, 1, (batch, 4, 4, 3)).astype(np.float32),
        "weights": weights,
    }


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize(("batch", "height", "width"), SIZES)
def test_the_graph_paints_what_the_network_paints(
    name: str, batch: int, height: int, width: int, made: Made
) -> None:
    model, exported, out = made[name]
    net, facts = load_model(model)
    given = random_inputs(batch, height, width)
    engine = OnnxEngine.load(out)
    found = engine.network.run(None, {one.name: given[one.name] for one in engine.network.get_inputs()})
    palette = Palette(torch.from_numpy(given["colors"]), torch.from_numpy(given["weights"]))
    with torch.inference_mode():
        planes, beside = inputs(
            facts["recipe"].generator, torch.from_numpy(given["sketch"]), Conditioning(palette)
        )
        truth = named(net(planes, **beside))
    assert exported.outputs == tuple(engine.outputs)
    assert exported.outputs[: len(truth)] == tuple(truth)
    for array, tensor in zip(found, truth.values(), strict=name != "deciding"):
        assert array.shape == tuple(tensor.shape)
        assert np.abs(array - tensor.numpy()).max() < 1e-4


@pytest.mark.parametrize("name", RECIPES)
def test_the_file_says_what_it_is(name: str, made: Made) -> None:
    model, exported, out = made[name]
    files = [CONFIG, MODEL, WEIGHTS, *([STAGE] if name == "deciding" else [])]
    assert sorted(path.name for path in out.iterdir()) == files
    for copied in (CONFIG, WEIGHTS):
        assert (out / copied).read_bytes() == (model / copied).read_bytes()
    assert exported.size == exported.file.stat().st_size
    assert exported.opset == OPSET
    proto = onnx.load(exported.file)
    onnx.checker.check_model(proto, full_check=True)
    assert [entry.version for entry in proto.opset_import if entry.domain == ""] == [OPSET]
    shapes = {
        value.name: [side.dim_param or side.dim_value for side in value.type.tensor_type.shape.dim]
        for value in (*proto.graph.input, *proto.graph.output)
    }
    assert shapes["sketch"] == ["batch", 1, "height", "width"]
    assert shapes["colors"] == ["batch", 4, 4, 3]
    assert shapes["weights"] == ["batch", 4, 4]
    assert shapes["image"] == ["batch", 3, "height", "width"]
    assert shapes["gate_1"] == ["batch", 1, "gate_1_height", "gate_1_width"]
    assert ("pointer" in shapes) == (name != "ancestor")
    assert OnnxEngine.load(exported.file).recipes == [RECIPES[name]]
    assert str(model.parent) not in exported.file.read_bytes().decode("latin-1")


def test_parity_is_measured_at_squares_and_both_aspect_ratios(made: Made) -> None:
    exported = made["pointing"][1]
    sides = {(one.height > one.width) - (one.height < one.width) for one in exported.parity}
    assert sides == {-1, 0, 1}
    assert len({one.batch for one in exported.parity}) > 2
    assert 0 < exported.error < 1e-4
    assert exported.error == max(one.error for one in exported.parity)


@pytest.mark.parametrize("name", RECIPES)
def test_the_weights_are_those_of_the_safetensors_file(name: str, made: Made) -> None:
    _, exported, _ = made[name]
    for file in filter(None, (exported.file, exported.stage)):
        inside = onnx.load(file, load_external_data=False).graph.initializer
        outside = [one for one in inside if one.data_location == onnx.TensorProto.EXTERNAL]
        assert {entry.value for one in outside for entry in one.external_data if entry.key == "location"} == {
            WEIGHTS
        }
        held = sum(len(one.raw_data) for one in inside)
        pointed = sum(
            int(entry.value) for one in outside for entry in one.external_data if entry.key == "length"
        )
        assert held < pointed / 4
        kinds = {one.data_type for one in outside}
        assert kinds == {onnx.TensorProto.FLOAT if name == "pointing" else onnx.TensorProto.FLOAT16}


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("height", "width"), [(64, 64), (50, 70), (33, 90), (16, 16), (96, 40)])
def test_regions_are_decided_as_the_network_decides_them(
    known: bool, height: int, width: int, made: Made
) -> None:
    model, _, out = made["deciding"]
    random = np.random.default_rng(height)
    sketch = drawing(height, width)
    labels = find_regions(sketch[..., 0])
    reference = random.integers(0, 256, (4, 4, 3), dtype=np.uint8).repeat(30, 0).repeat(20, 1)
    histogram = measure(reference)
    lines = extract_lines(reference, 0, 0.5)
    view = reference_arrays(reference, lines, histogram, GAP, random) if known else None
    asked = Asked(
        (sketch[..., 0].astype(np.float32) / 127.5 - 1)[None, None],
        histogram,
        regions=sample_regions(labels, sketch[..., 0], 512, random),
        view=view,
    )
    found, _ = OnnxEngine.load(out).decide(asked)
    truth, _ = TorchEngine.load(model, "cpu", precision="fp32").decide(asked)
    assert len(found.label) > 0
    for name, array in vars(truth).items():
        np.testing.assert_allclose(getattr(found, name), array, atol=1e-4, err_msg=name)


def test_the_engine_paints_one_drawing_from_a_histogram(made: Made) -> None:
    model, _, out = made["pointing"]
    seen = (Drawing.of(drawing(50, 70), 64).square.astype(np.float32) / 127.5 - 1)[None, None]
    histogram = measure(np.dstack([np.arange(64, dtype=np.uint8)[:, None].repeat(64, 1) * 4] * 3))
    maps = OnnxEngine.load(out, threads=1).paint(Asked(seen, histogram))
    net, facts = load_model(model)
    palette = Palette.of(histogram.colors, histogram.weights)
    with torch.inference_mode():
        planes, beside = inputs(facts["recipe"].generator, torch.from_numpy(seen), Conditioning(palette))
        truth: Outputs = net(planes, **beside)
    assert maps.image.shape == (3, 64, 64)
    assert maps.image.dtype == np.float32
    np.testing.assert_allclose(maps.image, truth.image[0].numpy(), atol=1e-4)
    assert maps.pointer is not None
    assert truth.pointer is not None
    np.testing.assert_allclose(maps.pointer, truth.pointer[0].numpy(), atol=1e-4)
    np.testing.assert_allclose(maps.pointer.sum(axis=0), 1, atol=1e-5)
    assert [gate.shape for gate in maps.gates] == [gate.shape[2:] for gate in truth.gates]
    assert maps.variants is None
    assert maps.seconds > 0
    with pytest.raises(UsageError, match="histogram"):
        OnnxEngine.load(out).paint(Asked(seen))
    three = Histogram(histogram.colors[:3], histogram.weights[:3])
    with pytest.raises(UsageError, match="4 bands"):
        OnnxEngine.load(out).paint(Asked(seen, three))


def test_painting_by_onnx_never_imports_torch(made: Made) -> None:
    code = f"""
import sys
import numpy as np
from attnpaint.extract import Histogram
from attnpaint.inference.engine import Asked
from attnpaint.inference.onnx_engine import OnnxEngine
engine = OnnxEngine.load({str(made["pointing"][2])!r}, threads=1)
histogram = Histogram(np.zeros((4, 4, 3), np.uint8), np.full((4, 4), 0.25, np.float32))
maps = engine.paint(Asked(np.ones((1, 1, 32, 32), np.float32), histogram))
print(maps.image.shape, engine.recipes[0].name, "torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["(3,", "32,", "32)", "small", "False"]


def test_a_model_may_be_exported_beside_itself(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, exported, out = made["pointing"]
    proto = onnx.load(out / MODEL, load_external_data=False)
    monkeypatch.setattr(export_onnx, "graphs", lambda *_: ([proto], exported.outputs))
    copy = tmp_path / "copy"
    shutil.copytree(model, copy)
    assert export(copy, copy).file == copy / MODEL
    assert {name.name: name.read_bytes() for name in copy.iterdir()} == {
        name.name: name.read_bytes() for name in out.iterdir()
    }


def test_a_graph_that_strays_is_not_written(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, _, out = made["pointing"]
    proto = onnx.load(out / MODEL, load_external_data=False)
    graph = next(node for node in proto.graph.node if node.op_type == "Sigmoid")
    graph.op_type = "Tanh"
    monkeypatch.setattr(export_onnx, "graphs", lambda *_: ([proto], made["pointing"][1].outputs))
    with pytest.raises(AttnpaintError, match="is not the network"):
        export(model, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def broken(proto: Any, **metadata: str) -> bytes:
    del proto.metadata_props[:]
    onnx.helper.set_model_props(proto, metadata)
    return bytes(proto.SerializeToString())


def test_what_is_wrong_with_a_file_is_said_in_one_line(made: Made, tmp_path: Path) -> None:
    file = tmp_path / MODEL
    says = {}
    with pytest.raises(AttnpaintError) as caught:
        OnnxEngine.load(tmp_path)
    says["there is no ONNX model"] = caught
    whole = (made["pointing"][2] / MODEL).read_bytes()
    recipe = json.dumps({**POINTING.to_dict(), "nme": "typo"})
    for words, content in (
        ("cannot be loaded", b"not a graph"),
        ("cannot be loaded", whole[: len(whole) // 2]),
        ("does not say which recipe", broken(onnx.load_from_string(whole))),
        ("cannot be read", broken(onnx.load_from_string(whole), **{"attnpaint.recipe": "{"})),
        ("unknown recipe key nme", broken(onnx.load_from_string(whole), **{"attnpaint.recipe": recipe})),
    ):
        file.write_bytes(content)
        with pytest.raises(AttnpaintError, match=words) as caught:
            OnnxEngine.load(tmp_path)
        says[words] = caught
    for words, error in says.items():
        assert words in error.value.problem
        assert "\n" not in str(error.value)
        assert str(file) in error.value.problem


def flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


Change = Callable[[Path, Made], None]
CHANGES: dict[str, tuple[str, Change]] = {
    "cut": ("damaged, or of another model", lambda f, _: cut(f / WEIGHTS)),
    "one bit": ("damaged, or of another", lambda f, _: rewritten(f / WEIGHTS, flipped)),
    "empty": ("damaged, or of another", lambda f, _: rewritten(f / WEIGHTS, lambda _: b"")),
    "gone": ("model.safetensors is missing", lambda f, _: (f / WEIGHTS).unlink()),
    "others": (
        "damaged, or of another",
        lambda f, made: rewritten(f / WEIGHTS, lambda _: (made["pointing"][2] / WEIGHTS).read_bytes()),
    ),
    "no stage": ("holds no regions.onnx", lambda f, _: (f / STAGE).unlink()),
    "stage cut": ("regions.onnx cannot be loaded", lambda f, _: cut(f / STAGE)),
    "another's stage": (
        "is of another model",
        lambda f, made: rewritten(f / STAGE, lambda _: (made["pointing"][2] / MODEL).read_bytes()),
    ),
    "operator": ("cannot be loaded", lambda f, _: rewritten(f / MODEL, strange_operator)),
    "opset": ("cannot be loaded", lambda f, _: rewritten(f / MODEL, future_opset)),
}


def rewritten(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.write_bytes(change(file.read_bytes()))


def cut(file: Path) -> None:
    rewritten(file, lambda content: content[: len(content) // 2])


def strange_operator(content: bytes) -> bytes:
    proto = onnx.load_from_string(content)
    proto.graph.node[-1].op_type = "Dream"
    return bytes(proto.SerializeToString())


def future_opset(content: bytes) -> bytes:
    proto = onnx.load_from_string(content)
    proto.opset_import[0].version = 999
    return bytes(proto.SerializeToString())


@pytest.mark.parametrize("case", CHANGES)
def test_files_that_do_not_belong_together_are_told_in_one_line(
    case: str, made: Made, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(made["deciding"][2], folder)
    words, change = CHANGES[case]
    change(folder, made)
    with pytest.raises(AttnpaintError, match=words) as caught:
        OnnxEngine.load(folder)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy


def test_running_without_the_package_is_said_so(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(AttnpaintError, match="onnxruntime is not installed"):
        OnnxEngine.load(made["pointing"][2])


@pytest.mark.parametrize("version", ["1.19.2", "1.9.0", "0.99"])
def test_a_runtime_that_is_too_old_is_told_so(
    version: str, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnxruntime

    monkeypatch.setattr(onnxruntime, "__version__", version)
    with pytest.raises(AttnpaintError, match=f"onnxruntime {version} is too old") as caught:
        OnnxEngine.load(made["pointing"][2])
    assert "pip install" in caught.value.remedy
