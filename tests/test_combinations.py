"""Parts of a recipe that do not fit each other are refused, with the reason and a way out."""

import pytest

from attnpaint.errors import UsageError
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
    ("style2paints-v1", "discriminator.kind=stack", "tells no styles", "discriminator.kind = patch"),
    ("sgru", "perceptual.layers=[]", "perceptual.layers", "layer"),
    ("sgru", "perceptual.layer_weights=[1.0]", "not as many as its layers", "one for each"),
    ("pix2pix", 'generator.conditioning=["draft"]', "with its hints", "add hint-image"),
    ("pix2pix", "refine.steps=10", "no second stage", "refine.steps = 0"),
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
