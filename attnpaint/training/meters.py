"""Named numbers of a step, which lie on the device until the step is done."""

from collections.abc import Mapping

import torch
from accelerate import Accelerator
from torch import Tensor


class Meters:
    """Scalars, added up on the device; the processes' mean is taken once."""

    def __init__(self) -> None:
        self.sums: dict[str, Tensor] = {}

    def add_all(self, values: Mapping[str, Tensor], parts: int) -> None:
        """The values of one of `parts` equal parts of the batch."""
        for name, value in values.items():
            share = value.detach().float() / parts
            self.sums[name] = self.sums[name] + share if name in self.sums else share

    def over(self, accelerator: Accelerator) -> dict[str, float]:
        means = accelerator.reduce(torch.stack(list(self.sums.values())), "mean")
        return dict(zip(self.sums, means.tolist(), strict=True))
