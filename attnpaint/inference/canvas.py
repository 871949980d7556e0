"""The regions and palette shares of a painting: what stays when its colours change."""

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.extract import Histogram
from attnpaint.images import Picture, nearest, resize, to_grey
from attnpaint.inference.assign import choose_colors
from attnpaint.inference.drawing import Drawing, tone_of, without_lines
from attnpaint.inference.engine import Answers, Floats, Maps
from attnpaint.inference.groups import (
    PAPER,
    SURE,
    choose_for_groups,
    cut_off,
    ground_pieces,
    is_colored,
    joined,
    leaders,
)
from attnpaint.inference.upsample import enlarge_labels, enlarge_within
from attnpaint.segment.borders import Borders, join_open
from attnpaint.segment.regions import (
    PAGE,
    Counts,
    Labels,
    extent,
    find_regions,
    in_pieces,
    is_strip,
    touching,
)
from attnpaint.segment.samples import PARTS

FIRM = 1.5  # power of the pointer's shares: mixed by halves, colours turn to mud
LEAST = 1e-12  # of a pixel's shares together: where a network points nowhere they stay 0
FINE = 2048  # px of the long side; regions of larger drawings are found, and painted, at this size
FINE_GAP = 14.0  # px in a drawing of 512: a region stage joins what is cut in vain
PARTED = 0.1  # likeness of two pieces of a region up to which the cut between them stays
TOLD = 0.3  # chance of its likeliest part from which on a piece may be cut off
LITTLE = 0.05  # share of the picture from which on it may in any case; smaller ones must be sure of a colour


