"""The discriminator as a judge of style: which features has the reference that this was painted from?"""

from torch import Tensor
from torch.nn import functional as F


def style_loss(logits: Tensor, style: Tensor) -> Tensor:
    """Sigmoid cross-entropy of a discriminator's style logits N×S to a style vector N×S, per picture (N,).

    In AC-GAN (arXiv 1610.09585) discriminator and generator both want the class to be recognised: the first
    of true pictures, the second of its own. style2paints v1 (arXiv 1706.03319) has a vector of 4096 numbers,
    V(x), for the class; its loss, as we remember it, wants V(x) of true pictures and zeros of painted ones.
    How fc1's numbers become labels is not told. Our choice: `labels`, their mean, and AC-GAN's loss, for
    zeros would only say once more that a picture is painted.
    """
    return F.binary_cross_entropy_with_logits(logits.float(), labels(style.float()), reduction="none").mean(
        dim=1
    )


def labels(style: Tensor) -> Tensor:
    """How far each feature is present, in [0, 1): 0 where it is not positive, else its tanh.

    A style vector after ReLU (VGG's fc1) is mostly zeros, which a sigmoid would call half present.
    """
    return F.relu(style).tanh().detach()
