"""People whose parts are known, in other colours: skin as people have it, hair, eyes and clothes as drawn."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attnpaint.figures.hues import Colours
from attnpaint.images import Picture
from attnpaint.parts import ACCESSORIES, CLOTHES, EYES, HAIR, SKIN

DARKEST = 12  # levels: a part's own colour counts as this at least, or noise in black would be seen in white

Curves = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Repaint:
    """curves: by index of a part map, what becomes of each level of each channel, uint8 256×3. A part's usual
    colour becomes another one; black and white stay, and so do lines and highlights.
    """

    curves: dict[int, Curves]

    @classmethod
    def draw(cls, picture: Picture, parts: Picture, random: np.random.Generator) -> "Repaint":
        """picture: uint8 H×W×3. parts: its part map, uint8 H×W. Clothes get the colours of one outfit."""
        colours, curves = Colours.draw(random), {}
        wanted = {SKIN: colours.skin, HAIR: colours.hair, EYES: colours.eyes[0]}
        for part in np.unique(parts).tolist():
            new = wanted.get(part)
            if CLOTHES <= part < ACCESSORIES:
                new = colours.cloth[int(random.integers(len(colours.cloth)))]
            if new is not None:
                curves[part] = _curves(np.median(picture[parts == part], axis=0), np.array(new, float))
        return cls(curves)

    def of(self, picture: Picture, parts: Picture) -> Picture:
        """A picture of the same person, uint8 H×W×3, in the new colours."""
        painted = picture.copy()
        for part, curves in self.curves.items():
            here = parts == part
            painted[here] = curves[picture[here], np.arange(3)]
        return painted


def _curves(old: npt.NDArray[np.floating], new: npt.NDArray[np.floating]) -> Curves:
    levels = np.arange(256)
    return np.stack(
        [
            np.interp(levels, [0, max(was, DARKEST), 255], [0, becomes, 255]).round().astype(np.uint8)
            for was, becomes in zip(old.clip(0, 254), new, strict=True)
        ],
        axis=1,
    )