@dataclass(frozen=True, eq=False)
class Canvas:
    """What stays as it is when the colours change: the drawing, its regions, and where each colour went.

    histogram: what the network painted from. labels: the region of each pixel, from 1, at the drawing's size
    or FINE: see `regions_of`. scene: the reference has no ground, so that the drawing's may be painted.
    told_grounds: `grounds`, where they are known.
    """

    drawing: Drawing
    maps: Maps
    histogram: Histogram | None
    labels: Labels
    scene: bool = False
    told_grounds: Labels | None = None

    @cached_property
    def ground(self) -> int:
        """The region along more than half of the drawing's edge; 0, which is none, where there is no such."""
        edge = np.concatenate([self.labels[[0, -1]].ravel(), self.labels[:, [0, -1]].ravel()])
        counts = np.bincount(edge)
        return int(counts.argmax()) if 2 * counts.max() > edge.size else 0

    @cached_property
    def small(self) -> Labels:
        """The same for the pixels of the network's picture, without the square's padding."""
        box = self.drawing.box
        return nearest(self.labels, box.inner_height, box.inner_width)

    @cached_property
    def light(self) -> Picture:
        """How far the network's pixels lie from lines: paint is dark beside them."""
        square = cv2.erode(self.drawing.box.crop(self.drawing.square), np.ones((5, 5)))
        return square.astype(np.uint8, copy=False)

    @cached_property
    def borders(self) -> Borders:
        """Which regions touch, and how much of them is ink."""
        return Borders(self.labels, to_grey(fine(self.drawing.clean)))

    @cached_property
    def grounds(self) -> Labels:
        """The numbers of all regions that are surely ground. They have one colour in every finish.

        What `ground_pieces` finds, and what only a gap cuts off that (see `cut_off`). Without a region stage
        there are none, and none where the reference shows the same scene and has no ground.
        """
        told = self.maps.answers
        if self.told_grounds is not None or told is None or (self.scene and told.decided_alone):
            return np.zeros(0, np.int32) if self.told_grounds is None else self.told_grounds
        pieces = ground_pieces(told, self.labels, self.borders.inked)
        surely = np.append(pieces, [self.ground] if self.ground else []).astype(np.int32)
        share, alone = (each[told.label] for each in self.borders.gaps_to(surely))
        return np.union1d(pieces, cut_off(told, surely, share, alone)).astype(np.int32)

    @cached_property
    def answers(self) -> Answers | None:
        """What the region stage says of regions, with `grounds` in the ground; None without one."""
        told = self.maps.answers
        if told is None or not len(self.grounds):
            return told
        parts = told.parts.copy()
        parts[np.isin(told.label, self.grounds)] = np.eye(len(PARTS), dtype=np.float32)[PARTS.index("ground")]
        return replace(told, parts=parts)

    @cached_property
    def region_weights(self) -> Floats | None:
        """regions × 18: how much of each colour a region takes; None without a pointing network."""
        if self.histogram is None:
            return None
        count = int(self.labels.max()) + 1
        palette, told = with_ink_and_paper(self.histogram), self.answers
        if told is not None:
            borders = self.borders
            openness, openings, lengths = borders.between(told.label)
            paper = 0 if self.scene or is_colored(told, self.ground) else self.ground
            chosen = choose_for_groups(told, self.small, count, palette, borders.inked, openness, paper)
            leader = leaders(told, openings, self.ground, lengths)
            chosen[told.label] = chosen[told.label[leader]]
            if not self.scene:
                chosen[self.grounds] = np.eye(chosen.shape[1], dtype=np.float32)[PAPER]
            elif self.ground:
                chosen[self.grounds] = chosen[self.ground]
            return chosen
        if self.maps.pointer is None:
            return None
        shares = np.stack([self.drawing.box.crop(share) for share in self.maps.pointer])
        weights = self.histogram.weights.ravel() / len(self.histogram.weights)
        found = choose_colors(self.small, count, shares, weights, palette, self.light)
        return found.astype(np.float32)

    @cached_property
    def shares(self) -> Floats | None:
        """18×S×S: how much of each colour is in each pixel of `image`; None without a pointing network."""
        pointer = self.maps.pointer
        if pointer is None or self.histogram is None:
            return None
        firm = pointer**FIRM
        firm /= np.maximum(firm.sum(axis=0), LEAST)
        return firm

    def image(self, histogram: Histogram | None) -> Picture:
        """The network's picture in any colours, uint8 S×S×3: its own shading over `shares` of them."""
        image, pointer = self.maps.image, self.maps.pointer
        if pointer is None or not (histogram and self.histogram) or (shares := self.shares) is None:
            return as_picture(image)
        before, after = (with_ink_and_paper(one).T / np.float32(127.5) for one in (self.histogram, histogram))
        mixed = after @ shares.reshape(len(shares), -1) - before @ pointer.reshape(len(pointer), -1)
        return as_picture(image + np.asarray(mixed, np.float32).reshape(image.shape))

    def paint(self, image: Picture) -> Picture:
        """The network's picture S×S×3 without its lines, uint8 h×w×3, as the drawing lies in the square.

        Broad tone that the drawing's lines will bring again is taken out.
        """
        box, square = self.drawing.box, self.drawing.square
        bare = without_lines(box.crop(image), box.crop(square))
        return cv2.divide(bare, cv2.merge([tone_of(box.crop(square))] * 3), scale=255)  # type: ignore[return-value]

    def painted(self, paint: Picture) -> Picture:
        """`paint` within the drawing's regions, at the size of `labels`."""
        return enlarge_within(paint, self.small, self.labels)

    def mean(self, paint: Picture) -> Floats:
        """regions × 3: the mean of `paint` in each, hardly counting lines; white where none of it is seen."""
        where = self.small.ravel()
        vote = (self.light.ravel() / 255.0) ** 4 + 1e-3
        count = int(self.labels.max()) + 1
        sums = [np.bincount(where, plane * vote, count) for plane in paint.reshape(-1, 3).T]
        area = np.bincount(where, vote, count)
        mean: Floats = (np.stack(sums, axis=1) / np.maximum(area, 1e-9)[:, None]).astype(np.float32)
        mean[area == 0] = 255
        return mean

    def full(self, fine: Picture) -> Picture:
        """From the size of `labels` to the drawing's."""
        height, width = self.drawing.clean.shape[:2]
        if fine.shape[:2] == (height, width):
            return fine
        return cv2.resize(fine, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)

    def full_labels(self) -> npt.NDArray[np.integer]:
        """The region of each pixel at the drawing's size. Over FINE they are made anew each time."""
        if self.labels.shape == self.drawing.clean.shape[:2]:
            return self.labels
        return enlarge_labels(self.labels, to_grey(self.drawing.clean))


