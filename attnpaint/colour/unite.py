"""Colours that no eye tells apart made one."""

import numpy as np
import numpy.typing as npt

from attnpaint.colour.difference import delta_e_2000, to_lab
from attnpaint.images import Picture

LEAST = 2.0  # ΔE2000 from which on two colours are two


def united(
    colors: Picture, areas: npt.NDArray[np.integer], kept: npt.NDArray[np.bool_] | None = None
) -> Picture:
    """Each of uint8 n×3 colours as itself or as one of the others that it differs from by less than LEAST.

    The one with the largest area stays, then the next that is unlike it, and so on: what is left differs by
    LEAST or more. kept: n, colours that stay in any case; others become them.
    """
    distinct, where = np.unique(colors.reshape(-1, 3), axis=0, return_inverse=True)
    where = where.ravel()
    area = np.bincount(where, areas, len(distinct))
    firm = np.zeros(len(distinct), np.bool_)
    if kept is not None:
        firm[where[kept]] = True
    lab = to_lab(distinct)
    names = np.full(len(distinct), -1)
    for one in np.lexsort((-area, ~firm)):
        if names[one] < 0 or firm[one]:
            near = delta_e_2000(lab, lab[one]) < LEAST
            names[near & (names < 0) & ~firm] = one
            names[one] = one
    found: Picture = distinct[names[where]].reshape(colors.shape)
    return found
