"""What a network in training is given beside its sketch, where the palette is another picture's."""

import pytest
import torch

from attnpaint.model.conditioning import Palette
from attnpaint.recipe_file import load_recipe
from attnpaint.training.conditions import Conditions

STRANGER = torch.tensor([False, True, False, True])


@pytest.mark.usefixtures("narrow_vggs")
def test_a_stranger_gets_neither_hint_nor_style() -> None:
    recipe = load_recipe(
        "attentioned-deep-paint",
        [
            'generator.conditioning=["histogram", "hint-image", "style"]',
            "guide.weights=random",
            "hints.kind=patches",
            "discriminator.beside=hint-image",
            "data.strangers=0.5",
        ],
    )
    conditions = Conditions(recipe, torch.device("cpu"))
    truth = torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1
    palette = Palette(torch.zeros(4, 4, 4, 3), torch.ones(4, 4, 4))
    given = conditions(truth, palette, (0, 0), 0, unpaired=STRANGER)
    whole = conditions(truth, palette, (0, 0), 0)
    assert given.hint is not None
    assert given.style is not None
    assert whole.hint is not None
    assert whole.style is not None
    for name, some, every in (("hint", given.hint, whole.hint), ("style", given.style, whole.style)):
        assert every.flatten(1).any(dim=1).all(), name
        assert not some[STRANGER].any(), name
        assert torch.equal(some[~STRANGER], every[~STRANGER]), name
    blank = conditions.beside(torch.full((4, 1, 32, 32), -1.0), given)
    assert (blank[STRANGER] == 1).all()  # white paper
    assert (blank[~STRANGER] < 1).flatten(1).any(dim=1).all()

    told = torch.ones(4, 4, 32, 32)  # from a file
    kept = conditions(truth, palette, (0, 0), 0, told, STRANGER).hint
    assert kept is not None
    assert kept.flatten(1).any(dim=1).tolist() == (~STRANGER).tolist()
