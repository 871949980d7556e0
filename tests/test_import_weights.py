"""AttentionedDeepPaint checkpoints: where the weights may lie in a file, what is refused, and the command."""

import json
import os
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError
from attnpaint.model.folder import load_model
from attnpaint.model.importer import import_discriminator, import_generator

PARITY = load_file(Path(__file__).parent / "parity" / "attentioned_deep_paint_width2.safetensors")
State = dict[str, Tensor]


def under(prefix: str) -> State:
    return {name.removeprefix(prefix): t.clone() for name, t in PARITY.items() if name.startswith(prefix)}


@pytest.fixture
def generator() -> State:
    return under("weights.")


@pytest.fixture
def discriminator() -> State:
    return under("discriminator.weights.")


def saved(folder: Path, content: Any, **options: Any) -> Path:
    path = folder / "deepunetG_030.pth.tar"
    torch.save(content, path, **options)
    return path


def paint(net: torch.nn.Module) -> Tensor:
    with torch.inference_mode():
        image: Tensor = net(torch.cat([PARITY["input.sketch"], PARITY["input.colors"]], 1)).image
    return image


def refusal(path: Path | State) -> str:
    with pytest.raises(AttnpaintError) as caught:
        import_generator(path)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value.problem


def as_published(state: State) -> dict[str, Any]:
    """Beside the weights lies the optimizer's state, whose entries are names to tensors too."""
    net = torch.nn.Linear(2, 2)
    adam = torch.optim.Adam(net.parameters())
    net(torch.ones(2)).sum().backward()
    adam.step()
    return {"optimizer": adam.state_dict(), "model_state": OrderedDict(state), "last_epoch": 30}


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "before-torch-1.6"])
def test_reads_the_published_layout(tmp_path: Path, generator: State, zipped: bool) -> None:
    path = saved(tmp_path, as_published(generator), _use_new_zipfile_serialization=zipped)
    torch.testing.assert_close(paint(import_generator(path)), PARITY["output.image"], rtol=0, atol=1e-5)


def test_reads_a_bare_state_a_deeper_one_and_names_of_data_parallel(tmp_path: Path, generator: State) -> None:
    parallel = {f"module.{name}": tensor for name, tensor in generator.items()}
    for content in (generator, parallel, {"nets": {"G": parallel}, "epoch": 3}):
        net = import_generator(saved(tmp_path, content))
        torch.testing.assert_close(paint(net), PARITY["output.image"], rtol=0, atol=1e-5)


def test_counters_that_old_versions_did_not_write_are_not_missed(generator: State) -> None:
    old = {name: tensor for name, tensor in generator.items() if "num_batches_tracked" not in name}
    net = import_generator(old)
    assert torch.equal(paint(net), paint(import_generator(generator)))
    assert not any(tensor.is_meta for tensor in net.state_dict().values())


def test_half_precision_weights_become_single(generator: State) -> None:
    net = import_generator({name: t.half() if t.is_floating_point() else t for name, t in generator.items()})
    assert {p.dtype for p in net.parameters()} == {torch.float32}
    assert all(p.requires_grad for p in net.parameters())


def test_the_imported_net_owns_its_tensors(generator: State) -> None:
    net = import_generator(generator)
    before = paint(net)
    for tensor in generator.values():
        tensor.zero_()
    assert torch.equal(paint(net), before)


def test_imports_the_discriminator_too(tmp_path: Path, discriminator: State) -> None:
    net = import_discriminator(saved(tmp_path, {"model_state": discriminator}))
    with torch.inference_mode():
        judged = net(PARITY["input.sketch"], PARITY["output.image"]).logits.sigmoid()
    torch.testing.assert_close(judged, PARITY["discriminator.output"], rtol=0, atol=1e-5)


def test_says_which_net_a_wrong_checkpoint_is(generator: State, discriminator: State) -> None:
    assert "seems to be the attentioned-deep-paint discriminator" in refusal(discriminator)
    assert "seems to be a VGG classifier" in refusal({"features.0.weight": torch.zeros(64, 3, 3, 3)})
    own = import_generator(generator).state_dict()
    assert "seems to be a model of attnpaint itself" in refusal(own)
    assert "its first tensor is w\u00f6rter" in refusal({"w\u00f6rter\n": torch.zeros(1)})
    with pytest.raises(AttnpaintError, match="not the attentioned-deep-paint discriminator"):
        import_discriminator(generator)


def test_names_what_is_missing_unknown_or_of_another_shape(generator: State) -> None:
    del generator["up_sampler.5.conv1.weight"], generator["up_sampler.5.conv1.bias"]
    generator["extra"] = torch.zeros(1)
    generator["last_layer.1.weight"] = torch.zeros(1, 2, 3, 3)
    problem = refusal(generator)
    assert "lacks up_sampler.5.conv1.weight and 1 more" in problem
    assert "has the unknown tensor extra" in problem
    assert "has another shape at last_layer.1.weight" in problem


class Harmful:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


def test_never_runs_what_a_pickle_asks_for(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    plain = tmp_path / "plain.pth"
    plain.write_bytes(pickle.dumps(Harmful(mark)))
    assert "only weights are loaded" in refusal(saved(tmp_path, {"model_state": Harmful(mark)}))
    refusal(plain)
    assert not mark.exists()


def test_refuses_what_is_no_checkpoint(tmp_path: Path, generator: State) -> None:
    whole = saved(tmp_path, generator).read_bytes()
    for content in (b"not a checkpoint", b"", whole[: len(whole) // 2], b"PK\x03\x04", bytes(range(256))):
        path = tmp_path / "other.pth"
        path.write_bytes(content)
        assert "other.pth is not a checkpoint, or is damaged" in refusal(path)
    assert "holds no network weights" in refusal(saved(tmp_path, {"epoch": 3, "names": ["a"]}))
    assert "cannot be read (no such file" in refusal(tmp_path / "absent.pth")
    assert "cannot be read (is a directory" in refusal(tmp_path)


def test_command_writes_a_model_folder(
    tmp_path: Path, generator: State, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, as_published(generator))
    assert main(["import-weights", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"model": str(tmp_path / "deepunetG_030"), "width": 2, "parameters": 48_907}
    net, _ = load_model(tmp_path / "deepunetG_030", "cpu")
    assert torch.equal(paint(net), paint(import_generator(path)))


def test_command_fails_in_one_line_and_leaves_nothing(
    tmp_path: Path, discriminator: State, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, {"model_state": discriminator})
    assert main(["import-weights", str(path), "-o", str(tmp_path / "model")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("attnpaint: deepunetG_030.pth.tar is not the attentioned-deep-paint generator")
    assert error.count("\n") == 1
    assert main(["import-weights", str(path), "-o", str(path)]) == 2
    assert not (tmp_path / "model").exists()
