"""What a recipe wants of a painting, beside that it looks real."""

import pytest
import torch

from attnpaint.data.pairs import Batch
from attnpaint.model.outputs import Outputs
from attnpaint.recipe_file import load_recipe
from attnpaint.training.objective import Objective


@pytest.mark.parametrize(("l1", "huber"), [(2.0, 0.0), (0.0, 3.0), (2.0, 3.0)])
def test_guide_decoders_count_a_share_of_all_that_pixels_count(l1: float, huber: float) -> None:
    settings = [f"loss.l1={l1}", f"loss.huber={huber}", "loss.guides=[0.3, 0.9]", "data.batch_size=2"]
    objective = Objective(load_recipe("style2paints-v1", settings), torch.device("cpu"))
    truth = torch.zeros(2, 3, 8, 8)
    colors, weights = torch.zeros(2, 4, 4, 3, dtype=torch.uint8), torch.full((2, 4, 4), 0.25)
    batch = Batch(torch.ones(2, 1, 8, 8), truth, colors, weights, torch.zeros(2, dtype=torch.bool))
    painted = Outputs(truth + 0.5, guides=(truth + 0.25, truth - 0.5))
    losses = objective(painted, batch, lambda image: ())
    assert losses["guide_entry"].item() == pytest.approx((l1 + huber) * 0.3 * 0.25)
    assert losses["guide_exit"].item() == pytest.approx((l1 + huber) * 0.9 * 0.5)
