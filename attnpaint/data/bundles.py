"""Training examples of the second network of a two-stage recipe, each kept as one picture to look at.

Source: Cheng, "2-Stage Conditional GAN for Sketch Auto-Coloring", section 3: the original, its sketch, the
draft that the half-trained first network made, and the hints, saved before the second network is trained.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from attnpaint.config import DataConfig
from attnpaint.data.layouts import Blob, Item, unreadable
from attnpaint.data.loading import ShareSampler, loaded
from attnpaint.data.pairs import CPU, TRIES, Batch
from attnpaint.data.reference import measured, thumbnail
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.images import Array, Picture, read_picture, write_picture
from attnpaint.sheets.maps import to_picture

TILES = 4


def bundles(folder: Path, count: int) -> tuple[Item, ...]:
    """The first bundles of a folder, whether they are there already or not."""
    names = (f"{number:06}.png" for number in range(count))
    return tuple(Item(f"{folder.name}/{name}", Blob(str(folder / name))) for name in names)


def write_bundle(path: str | Path, truth: Tensor, sketch: Tensor, draft: Tensor, hint: Tensor) -> None:
    """A PNG S×4S with alpha: truth | sketch | draft | hint. The hint is opaque where a colour is asked.

    truth and draft 3×S×S, sketch 1×S×S, in [-1, 1]; hint: a full one, 4×S×S (see model.hints).
    """
    tiles = np.full((len(truth[0]), TILES, len(truth[0]), 4), 255, np.uint8)
    for place, tile in enumerate((truth, sketch, draft, hint[:3])):
        tiles[:, place, :, :3] = to_picture(tile)
    tiles[:, -1] *= (hint[3] > 0).cpu().numpy()[..., None]
    write_picture(path, tiles.reshape(len(tiles), -1, 4))


def read_bundle(item: Item, size: int) -> Picture:
    """The tiles of a bundle, uint8 4×S×S×4. Raises PictureError: unreadable, or not of this size."""
    try:
        picture = read_picture(item.color.read())
        if picture.shape[:2] != (size, TILES * size):
            raise PictureError(f"it is no row of {TILES} squares of {size} px", "")
    except (PictureError, OSError) as error:
        raise unreadable(item.name, error) from None
    if picture.shape[2] == 3:  # colours are asked everywhere
        picture = np.concatenate([picture, np.full_like(picture[..., :1], 255)], axis=2)
    tiles: Picture = picture.reshape(size, TILES, size, 4).swapaxes(0, 1)
    return tiles


class BundleStream(Dataset[tuple[Array, Array, Array, str]]):
    """Draws and flips; passes over bundles that cannot be read."""

    def __init__(self, items: tuple[Item, ...], config: DataConfig, seed: int) -> None:
        self.items = items
        self.config = config
        self.seed = seed

    def __getitem__(self, index: int) -> tuple[Array, Array, Array, str]:
        """(tiles uint8 4×4×S×S, colors and weights of the truth's histogram, lines for what is lost)."""
        random, lost = np.random.default_rng([self.seed, index]), list[str]()
        for _ in range(TRIES):
            try:
                tiles = read_bundle(self.items[random.integers(len(self.items))], self.config.size)
            except PictureError as error:
                lost.append(error.problem)
                continue
            if self.config.flip and random.random() < 0.5:
                tiles = tiles[:, :, ::-1]
            histogram = measured(thumbnail(np.ascontiguousarray(tiles[0, ..., :3])))
            planes = np.ascontiguousarray(tiles.transpose(0, 3, 1, 2))
            return planes, histogram.colors, histogram.weights, "\n".join(lost)
        problem = f"{TRIES} bundles in a row cannot be read; {lost[-1]}"
        raise AttnpaintError(problem, "delete such bundles: a resumed run writes them again")


def batches(
    items: tuple[Item, ...],
    config: DataConfig,
    seed: int,
    first: int,
    last: int,
    *,
    parts: int = 1,
    share: tuple[int, int] = (0, 1),
    device: torch.device = CPU,
) -> Iterator[Batch]:
    """As `pairs.batches`, from bundles: the same for any workers and processes; nothing varies but flips."""
    numbers = ShareSampler(config.batch_size, first, last, parts, share)
    stream = BundleStream(items, config, seed)
    for planes, colors, weights, lost in loaded(stream, numbers, config, device):
        truth, sketch, draft, hint = planes.to(device, non_blocking=True).unbind(1)
        asked = (hint[:, 3:] > 0).float()
        yield Batch(
            _scaled(sketch[:, :1]),
            _scaled(truth[:, :3]),
            colors.to(device),
            weights.to(device),
            torch.zeros(len(truth), dtype=torch.bool, device=device),
            tuple(line for lines in lost for line in lines.splitlines()),
            torch.cat([_scaled(hint[:, :3]) * asked, asked], dim=1),
            _scaled(draft[:, :3]),
        )


def _scaled(plane: Tensor) -> Tensor:
    return plane.float() / 127.5 - 1
