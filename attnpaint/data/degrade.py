"""Degraded drawings: lines extracted, then noise, gaps, thickness, grey paper; colours recoloured.

What is done to a picture is chosen at random by the worker, and done by OpenCV for one picture, or in torch
for a batch on an accelerator; the same but for the fields of noise.
"""

from dataclasses import astuple, dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from attnpaint.config import DataConfig
from attnpaint.data.augment import colour_turn, recolour
from attnpaint.data.device_lines import TWINS
from attnpaint.data.lines import EXTRACTORS, Color, Grey, extract_lines

GENUINE = -1
NO_GAPS = 9.0  # above all that a field of random numbers reaches


@dataclass(frozen=True)
class Degradation:
    """What has happened to a drawing, 1 for white; the values here are those of an unworn one.

    thick: 1 where lines grow by a pixel. ink: what is left of it. contrast and lift: about middle grey.
    gaps: lines vanish where a smooth field of random numbers is above this. paper: its tone. grain: standard
    deviation of Gaussian noise.
    """

    thick: float = 0.0
    ink: float = 1.0
    contrast: float = 1.0
    lift: float = 0.0
    gaps: float = NO_GAPS
    paper: float = 1.0
    grain: float = 0.0

    @classmethod
    def draw(cls, random: np.random.Generator, chance: float, noise: float = 0.0) -> "Degradation":
        """Each kind with probability `chance`; on top of it Gaussian noise of at most `noise`."""
        happens = random.random(6) < chance
        ink, contrast, lift = random.uniform(0.4, 1.0), random.uniform(1, 4), random.uniform(-0.2, 0.2)
        gaps, paper = random.uniform(0.85, 1.0), random.uniform(0.88, 1.0)
        grain = random.uniform(0.005, 0.04) * happens[5]
        return cls(
            float(happens[0]),
            ink if happens[1] else cls.ink,
            contrast if happens[2] else cls.contrast,
            lift if happens[2] else cls.lift,
            gaps if happens[3] else cls.gaps,
            paper if happens[4] else cls.paper,
            float(np.hypot(grain, random.uniform(0, noise))),  # two Gaussians are one
        )


@dataclass(frozen=True, eq=False)
class Plan:
    """extractor: a place in EXTRACTORS, or GENUINE for a drawing that is there already; strength: 0 to 1.

    turn: 3×3, of the colours; seed: of the fields of noise, under 2**31.
    """

    extractor: int
    strength: float
    turn: npt.NDArray[np.float32]
    wear: Degradation
    seed: int

    @classmethod
    def draw(cls, random: np.random.Generator, config: DataConfig) -> "Plan":
        """With an extractor; `GENUINE` takes its place where a drawing is found."""
        chosen: tuple[str, ...] = config.extractors or tuple(EXTRACTORS)
        return cls(
            list(EXTRACTORS).index(chosen[random.integers(len(chosen))]),
            float(random.random()),
            colour_turn(random) if random.random() < config.recolour else np.eye(3, dtype=np.float32),
            Degradation.draw(random, config.wear, config.noise),
            int(random.integers(2**31)),
        )

    @property
    def turns(self) -> bool:
        return not np.array_equal(self.turn, np.eye(3))


FLAW = 12  # px: how far apart the random numbers are that gaps are made of
_MASK = 2**32 - 1


def render(picture: Color, drawing: Grey | None, plan: Plan) -> tuple[Grey, Color]:
    """(drawing H×W, picture H×W×3) of a picture and its genuine drawing, if there is one."""
    if drawing is None:
        drawing = extract_lines(picture, plan.extractor, plan.strength)
    return degrade(drawing, plan.wear, plan.seed), recolour(picture, plan.turn) if plan.turns else picture


