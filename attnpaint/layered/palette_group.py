"""A painting as one layer for each colour of its palette, with a shade and a light that make up the rest."""

import zlib
from collections.abc import Callable, Sequence
from functools import partial
from tempfile import TemporaryFile
from typing import IO

import numpy as np
import numpy.typing as npt

from attnpaint.errors import check_cancelled
from attnpaint.images import Picture
from attnpaint.layered.layer import Group, Layer
from attnpaint.layered.lines import with_alpha

Floats = npt.NDArray[np.float32]
Enlarge = Callable[[Floats, slice], Floats]

LEAST = 2e-4  # share of a pixel under which a colour is not in it
SEEN = 0.5 / 255  # share that a colour must have somewhere for a layer of its own
STRIP = 16  # rows at a time
BAND = 2_000_000  # pixels that are mixed at a time: their state is 16 bytes each
FINE = 256  # steps of a level in which the mixture is kept


def palette_group(
    shares: Floats,
    colors: npt.NDArray[np.uint8],
    names: Sequence[str],
    painted: Picture | Callable[[], Picture],
    enlarge: Callable[[Floats], Floats] | None = None,
    alpha: Picture | None = None,
    name: str = "palette",
    enlarge_rows: Enlarge | None = None,
    size: tuple[int, int] | None = None,
) -> Group:
    """The painting, colour by colour: paper at the bottom, then the palette in its order, then ink.

    shares: float32 K×S×S, how much of each of `colors` (uint8 K×3, the last of them paper) is in each pixel;
    they need not sum to 1. names: of the K layers. painted: uint8 H×W×3, without lines, or what makes it anew
    for each of the upper two layers, so that it is not held while the others are drawn; then with its `size`,
    (H, W). enlarge: brings a share of S×S to H×W (None: it has that size); enlarge_rows: the same for some of
    the rows, so that a large painting never holds a whole one. alpha: of all layers, uint8 H×W, or None; see
    `under_lines`.

    All colour layers are on normal, as opaque as their share is of what lies there up to them, so that any
    program that mixes colours as they are stored shows the mixture Σ share·colour. 8-bit opacities are
    rounded up or down, whichever keeps what shows nearest to it: to 1 level of 255, or to 4 in programs that
    round after each layer. GIMP mixes in linear light: soft borders between colours come out lighter there.
    On top, "shade" multiplies and "light" screens the mixture to the painting, to 1 level. Where alpha is
    partial they are empty, and the colour is the mixture's. A colour with less than half a level of share
    everywhere gets no layer. Draw the layers in their order: out of it, each begins again from the bottom.
    """
    order = [len(shares) - 1, *range(len(shares) - 1)]
    order = [index for index in order if shares[index].max() >= SEEN] or order[:1]
    if enlarge_rows is None and enlarge is not None:
        whole = enlarge
        enlarge_rows = lambda share, rows: whole(share)[rows]  # noqa: E731
    if size is None:
        size = (painted() if callable(painted) else painted).shape[:2]
    mixing = _Mixing([shares[i] for i in order], [colors[i] for i in order], size, enlarge_rows, alpha)
    layers = [Layer(names[i], partial(mixing.draw, place)) for place, i in enumerate(order)]
    layers.append(Layer("shade", partial(_rest, mixing, painted, alpha, darker=True), "multiply"))
    layers.append(Layer("light", partial(_rest, mixing, painted, alpha, darker=False), "screen"))
    return Group(name, tuple(layers))


