"""The pool of past fakes that the discriminator is shown (Shrivastava et al., arXiv 1612.07828)."""

from typing import Any

import torch
from torch import Tensor


class HistoryPool:
    """Up to `capacity` past fakes, and a random stream of its own: a resumed run goes on as it would have.

    A conditional discriminator must see a past fake beside its own drawing: give sketch‖image, 4 or 6
    channels, as the ancestor does.
    """

    def __init__(self, capacity: int = 50, seed: int = 0) -> None:
        self.capacity = capacity
        self.random = torch.Generator().manual_seed(seed)
        self.fakes: list[Tensor] = []

    def __call__(self, fakes: Tensor) -> Tensor:
        """fakes N×C×H×W → as many to show, detached.

        Until the pool is full it takes in every fake and shows it. Then each fake is, with probability ½,
        swapped with a random stored one. Fakes of another shape (a stage at another size) empty it first.
        """
        if self.fakes and self.fakes[0].shape != fakes.shape[1:]:
            self.fakes.clear()
        return torch.stack([self._exchange(fake) for fake in fakes.detach()])

    def _exchange(self, fake: Tensor) -> Tensor:
        if len(self.fakes) < self.capacity:
            self.fakes.append(fake.clone())
            return fake
        if self.capacity == 0 or torch.rand((), generator=self.random) < 0.5:
            return fake
        place = int(torch.randint(self.capacity, (), generator=self.random))
        shown, self.fakes[place] = self.fakes[place].to(fake), fake.clone()
        return shown

    def state_dict(self) -> dict[str, Any]:
        """Tensors only: it goes into the checkpoint and comes back with weights_only."""
        return {"fakes": list(self.fakes), "random": self.random.get_state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.fakes = [fake.clone() for fake in state["fakes"][: self.capacity]]
        self.random.set_state(state["random"].cpu())
