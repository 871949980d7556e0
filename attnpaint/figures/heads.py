"""The whole head with its hair: from the front, the side, behind."""

from dataclasses import replace

import numpy as np

from attnpaint.figures.canvas import Canvas
from attnpaint.figures.character import Character, View
from attnpaint.figures.eyes import sockets
from attnpaint.figures.features import draw_eyewear
from attnpaint.figures.fringe import draw_ahoge, draw_fringe, fringe_shadow, lay_fringe
from attnpaint.figures.hair import draw_back, draw_crown, draw_side_locks
from attnpaint.figures.head import draw_animal_ears, draw_brows, draw_ears, draw_face
from attnpaint.figures.headwear import draw_hat
from attnpaint.figures.locks import Strand
from attnpaint.figures.profile import draw_profile
from attnpaint.figures.tails import draw_ties


def strand_of(who: Character, view: View, flip: float) -> Strand:
    """How a figure's hair falls in a view; flip: -1 where it looks to the left."""
    do = who.hairdo
    rng = np.random.default_rng(do.seed + 6)
    return Strand(
        who.hair, who.colours.tips, do.curl, do.pitch, view.wind * flip, max(0.6, do.length * 0.62), rng
    )


def draw_head(
    canvas: Canvas, who: Character, view: View, strand: Strand, turn: float, parting: float
) -> None:
    """Face, ears and hair before the body; turn: 0 from the front to 1, 1.5 from the side."""
    do = who.hairdo
    if not view.profile:
        draw_ears(canvas, who, turn)
    draw_animal_ears(canvas, who, turn)
    if view.profile and not view.behind:
        draw_profile(canvas, who, view, strand)
        if who.outfit.hat not in ("headband", "band", "headphones", "cap", "crown"):
            draw_hat(canvas, who, 0.3)
        return
    if view.behind:
        draw_back(canvas, do, strand, True)
        draw_crown(canvas, do, turn)
        draw_ties(canvas, do, who.cloth[2])
        if who.outfit.hat == "cap":  # its peak is at the front
            who = replace(who, outfit=replace(who.outfit, hat="beanie"))
        draw_hat(canvas, who, turn)
        return
    locks = lay_fringe(do, turn, parting)
    draw_face(canvas, who, view, turn, fringe_shadow(locks))
    draw_side_locks(canvas, do, strand, turn)
    draw_ahoge(canvas, do, strand, turn)
    draw_fringe(canvas, do, strand, locks, turn)
    draw_brows(canvas, who, view, turn)
    near, far = sockets(who.face, turn, view.nod)
    if who.face.eyewear:
        draw_eyewear(canvas, who.face, near, far, turn, who.cloth[4])
    draw_ties(canvas, do, who.cloth[2])
    draw_hat(canvas, who, turn)
