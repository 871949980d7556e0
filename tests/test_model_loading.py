"""Loading draws no random start, keeps no hold on the file, and lays weights out as asked."""

from pathlib import Path

import pytest
import torch
from painting import recipe_of, saved
from safetensors.torch import save_file

from attnpaint.model.build import build_generator
from attnpaint.model.folder import load_model
from attnpaint.model.model_config import WEIGHTS


@pytest.mark.parametrize("kind", ["attention-unet", "residual-unet", "pix2pix-unet"])
def test_every_number_is_the_files_or_the_networks_own_constant(kind: str, tmp_path: Path) -> None:
    recipe = recipe_of(kind, width=8)
    folder = saved(tmp_path, recipe)
    torch.manual_seed(0)
    made = build_generator(recipe.generator)  # what `saved` wrote, as halves
    loaded, _ = load_model(folder)
    for (name, tensor), (_, wanted) in zip(loaded.named_parameters(), made.named_parameters(), strict=True):
        assert torch.equal(tensor, wanted.half().float()), name
        assert tensor.requires_grad
    for (name, tensor), (_, wanted) in zip(loaded.named_buffers(), made.named_buffers(), strict=True):
        assert torch.equal(tensor, wanted), name


def test_the_chance_of_a_run_does_not_hang_on_it(tmp_path: Path) -> None:
    folder = saved(tmp_path, recipe_of("residual-unet", width=8))
    before = torch.get_rng_state()
    load_model(folder)
    assert torch.equal(torch.get_rng_state(), before)


def test_networks_built_afterwards_start_at_random_as_ever(tmp_path: Path) -> None:
    load_model(saved(tmp_path, recipe_of("residual-unet", width=8)))
    torch.manual_seed(3)
    first = torch.nn.Conv2d(3, 4, 3).weight
    torch.manual_seed(3)
    assert torch.equal(torch.nn.Conv2d(3, 4, 3).weight, first)
    assert first.abs().sum() > 0


def test_a_file_written_over_changes_no_model_that_was_loaded(tmp_path: Path) -> None:
    loaded, _ = load_model(saved(tmp_path, recipe_of("residual-unet", width=8)))
    full = {name: tensor.clone() for name, tensor in loaded.state_dict().items()}
    save_file(full, tmp_path / WEIGHTS)  # fp32 now, as the network's own: nothing to convert
    loaded, _ = load_model(tmp_path)
    with (tmp_path / WEIGHTS).open("r+b") as file:
        file.write(bytes((tmp_path / WEIGHTS).stat().st_size))
    assert all(torch.equal(tensor, full[name]) for name, tensor in loaded.state_dict().items())


def test_channels_last_is_a_matter_of_layout_alone(tmp_path: Path) -> None:
    folder = saved(tmp_path, recipe_of("residual-unet", width=8))
    plain, laid = load_model(folder)[0].state_dict(), load_model(folder, channels_last=True)[0].state_dict()
    assert all(torch.equal(plain[name], laid[name]) for name in plain)
    kernels = [tensor for tensor in laid.values() if tensor.dim() == 4]
    assert kernels
    assert all(tensor.is_contiguous(memory_format=torch.channels_last) for tensor in kernels)
