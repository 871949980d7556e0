"""The sections of a recipe beside the generator's: what each key means, and the bounds of its number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Annotated, Literal

Extractor = Literal["xdog", "dilated", "pencil", "contour"]


@dataclass(frozen=True)
class Range:
    """Bounds of a number, or of each number of a tuple, written at a field as Annotated[int, Range(1, 64)].

    largest: many times what any network of a recipe has: a downloaded file asks for no more memory.
    """

    least: float = -inf
    most: float = inf
    largest: float | None = None


Share = Annotated[float, Range(0, 1)]  # also a probability
NotNegative = Annotated[float, Range(0)]
Count = Annotated[int, Range(0)]
Positive = Annotated[int, Range(1)]


@dataclass(frozen=True)
class GuideConfig:
    """The style vector of the reference, and the backbone that gives it."""

    backbone: str = "vgg19"  # any timm model
    width: Annotated[int, Range(1, largest=65_536)] = 4096  # of its style vector
    weights: str = "hub"  # a file, or random


@dataclass(frozen=True)
class HintConfig:
    """Colours given in training at random places, as a person would paint them in."""

    kind: Literal["map", "patches", "strokes"] = "strokes"  # single pixels, whitened squares, dabs of a brush
    drop: Share = 0.1  # how often none are given
    blur: NotNegative = 0.0  # of the hint image: side of a Gaussian kernel in px, in a picture of 256


@dataclass(frozen=True)
class DiscriminatorConfig:
    """The network that tells real pictures from painted ones."""

    kind: Literal["patch", "stack"] = "patch"  # one answer for each 70×70 patch, or one for the picture
    width: Annotated[int, Range(1, largest=1024)] = 64  # channels of the first layer
    norm: Literal["batch", "instance", "spectral", "none"] = "batch"  # how its layers are normalised
    beside: Literal["sketch", "hint-image", "nothing"] = "sketch"  # what it sees with the picture
    augment: tuple[Literal["color", "shift", "cutout"], ...] = ()  # of all it sees (arXiv 2006.10738)


@dataclass(frozen=True)
class LossConfig:
    """Weights of the named losses; 0 leaves one out."""

    l1: NotNegative = 100.0  # of each pixel
    huber: NotNegative = 0.0  # of each pixel; l1 for large differences, squared for small ones
    masked: bool = False  # l1 and perceptual losses count where the sketch is white
    total_variation: NotNegative = 0.0  # smoothness of the painting
    guides: tuple[float, ...] = (0.3, 0.9)  # L1 of the two guide decoders, entry's and exit's, of l1 + huber
    gan: Literal["bce", "lsgan", "hinge"] = "lsgan"  # how real and painted are told apart
    adversarial: NotNegative = 1.0  # of looking real to the discriminator
    adversarial_after: Count = 0  # steps of painting alone before the discriminator joins
    feature_matching: NotNegative = 0.0  # l1 of the discriminator's activations
    flip_labels: Share = 0.0  # how often the discriminator is told the contrary of a batch
    style: NotNegative = 0.0  # the discriminator also tells the reference's style (AC-GAN, arXiv 1610.09585)
    # These two stand beside a discriminator loss that is the mean, not the sum, of its halves.
    lecam: NotNegative = 0.0  # the discriminator's answers stay near their past means (arXiv 2104.03310)
    r1: NotNegative = 0.0  # γ: its gradient at real pictures stays small (arXiv 1801.04406)
    r1_every: Positive = 16  # steps; the term is as many times as heavy then
    pointing: NotNegative = 0.0  # likelihood of the truth's colours under the pointer's shares
    palette: NotNegative = 0.0  # stray and unused colours, with the truth's own palette
    stranger_palette: NotNegative = 0.0  # the same, with another picture's palette
    flatness: NotNegative = 0.0  # pointer maps change only at lines
    regions: NotNegative = 0.0  # likelihood of each region's true colour under the region stage's shares
    likeness: NotNegative = 0.0  # regions of one colour have like embeddings, others have not
    parts: NotNegative = 0.0  # likelihood of each region's part, where it is known
    same: NotNegative = (
        0.0  # likelihood of the place that shows the same, where the reference is another view
    )


@dataclass(frozen=True)
class PerceptualConfig:
    """Distance of activations: of a timm backbone's named layers, or of the discriminator's own."""

    weight: NotNegative = 0.0  # of the loss; 0 leaves it out
    backbone: str = "vgg19"  # any timm model, or `discriminator`
    layers: tuple[str, ...] = ()  # of the backbone, by timm's names
    layer_weights: tuple[float, ...] = ()  # one for each; none: all 1
    distance: Literal["l1", "l2", "rms"] = "l1"  # l2 is squared, rms its root
    weights: str = "hub"  # a file, or random


@dataclass(frozen=True)
class DataConfig:
    """How training pictures are drawn, and what happens to them and to their references."""

    size: Annotated[int, Range(24, largest=16_384)] = 512  # px; the side of the square
    batch_size: Positive = 4  # pictures in a step
    workers: Annotated[int, Range(-1)] = -1  # processes that load; -1: 1, beside a GPU one per core but one
    extractors: tuple[Extractor, ...] = ()  # that drawings are made with; none: all
    line_art: Share = 0.7  # how often a genuine drawing is used where there is one
    zoom: NotNegative = 0.0  # largest extra zoom: 0.5 shows as little as 1/1.5 of the picture
    rotate: Annotated[float, Range(0, 180)] = 0.0  # degrees
    shear: Annotated[float, Range(0, 60)] = 0.0  # degrees
    shift: Share = 0.0  # of the size, on top of what zoom leaves free
    flip: bool = True  # mirror half of the pictures
    recolour: Share = 0.0  # probability of turning all colours about grey
    repaint: Share = 0.0  # probability that people with known parts get other natural colours, part by part
    shuffle: Share = 0.0  # probability that a reference is cut into tiles that change places
    other_crop: Share = 0.0  # probability that the histogram is measured from another crop
    other_view: Share = 0.0  # probability that the whole reference is another view: zoom, rotation, shear
    permute_bands: Share = 0.0  # probability that the bands change places
    shift_bands: Share = 0.0  # probability that the edges of the reference's bands are moved
    drop_bands: Share = 0.0  # probability that bands take the colours of the band beside them
    drop_ranks: Share = 0.0  # probability that the lighter colours of a band are left out
    regions: Annotated[int, Range(0, 512)] = 0  # of a drawing that the network is told, at most; 0: none
    ground_apart: bool = False  # a reference's flat ground and its lines do not count in its histogram
    least_crop: Share = 0.6  # share of each side that the crop for the histogram shows at least
    siblings: Share = 0.0  # probability that the reference is another picture of the same character
    mirror: Share = 0.0  # probability that the reference is mirrored
    unknown: Share = 0.0  # probability that the network is told the palette alone of a reference
    strangers: Share = 0.0  # share of each batch painted from another picture's palette
    wear: Share = 0.0  # probability of each kind of wear of a drawing: noise, gaps, thickness, grey paper
    noise: Share = 0.0  # largest standard deviation of Gaussian noise on the drawing, of 1 for white
    balance: Share = 1.0  # a source of n pictures is drawn n**balance times: 1 by picture, 0 by source
    boost: Mapping[str, float] = field(default_factory=dict)  # source → factor on top
    exclude_licences: tuple[str, ...] = ()  # refused where a manifest.csv lies beside the data

    @property
    def strangers_in_batch(self) -> int:
        return round(self.strangers * self.batch_size)


@dataclass(frozen=True)
class OptimiserConfig:
    """AdamW, and the course of its learning rates."""

    lr: NotNegative = 2e-4  # the generator's learning rate
    discriminator_lr: NotNegative = 2e-4  # its learning rate
    betas: tuple[float, ...] = (0.5, 0.999)  # of AdamW
    weight_decay: NotNegative = 0.0  # of AdamW
    warmup: Count = 0  # steps over which the learning rate rises
    schedule: Literal["constant", "linear", "cosine"] = "constant"  # after the warm-up
    decay_after: Share = 0.0  # share of the steps after which linear or cosine begins to fall
    floor: Share = 0.1  # share of the learning rate that is left at the end
    clip: NotNegative = 0.0  # gradient norm; 0 does not clip
    encoder_lr: Share = 0.15  # share of the learning rate for the region stage's encoder


@dataclass(frozen=True)
class TrainingConfig:
    """How long a run is, and what it does every so many steps."""

    steps: Positive = 20_000  # of the first network
    seed: Count = 0  # equal seeds give equal runs
    ema: Annotated[float, Range(0, 0.999999)] = 0.999  # how much of the averaged weights stays at each step
    pool: Count = 50  # past paintings that the discriminator is shown; 0: none
    precision: Literal["auto", "fp32", "bf16"] = "auto"  # auto: bf16 where the device computes it
    validate_every: Count = 500  # steps; 0: never
    checkpoint_every: Count = 500  # steps
    log_every: Count = 1  # steps
    keep: Positive = 2  # last checkpoints; the best one is kept beside them
    accumulate: Positive = 1  # parts that a batch is taken in, one after the other
    stage_only: bool = False  # the region stage learns, the network below it stays as it is
    imagenet: bool = False  # the region stage's encoder starts from ImageNet weights
    compile: bool = False  # torch.compile: slow to start, needs a C++ compiler


@dataclass(frozen=True)
class RefineConfig:
    """A second network that paints on the first one's draft; 0 steps: none."""

    steps: Count = 0  # of the second network
    bundles: Positive = 1000  # drafts of the half-trained first network that it learns from
