"""The last paintings, kept in memory only."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from attnpaint.images import Picture
from attnpaint.inference.coloring import Coloring


@dataclass(frozen=True, eq=False)
class Painting:
    """name: of the drawing's file, without its suffix; reference: uint8 h×w×{3,4}, if it was a picture."""

    coloring: Coloring
    name: str
    reference: Picture | None

    @property
    def bytes(self) -> int:
        """What it holds, with the regions and shares that are found later."""
        canvas = self.coloring.canvas
        drawing, maps = canvas.drawing, canvas.maps
        arrays = (
            drawing.clean,
            drawing.alpha,
            drawing.square,
            canvas.labels,
            maps.image,
            maps.pointer,
            maps.pointer,  # once more for the canvas's shares
            maps.variants,
        )
        held = sum(array.nbytes for array in (*arrays, *maps.gates, self.reference) if array is not None)
        small = drawing.box.inner_height * drawing.box.inner_width  # labels of the network's pixels
        return held + small * canvas.labels.itemsize


class Store:
    """Keeps paintings as long as they hold no more than `most` bytes together; the one least asked for goes
    first, the newest stays in any case. For all threads.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.bytes = 0
        self._kept: OrderedDict[str, Painting] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, painting: Painting) -> str:
        """The name that it is asked for by, which nobody can guess."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[name] = painting
            self.bytes += painting.bytes
            while self.bytes > self.most and len(self._kept) > 1:
                _, old = self._kept.popitem(last=False)
                self.bytes -= old.bytes
        return name

    def get(self, name: str) -> Painting | None:
        """None where it is unknown or forgotten."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)
