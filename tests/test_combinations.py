"""Parts of a recipe that do not fit each other are refused, with the reason and a way out."""

import pytest
import torch

from attnpaint.config import OWN_FEATURES
from attnpaint.errors import UsageError
from attnpaint.model.build import build_discriminator, build_generator
from attnpaint.model.conditioning import Palette, stack
from attnpaint.recipe_file import load_recipe

REFUSED = [
    ("pix2pix", 'generator.conditioning=["tokens"]', "pix2pix-unet cannot take tokens", "palette-unet"),
    ("attnpaint", 'generator.conditioning=["hint-map"]', "palette-unet cannot take hint-map", "swish-unet"),
    ("attnpaint", 'generator.conditioning=["histogram"]', "needs palette tokens", "add tokens"),
    ("pix2pix", "generator.variants=9", "pix2pix-unet paints one picture", "swish-unet"),
    ("sgru-hint", 'generator.kind="chainer-unet"', "cannot take hint-map", "swish-unet"),
    ("pix2pix", "generator.head=rgb", "has its own head", "leave generator.head away"),
    ("pix2pix", "loss.pointing=1", "needs pointer maps", "loss.pointing = 0"),
    ("attnpaint", "generator.head=rgb", "needs pointer maps", "loss.pointing = 0"),
    ("pix2pix", "data.strangers=0.5", "takes none", "data.strangers = 0"),
    ("pix2pix", "discriminator.beside=hint-image", "gets none", "discriminator.beside = sketch"),
    ("pix2pix", "loss.style=1", "needs the style vector", "add style"),
    ("sgru", "perceptual.layers=[]", "perceptual.layers", "layer"),
    ("sgru", "perceptual.layer_weights=[1.0]", "not as many as its layers", "one for each"),
    ("pix2pix", 'generator.conditioning=["draft"]', "with its hints", "add hint-image"),
    ("pix2pix", "refine.steps=10", "with its hints", "add hint-image"),
    ("attentioned-deep-paint", 'generator.conditioning=["style", "style"]', "names style twice", "once"),
    ("style2paints-v1", "generator.width=12", "generator.width = 12 cannot work", "a multiple of 8"),
    ("sgru", "perceptual.backbone=discriminator", "layers are a backbone's", "layers = []"),
    ("sgru-ssn", "perceptual.layer_weights=[1.0, 2.0]", "has 4 activations", "give 4 or none"),
    ("sgru-ssn", "loss.adversarial=0", "does not learn from the first step", "loss.adversarial above 0"),
    ("sgru-ssn", "loss.adversarial_after=5", "does not learn from the first step", "adversarial_after = 0"),
    ("style2paints-v1", "loss.guides=[0.3]", "are not two", "entry"),
]


@pytest.mark.parametrize(("recipe", "setting", "reason", "way_out"), REFUSED)
def test_an_impossible_pair_is_refused(recipe: str, setting: str, reason: str, way_out: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_recipe(recipe, [setting])
    assert reason in caught.value.problem
    assert way_out in caught.value.remedy


@pytest.mark.parametrize(
    ("recipe", "conditioning"),
    [
        ("attnpaint", ("histogram", "tokens", "style")),
        ("attnpaint", ("tokens",)),
        ("attnpaint", ("histogram", "tokens", "hint-image")),
        ("attentioned-deep-paint", ("histogram", "style")),
        ("attentioned-deep-paint", ("hint-image",)),
        ("pix2pix", ("histogram",)),
        ("sgru", ("hint-map", "style")),
        ("style2paints-v1", ("style", "hint-image", "histogram")),
        ("two-stage", ("hint-image", "style")),
    ],
)
def test_what_a_generator_can_take_is_composed(recipe: str, conditioning: tuple[str, ...]) -> None:
    listed = ", ".join(f'"{name}"' for name in conditioning)
    settings = [f"generator.conditioning=[{listed}]"]
    assert load_recipe(recipe, settings).generator.takes == conditioning


def test_none_and_the_usual_are_told_apart() -> None:
    assert load_recipe("attentioned-deep-paint").generator.takes == ("histogram",)
    bare = load_recipe("attentioned-deep-paint", ['generator.conditioning=["none"]'])
    assert bare.generator.takes == ()


@pytest.mark.parametrize("kind", ["patch", "stack"])
def test_either_discriminator_tells_styles_and_has_as_many_activations_as_are_asked_for(kind: str) -> None:
    settings = [f"discriminator.kind={kind}", "discriminator.width=4", "guide.width=5"]
    recipe = load_recipe("style2paints-v1", settings)
    judged = build_discriminator(recipe.discriminator, recipe.guide.width).eval()(
        None, torch.rand(2, 3, 64, 64)
    )
    assert judged.style is not None
    assert judged.style.shape == (2, 5)
    assert len(judged.features) == OWN_FEATURES
    load_recipe(
        "sgru-ssn", [f"discriminator.kind={kind}", f"perceptual.layer_weights={[1.0] * OWN_FEATURES}"]
    )


@pytest.mark.parametrize(
    ("size", "count", "accumulate"), [(64, 1, 1), (24, 1, 1), (65, 1, 1), (64, 2, 1), (64, 2, 2)]
)
def test_batch_norm_of_one_place_is_refused_and_no_more_than_that(
    size: int, count: int, accumulate: int
) -> None:
    settings = [f"data.size={size}", f"data.batch_size={count}", f"training.accumulate={accumulate}"]
    bare = load_recipe("attentioned-deep-paint", ["generator.width=2"]).generator
    network = build_generator(bare).train()
    pictures = count // accumulate
    palette = Palette(torch.zeros(pictures, 4, 4, 3), torch.ones(pictures, 4, 4))
    drawings = stack(torch.rand(pictures, 1, size, size), palette)
    if size > 64 or pictures > 1:
        load_recipe("attentioned-deep-paint", settings)
        assert network(drawings).image.isfinite().all()
        return
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        network(drawings)
    with pytest.raises(UsageError, match=f"single pictures of {size} px"):
        load_recipe("attentioned-deep-paint", settings)
