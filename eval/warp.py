"""A reference that shows what the truth shows, elsewhere: bent, turned, cropped."""

import cv2
import numpy as np

from attnpaint.data.augment import crop
from attnpaint.images import Picture

GRID = 4  # knots on each side of the field that bends
BEND = 0.05  # of the picture's sides: how far a knot moves at most
TURN, ZOOM = 8.0, 1.15  # degrees at most, and how much larger at most
LEAST = 0.8  # of each side that a crop keeps


def warped(picture: Picture, random: np.random.Generator) -> Picture:
    """uint8 H×W×3, bent by a smooth random field, turned and enlarged a little, then cropped.

    At the edges the picture is mirrored, so that no colour comes in that it does not hold.
    """
    height, width = picture.shape[:2]
    knots = random.uniform(-BEND, BEND, (GRID, GRID, 2)) * (width, height)
    field = cv2.resize(knots.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    turn, zoom = random.uniform(-TURN, TURN), random.uniform(1, ZOOM)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1 / zoom)
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=2)
    place = (grid @ matrix[:, :2].T + matrix[:, 2] + field).astype(np.float32)
    bent = cv2.remap(
        picture, place[..., 0], place[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.ascontiguousarray(crop(bent.astype(np.uint8, copy=False), random, LEAST))
