"""What every generator is asked in its own test: sizes, gradient, guides, and whether it learns."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.outputs import Outputs

SIZES = [(32, 48), (33, 47), (1, 1), (1, 40), (5, 3)]
STYLE = 6  # numbers of the style vectors in tests


def planes(channels: int, height: int = 32, width: int = 48, count: int = 2, seed: int = 0) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.rand(count, channels, height, width, generator=random) * 2 - 1


def drawing(channels: int, size: int = 32) -> Tensor:
    """White paper with a cross of lines, on every plane."""
    sketch = torch.ones(1, channels, size, size)
    sketch[..., size // 3, :] = sketch[..., :, size // 2] = -1
    return sketch


def painting(size: int = 32) -> Tensor:
    """The answer to that drawing: another colour on each side of its upright line."""
    colors = torch.tensor([[0.8, -0.4, 0.1], [-0.6, 0.5, 0.9]])
    sides = (torch.arange(size) >= size // 2).long()
    return colors[sides].T[None, :, None].expand(1, 3, size, size)


def number_of_parameters(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())


def unreached(net: nn.Module, painted: Outputs) -> list[str]:
    """Names of parameters that a loss on the pictures (and on those of the guides) gives no gradient."""
    pictures = painted.image[:, None] if painted.variants is None else painted.variants
    loss = (pictures.float().square() * torch.rand_like(pictures)).mean()
    for guide in painted.guides:
        loss = loss + (guide.square() * torch.rand_like(guide)).mean()
    loss.backward()
    return [n for n, p in net.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]


def learned(
    net: nn.Module, x: Tensor, steps: int = 40, rate: float = 3e-3, **beside: Tensor
) -> tuple[float, float]:
    """L1 to the painting before and after some steps of Adam on that one pair, in training mode."""
    net.train()
    target = painting(x.shape[-1])
    optimiser = torch.optim.Adam(net.parameters(), rate)
    losses = []
    for _ in range(steps + 1):
        loss = F.l1_loss(net(x, **beside).image, target)
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return losses[0], losses[-1]


def guides_for(net: nn.Module, x: Tensor, style: Tensor) -> Outputs:
    """In training mode, dropped and all, but the same every time."""
    torch.manual_seed(7)
    with torch.no_grad():
        painted: Outputs = net.train()(x, style=style)
    return painted


def check_guide(net: nn.Module, x: Tensor) -> None:
    """A style changes the picture and what the exit's decoder paints, and nothing before it."""
    one, other = torch.randn(2, len(x), STYLE).unbind()
    guide = net.guide
    assert isinstance(guide, nn.Module)
    nn.init.normal_(guide.style.weight)
    first, second = guides_for(net, x, one), guides_for(net, x, other)
    assert [picture.shape for picture in first.guides] == [(len(x), 3, *x.shape[-2:])] * 2
    assert torch.equal(first.guides[0], second.guides[0])
    assert not torch.equal(first.guides[1], second.guides[1])
    assert not torch.equal(first.image, second.image)
    assert net.eval()(x, style=one).guides == ()
