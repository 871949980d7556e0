"""Checkpoints from strangers: read whole, or refused in one line, without the memory they ask for."""

import resource
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError
from attnpaint.model.attention_unet import AttentionUNet
from attnpaint.model.checkpoint_file import read_checkpoint
from attnpaint.model.importer import PIECES, THEIRS


def saved(path: Path, content: Any, **options: Any) -> Path:
    torch.save(content, path, **options)
    return path


def told(path: Path) -> str:
    with pytest.raises(AttnpaintError) as caught:
        read_checkpoint(path, "give another")
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("; give another")
    return caught.value.problem


@pytest.mark.parametrize("zipped", [True, False])
def test_whole_ones_are_read(tmp_path: Path, zipped: bool) -> None:
    content = {"epoch": 3, "state": {"a": torch.randn(3, 2), "b": torch.arange(4)}, "tags": ["x", (1, None)]}
    found = read_checkpoint(
        saved(tmp_path / "a.pt", content, _use_new_zipfile_serialization=zipped), "give another"
    )
    assert torch.equal(found["state"]["a"], content["state"]["a"])
    assert found["tags"] == ["x", (1, None)]


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), float("-inf"), complex(0, float("nan"))], ids=str
)
@pytest.mark.parametrize("kind", [torch.float32, torch.float16, torch.bfloat16, torch.complex64])
def test_numbers_that_are_not_finite_are_refused(tmp_path: Path, value: complex, kind: torch.dtype) -> None:
    tensor = torch.zeros(5, dtype=torch.complex64)
    tensor[2] = value
    tensor = tensor.to(kind) if kind.is_complex else torch.where(tensor.isfinite(), 0, torch.nan).to(kind)
    path = saved(tmp_path / "a.pt", {"net": [{"layer.weight": tensor}]})
    assert "layer.weight, with numbers that are not finite" in told(path)


@pytest.mark.parametrize("shape", [(10**6, 10**6), (2**40,), (1, 10**9, 4)])
def test_a_tensor_of_more_numbers_than_the_file_has_costs_nothing(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    path = saved(tmp_path / "a.pt", {"w": torch.zeros(1).expand(shape)})
    assert path.stat().st_size < 10_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "w, of more numbers than the file holds" in told(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize(
    "made", [lambda w: w.to_sparse(), lambda w: w.to_sparse_csr(), lambda w: w.to("meta")]
)
def test_other_ways_to_store_a_tensor_are_refused(
    tmp_path: Path, made: Callable[[torch.Tensor], torch.Tensor]
) -> None:
    problem = told(saved(tmp_path / "a.pt", {"w": made(torch.eye(4))}))
    assert "stored in a way that is not read" in problem or "is not a checkpoint" in problem


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packed_archive_is_not_unpacked(tmp_path: Path, method: int) -> None:
    whole, path = saved(tmp_path / "whole.pt", {"w": torch.zeros(3_000_000)}), tmp_path / "bomb.pt"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w", method) as bomb:
        for member in source.infolist():
            bomb.writestr(member.filename, source.read(member))
    assert path.stat().st_size < 100_000
    assert "is a compressed archive" in told(path)


@pytest.mark.parametrize("depth", [40, 400, 20_000])
def test_what_is_nested_deep_is_no_checkpoint(tmp_path: Path, depth: int) -> None:
    pickled = b"\x80\x02" + b"]" * (depth + 1) + b"a" * depth + b"."  # [[[…]]]
    path = saved(tmp_path / "whole.pt", [1])
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "deep.pt", "w") as deep:
        for member in source.infolist():
            ours = member.filename.endswith("data.pkl")
            deep.writestr(member.filename, pickled if ours else source.read(member))
    assert "is not a checkpoint" in told(tmp_path / "deep.pt")


@pytest.mark.parametrize("data", [b"", b"PK", b"\x80\x02.", b"\x80\x02}.", struct.pack("<q", 2**62) * 9])
def test_other_bytes_are_no_checkpoint(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.pth"
    path.write_bytes(data)
    assert "is not a checkpoint" in told(path)


@pytest.mark.parametrize("name", ["w", "layer.bias", "x" * 300 + "end"])
def test_the_command_tells_the_tensor(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    state = {PIECES.sub(lambda m: THEIRS[m[0]], k): v for k, v in AttentionUNet(2).state_dict().items()}
    path = saved(tmp_path / "a.pth.tar", {"generator": {**state, name: torch.tensor([float("nan")])}})
    assert main(["import-weights", str(path), "-o", str(tmp_path / "out")]) == 1
    line = capsys.readouterr().err
    assert len(line.splitlines()) == 1
    assert f"{name[-60:]}, with numbers that are not finite" in line
    assert not (tmp_path / "out").exists()
