"""The limits of the server: sizes of bodies and pictures, length of the queue."""

from dataclasses import dataclass

from attnpaint.decoding.reader import Bounds
from attnpaint.images import MAX_PIXELS


@dataclass(frozen=True)
class Limits:
    """upload: bytes of a request; pixels: of a picture in it; queue: requests that wait beside the one at
    work; memory: bytes of paintings that are kept, the newest in any case.
    """

    upload: int = 64_000_000
    pixels: int = MAX_PIXELS // 2
    queue: int = 16
    memory: int = 512_000_000

    @property
    def picture(self) -> Bounds:
        """Of what anybody may send: several times what cameras and painting programs write, and no more."""
        return Bounds(
            self.pixels, self.upload, scans=25, work=12 * self.pixels, pieces=20_000, least_piece=1_000_000
        )