def regions_of(
    drawing: Drawing, gap: float | None = None, decided: bool = False
) -> tuple[Labels, Labels | None]:
    """The region of each pixel, from 1, at the drawing's size or FINE.

    gap: px of the drawing that are closed in its lines at most; None: as usual, and what no line parts is one
    region. decided: a region stage joins what is cut in vain: more is closed, and regions are cut at their
    necks, in pieces that `rejoined` puts together; of each piece's number the region is given, too.
    """
    height, width = drawing.clean.shape[:2]
    grey = to_grey(fine(drawing.clean))
    if gap is not None:
        return find_regions(grey, gap / max(1.0, extent(height, width) / 512)), None
    if not decided:
        return join_open(find_regions(grey), grey), None
    closed = FINE_GAP / PAGE if is_strip(height, width) else FINE_GAP  # a strip's figures are smaller
    return in_pieces(join_open(find_regions(grey, closed, necks=True), grey), grey, closed)


def rejoined(pieces: Labels, region: Labels, answers: Answers) -> tuple[Labels, Answers]:
    """Labels H×W in which pieces that touch, are of one region and alike are one, and what is said of them:
    cuts stay where what they part is not one thing.

    pieces: int32 H×W, and of each number the region (see `in_pieces`); answers: see `sample_pieces`. A piece
    of which nothing is said, or not what part it is, has the region's number; a little one that is not sure
    of its colour is one with what it is likest. Of a region that stays whole counts what is said of it.
    """
    of_piece = answers.label >= len(region)
    number = np.where(of_piece, answers.label - len(region), answers.label)
    sure = np.flatnonzero(of_piece & (answers.parts.max(axis=1) >= TOLD))
    place = np.full(len(region), -1)
    place[number[sure]] = sure
    pairs, _ = touching(pieces)
    same = (region[pairs[:, 0]] == region[pairs[:, 1]]) & (place[pairs] >= 0).all(axis=1)
    leader = _alike(answers, *place[pairs[same]].T)
    names = region.copy()
    names[number[sure]] = number[leader[sure]]
    lowest, highest = names.copy(), names.copy()
    np.minimum.at(lowest, region, names)
    np.maximum.at(highest, region, names)
    cut = (lowest < highest)[region]
    names = np.where(cut, names, region)
    said_of = cut[number] == of_piece
    said = replace(
        answers,
        label=np.where(of_piece, names[number], number)[said_of],
        area=answers.area[said_of],
        logits=answers.logits[said_of],
        embedding=answers.embedding[said_of],
        parts=answers.parts[said_of],
    )
    return names[pieces], joined([said]) or said


def _alike(answers: Answers, one: Counts, other: Counts) -> Counts:
    """For each place in `answers` the first of what it becomes one with; one and other: places that touch.

    The likest first. Of what has become one the mean by area is compared, too: no chains.
    """
    likeness = np.einsum("ne,ne->n", answers.embedding[one], answers.embedding[other])
    chance = np.exp(answers.logits - answers.logits.max(axis=1, keepdims=True))
    unsure, area = 1 / chance.sum(axis=1) < SURE, answers.area.copy()
    leader = np.arange(len(answers.label), dtype=np.int64)
    mean = answers.embedding * answers.area[:, None]
    for pair in np.argsort(-likeness, kind="stable"):
        kept, gone = np.sort(leader[[one[pair], other[pair]]])
        lengths = np.linalg.norm(mean[kept]) * np.linalg.norm(mean[gone])
        alike = likeness[pair] > PARTED and mean[kept] @ mean[gone] > PARTED * lengths
        smaller = kept if area[kept] < area[gone] else gone
        if kept != gone and (alike or (area[smaller] < LITTLE and unsure[smaller])):
            leader[leader == gone] = kept
            mean[kept] += mean[gone]
            unsure[kept] &= unsure[gone]
            area[kept] += area[gone]
    return leader


def fine(picture: Picture) -> Picture:
    """The copy of a drawing that regions are found on: FINE px long, or of a strip as large as FINE²."""
    height, width = picture.shape[:2]
    scale = min(1.0, FINE / extent(height, width), FINE / (height * width) ** 0.5)
    return np.ascontiguousarray(resize(picture, max(1, round(height * scale)), max(1, round(width * scale))))


def with_ink_and_paper(histogram: Histogram) -> Floats:
    """The palette's 16 colours, ink and paper, 18×3 in [0, 255]."""
    colors: Floats = np.concatenate([histogram.colors.reshape(-1, 3), [[0] * 3, [255] * 3]]).astype(
        np.float32
    )
    return colors


def as_picture(image: Floats) -> Picture:
    """3×H×W in [-1, 1] → uint8 H×W×3."""
    values = (image.clip(-1, 1) + 1) * np.float32(127.5)
    return np.rint(values).astype(np.uint8).transpose(1, 2, 0).copy()
