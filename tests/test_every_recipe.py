"""What every recipe must do: train, overfit one pair, be saved and loaded, and paint any size."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate import Accelerator

from attnpaint.config import Recipe
from attnpaint.data.pairs import Batch
from attnpaint.inference.colorizer import Colorizer
from attnpaint.model.build import build_discriminator, build_generator
from attnpaint.model.conditioning import inputs
from attnpaint.model.folder import save_model
from attnpaint.recipe_file import load_recipe, recipe_names
from attnpaint.training.state import TrainingState
from attnpaint.training.step import AdversarialStep, Part

THIN = (
    "generator.widths=[16,32,48]",
    "generator.token_width=16",
    "generator.width=8",
    "discriminator.width=4",
    "guide.weights=random",
    "perceptual.weights=random",
    "loss.adversarial_after=0",
    "data.strangers=0",
    "data.batch_size=1",
    "hints.drop=0",
    "optimiser.warmup=0",
    "training.ema=0",
    "training.precision=fp32",
)
PARAMETERS = {  # of generator without guide decoders, and discriminator
    "attentioned-deep-paint": (48_573_641, 2_769_601),  # published
    "pix2pix": (54_414_531, 2_769_601),  # published
    "auto-painter": (54_417_603, 2_769_601),
    "attnpaint": (19_941_763, 695_777),
    "attnpaint-1": (17_456_993, 695_777),
    "paints-chainer": (18_639_619, None),
    "sgru": (47_827_558, None),
    "sgru-ssn": (47_827_558, None),
    "sgru-hint": (36_502_723, None),
    "two-stage": (13_396_035, None),
}

pytestmark = pytest.mark.usefixtures("narrow_vggs")


def thin(name: str, *settings: str) -> Recipe:
    return load_recipe(name, [*THIN, *settings])


def pair(recipe: Recipe) -> Batch:
    """A drawing of two fields with a line between them, its painting, and the histogram of that."""
    size = 128 if recipe.generator.kind == "attention-unet" else 64  # it halves 64 to a single pixel
    truth = torch.full((1, 3, size, size), 0.6)
    truth[:, 0, :, size // 2 :] = -0.7
    sketch = torch.ones(1, 1, size, size)
    for picture in (truth, sketch):
        picture[..., size // 2 - 1 : size // 2 + 1] = -1
    colors = torch.tensor([[204, 204, 204], [38, 204, 204], [0, 0, 0], [0, 0, 0]], dtype=torch.uint8)
    weights = torch.tensor([0.5, 0.47, 0.03, 0.0])
    return Batch(
        sketch, truth, colors.expand(1, 4, 4, 3), weights.expand(1, 4, 4), torch.zeros(1, dtype=torch.bool)
    )


def stepping(recipe: Recipe) -> AdversarialStep:
    torch.manual_seed(1)
    return AdversarialStep(TrainingState.build(recipe, torch.device("cpu")), recipe, Accelerator(cpu=True))


def matching(step: AdversarialStep, part: Part) -> float:
    """What the recipe wants of the painting beside that it looks real; nothing is dropped by chance twice."""
    torch.manual_seed(2)
    with torch.no_grad():
        painted = step._paint(part)
        losses = step.objective(painted, part.batch, lambda image: step._discriminate(part, image))
    return float(sum(losses.values()))


def psnr(step: AdversarialStep, part: Part) -> float:
    """Of the best of its pictures, in dB."""
    network = step.networks.generator.eval()
    with torch.no_grad():
        painted = step._paint(part)
    network.train()
    several = painted.image[:, None] if painted.variants is None else painted.variants
    errors = ((several - part.batch.truth[:, None]) / 2).square().mean(dim=(2, 3, 4))
    return -10 * float(errors.min().log10())


@pytest.mark.parametrize("name", recipe_names())
def test_parameters_are_the_published_ones_or_those_in_the_table(name: str) -> None:
    recipe = load_recipe(name)
    style = recipe.guide.width
    with torch.device("meta"):
        generator = build_generator(recipe.generator, style)
        discriminator = build_discriminator(recipe.discriminator, style if recipe.loss.style else 0)
    counts = [sum(p.numel() for p in network.parameters()) for network in (generator, discriminator)]
    for count, wanted in zip(counts, PARAMETERS.get(name, (None, None)), strict=True):
        assert wanted in (None, count)
    assert min(counts) > 0


@pytest.mark.parametrize("name", recipe_names())
def test_one_step_lowers_the_loss_on_its_batch(name: str) -> None:
    step = stepping(recipe := thin(name, "optimiser.lr=1e-3"))
    part = step.part(pair(recipe))
    before = matching(step, part)
    numbers = step([part.batch], 0)
    assert matching(step, part) < before
    assert np.isfinite(list(numbers.values())).all()


@pytest.mark.parametrize("name", recipe_names())
@pytest.mark.slow
def test_fifty_steps_overfit_one_pair(name: str) -> None:
    settings = {
        "attentioned-deep-paint": ["optimiser.lr=6e-3"],  # half of its deepest channels are dropped
        "sgru": ["optimiser.lr=6e-3", "perceptual.weight=0.1"],  # two random channels of a VGG say little
    }
    step = stepping(recipe := thin(name, *settings.get(name, ["optimiser.lr=3e-3"])))
    batch = pair(recipe)
    before = psnr(step, step.part(batch))
    for number in range(50):
        step([batch], number)
    assert psnr(step, step.part(batch)) > before + 6


@pytest.mark.parametrize("name", recipe_names())
@pytest.mark.slow
def test_a_saved_model_paints_the_same_picture_of_any_size(name: str, tmp_path: Path) -> None:
    recipe = thin(name)
    style = recipe.guide.width
    torch.manual_seed(3)
    trained = build_generator(recipe.generator, style, decoders=True).eval()
    save_model(tmp_path, trained, recipe, {"steps": 0}, half=False)
    colorizer = Colorizer.load(tmp_path, "cpu")
    random = np.random.default_rng(4)
    drawing = np.full((37, 90), 255, np.uint8)
    drawing[10:30, 20] = drawing[10, 20:70] = 0
    reference = random.integers(0, 256, (50, 40, 3), np.uint8)
    hints = np.zeros((37, 90, 4), np.uint8)
    hints[12:18, 30:40] = (200, 30, 40, 255)
    takes = {*recipe.generator.takes}
    coloring = colorizer.colorize(
        drawing,
        reference if takes & {"histogram", "tokens", "style"} else None,
        hints=hints if takes & {"hint-map", "hint-image"} else None,
    )
    assert coloring.picture.shape == (37, 90, 3)
    batch = pair(recipe)
    given = stepping(recipe).part(batch).given
    x, beside = inputs(recipe.generator, batch.sketch, given, recipe.hints.blur)
    odd, less = inputs(recipe.generator, batch.sketch[..., :33, :21], replace(given, hint=None))
    with torch.no_grad():
        trained.to(memory_format=torch.channels_last)  # as a colorizer's: sums in the same order
        assert torch.equal(colorizer.engine.generators[0](x, **beside).image, trained(x, **beside).image)
        assert colorizer.engine.generators[0](odd, **less).image.shape == (1, 3, 33, 21)