class _Mixing:
    """The colours laid on each other, band by band; what comes of it waits, packed, in a temporary file."""

    def __init__(
        self,
        shares: Sequence[Floats],
        colors: Sequence[npt.NDArray[np.uint8]],
        size: tuple[int, int],
        enlarge: Enlarge | None,
        alpha: Picture | None,
    ) -> None:
        self._shares, self._colors, self._size = shares, colors, size
        self._enlarge, self._alpha = enlarge, alpha
        self._file: IO[bytes] | None = None
        self._places: dict[tuple[int, int], tuple[int, int]] = {}

    def draw(self, place: int) -> Picture:
        """H×W×4: the layer that is `place` layers above the bottom."""
        layer = np.empty((*self._size, 4), np.uint8)
        layer[..., :3] = self._colors[place]
        for band in self.bands():
            layer[band, :, 3] = self._kept(place, band)[..., 0]
        return layer

    def mixture(self, band: slice) -> Picture:
        """h×W×3: what all layers show together in these rows where they are opaque."""
        return self._kept(len(self._shares), band)

    def bands(self) -> list[slice]:
        height, width = self._size
        rows = max(STRIP, BAND // width)
        return [slice(first, min(first + rows, height)) for first in range(0, height, rows)]

    def _kept(self, place: int, band: slice) -> Picture:
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115
            for each in self.bands():
                self._mix(each)
        start, length = self._places[place, band.start]
        self._file.seek(start)
        data = zlib.decompress(self._file.read(length))
        return np.frombuffer(data, np.uint8).reshape(band.stop - band.start, self._size[1], -1)

    def _keep(self, place: int, band: slice, picture: Picture) -> None:
        assert self._file is not None
        data = zlib.compress(picture.tobytes(), 1)
        self._places[place, band.start] = self._file.tell(), len(data)
        self._file.write(data)

    def _mix(self, band: slice) -> None:
        """Nothing lies there at first. In place of what stays transparent it is a heap of shares of black."""
        size = band.stop - band.start, self._size[1]
        self._heap = np.zeros(size, np.float32)  # shares so far
        self._shown = np.zeros((3, *size), np.uint16)  # what the layers show, in steps of 1 / FINE
        self._wanted = np.zeros((3, *size), np.uint16)  # what they should show
        if self._alpha is not None:
            opaque = np.maximum(self._alpha[band].astype(np.float32), 1e-6)
            self._heap[:] = (255 - opaque) / opaque
        for place, share in enumerate(self._shares):
            check_cancelled()
            here = share[band] if self._enlarge is None else self._enlarge(share, band)
            self._keep(place, band, self._lay(here, self._colors[place].astype(np.float32), place == 0))
        mixture = np.empty((*size, 3), np.uint8)
        for rows in _strips(size):
            shown = self._shown[:, rows].astype(np.uint32) + FINE // 2
            mixture[rows] = np.moveaxis(shown // FINE, 0, 2)
        self._keep(len(self._shares), band, mixture)
        del self._heap, self._shown, self._wanted

    def _lay(self, share: Floats, color: Floats, lowest: bool) -> Picture:
        """Lay the next colour on the others; returns its opacity, h×W."""
        opacity = np.zeros(share.shape, np.uint8)
        for rows in _strips(share.shape):
            heap = self._heap[rows]
            here = np.maximum(share[rows], 1e-6 if lowest else 0)
            heap += here
            part = (here / np.maximum(heap, 1e-9)).astype(np.float32, copy=False)
            if (part > LEAST).any():
                opacity[rows] = self._step(rows, part, color)
        return opacity

    def _step(self, rows: slice, part: Floats, color: Floats) -> Picture:
        """Lay the colour on these rows; `part` is what it should be there of all that is seen."""
        length, meant = np.zeros_like(part), np.zeros_like(part)
        ways = []
        for channel, level in enumerate(color):
            before = self._shown[channel, rows] * np.float32(1 / FINE)
            wanted = self._wanted[channel, rows] * np.float32(1 / FINE)
            wanted += part * (level - wanted)
            self._wanted[channel, rows] = FINE * wanted + 0.5
            way = level - before
            length += way * way
            meant += (wanted - before) * way
            ways.append((before, way))
        best = np.where(length < 1, part, meant / np.maximum(length, 1))
        low = np.floor(255 * part)
        steps = np.rint((255 * best).clip(low, np.minimum(low + 1, 255))) * (part > LEAST)
        for channel, (before, way) in enumerate(ways):
            self._shown[channel, rows] = FINE * (before + steps / 255 * way) + 0.5
        return np.asarray(steps, np.uint8)


def _rest(
    mixing: _Mixing, painted: Picture | Callable[[], Picture], alpha: Picture | None, darker: bool
) -> Picture:
    """What makes the mixture as dark, or else as light, as the painting."""
    layer = painted() if callable(painted) else painted.copy()  # the painting, and then what is left of it
    for band in mixing.bands():
        mixture, made = mixing.mixture(band), layer[band]
        for rows in _strips(mixture.shape[:2]):
            mixed, paint = (of[rows].astype(np.float32) for of in (mixture, made))
            if darker:
                share = np.minimum(paint, mixed) / np.maximum(mixed, 1) + (mixed == 0)
            else:
                share = np.maximum(paint - mixed, 0) / np.maximum(255 - mixed, 1)
            made[rows] = np.rint(255 * share)
    return with_alpha(layer, None if alpha is None else np.where(alpha == 255, alpha, np.uint8(0)))


def _strips(size: tuple[int, ...]) -> list[slice]:
    return [slice(first, first + STRIP) for first in range(0, size[0], STRIP)]