def degrade(drawing: Grey, how: Degradation, seed: int) -> Grey:
    """The drawing, uint8 H×W, as `how` says; seed: of its fields of noise."""
    random = np.random.default_rng(seed)
    if how.thick:
        drawing = cv2.erode(drawing, np.ones((2, 2), np.uint8)).astype(np.uint8, copy=False)
    tone = 1 - (1 - np.arange(256, dtype=np.float32) / 255) * how.ink
    tone = np.clip((tone - 0.5) * how.contrast + 0.5 + how.lift, 0, 1) * how.paper
    if (how.ink, how.contrast, how.lift, how.paper) != (1, 1, 0, 1):
        drawing = cv2.LUT(drawing, (tone * 255 + 0.5).astype(np.uint8)).astype(np.uint8, copy=False)
    height, width = drawing.shape
    if how.gaps < NO_GAPS:
        few = random.random((max(2, height // FLAW), max(2, width // FLAW)), dtype=np.float32)
        field = cv2.resize(few, (width, height), interpolation=cv2.INTER_CUBIC)
        drawing = np.where(field > how.gaps, np.uint8(how.paper * 255 + 0.5), drawing)
    if how.grain:
        noise = random.standard_normal(drawing.shape, dtype=np.float32) * np.float32(255 * how.grain)
        drawing = cv2.convertScaleAbs(np.maximum(noise + drawing, 0)).astype(np.uint8, copy=False)
    return drawing


@dataclass(frozen=True)
class Plans:
    """Plans of a batch. groups: for each extractor, which pictures it draws; made on the CPU, so that nothing
    has to be asked of the device."""

    strength: Tensor  # N
    turn: Tensor  # N 3 3
    wear: Tensor  # N, fields of Degradation
    seed: Tensor  # N, int64
    groups: tuple[Tensor, ...]  # int64

    @classmethod
    def of(cls, plans: list[Plan]) -> "Plans":
        extractor = torch.tensor([plan.extractor for plan in plans])
        return cls(
            torch.tensor([plan.strength for plan in plans]),
            torch.from_numpy(np.stack([plan.turn for plan in plans])),
            torch.tensor([astuple(plan.wear) for plan in plans]),
            torch.tensor([plan.seed for plan in plans]),
            tuple((extractor == index).nonzero()[:, 0] for index in range(len(TWINS))),
        )

    def to(self, device: torch.device) -> "Plans":
        strength, turn, wear, seed, *groups = (
            tensor.to(device, non_blocking=True)
            for tensor in (self.strength, self.turn, self.wear, self.seed, *self.groups)
        )
        return Plans(strength, turn, wear, seed, tuple(groups))

    def pin_memory(self) -> "Plans":
        """Called by the loader."""
        strength, turn, wear, seed, *groups = (
            tensor.pin_memory() for tensor in (self.strength, self.turn, self.wear, self.seed, *self.groups)
        )
        return Plans(strength, turn, wear, seed, tuple(groups))


@torch.no_grad()
def render_batch(pictures: Tensor, drawings: Tensor, plans: Plans) -> tuple[Tensor, Tensor]:
    """(drawings N×1×H×W, pictures N×3×H×W) in 256 steps of [-1, 1], from uint8 ones of these shapes.

    All on one device; a drawing is used where no extractor is planned.
    """
    colors, tone = pictures.float(), drawings.float() / 255
    for extract, which in zip(TWINS.values(), plans.groups, strict=True):
        if len(which):
            tone = tone.index_copy(0, which, _stepped(extract(colors[which], plans.strength[which])))
    red, green, blue = colors.split(1, dim=1)
    turn = plans.turn[..., None, None]  # N 3 3 1 1
    turned = torch.addcmul(torch.addcmul(turn[:, :, 0] * red, turn[:, :, 1], green), turn[:, :, 2], blue)
    return degrade_batch(tone, plans) * 2 - 1, turned.round().clamp(0, 255) / 127.5 - 1


def degrade_batch(tone: Tensor, plans: Plans) -> Tensor:
    """Drawings N×1×H×W in [0, 1], worn; in 256 steps."""
    thick, ink, contrast, lift, gaps, paper, grain = plans.wear[..., None, None, None].unbind(1)
    thicker = -F.max_pool2d(F.pad(-tone, (1, 0, 1, 0), value=-1.0), 2, 1)  # the least of 2×2 px
    tone = torch.where(thick > 0, thicker, tone)
    tone = ((1 - (1 - tone) * ink - 0.5) * contrast + 0.5 + lift).clamp(0, 1)
    height, width = tone.shape[2:]
    few = uniform(plans.seed, max(2, height // FLAW), max(2, width // FLAW), 0)
    field = F.interpolate(few, (height, width), mode="bicubic", align_corners=False)
    tone = torch.where(field > gaps, torch.ones_like(tone), tone) * paper
    radius = (-2 * uniform(plans.seed, height, width, 1).log()).sqrt()
    normal = radius * torch.cos(2 * torch.pi * uniform(plans.seed, height, width, 2))  # Box and Muller 1958
    return _stepped(tone + normal * grain)


def uniform(seed: Tensor, height: int, width: int, layer: int) -> Tensor:
    """N×1×H×W random numbers in (0, 1), told by each picture's seed (N,) and the layer alone, on any device.

    A hash of the place (Wellons 2018, "lowbias32"): no random state that a batch would have to share.
    """
    place = torch.arange(height * width, device=seed.device)
    key = _mixed((seed + layer * 0x9E3779B9) & _MASK)
    bits = _mixed((key[:, None] + place * 0x85EBCA6B) & _MASK) >> 8
    return ((bits.float() + 0.5) / 2**24).view(-1, 1, height, width)


def _mixed(x: Tensor) -> Tensor:
    """32 bits to 32 bits in int64."""
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & _MASK
    x = ((x ^ (x >> 15)) * 0x846CA68B) & _MASK
    return x ^ (x >> 16)


def _stepped(tone: Tensor) -> Tensor:
    return (tone.clamp(0, 1) * 255 + 0.5).floor() / 255
