"""One figure whose body is posed in space: mesh, clothes and head laid on a canvas in the right order."""

from dataclasses import replace
from functools import partial

import numpy as np

from attnpaint.figures.canvas import Canvas
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import Points
from attnpaint.figures.hair import draw_back
from attnpaint.figures.heads import draw_head, strand_of
from attnpaint.figures.poses import Pose
from attnpaint.figures.solid.build import Built, build, fitting
from attnpaint.figures.solid.camera import pitched
from attnpaint.figures.solid.picture import BodyPicture
from attnpaint.figures.tails import draw_front_tails


def draw_posed(canvas: Canvas, who: Character, view: View, pose: Pose, side: int) -> None:
    """The figure, in the frame that the view asks for."""
    pose = fitting(who, pose)
    built = build(who, view, pose, side)
    turn, behind, flip = _facing(built.head.yaw)
    view = replace(
        view, turn=float(np.clip(turn, 0, 1) * flip), profile=turn > 1.2, behind=behind, nod=0.35 * view.nod
    )
    head = _head_frame(built, flip)
    strand = strand_of(who, view, flip)
    back = partial(pitched, built.head.pitch, "back")
    front = partial(pitched, built.head.pitch, "front")
    aside = (
        (head[0] @ np.diag([0.9, 1.0]), head[1] + head[0] @ np.array([-0.24, 0.0])) if view.profile else head
    )
    canvas.place(aside[0], aside[1], back)
    if not behind:
        draw_back(canvas, who.hairdo, strand, False)
    body = BodyPicture(canvas, who, view, pose, built, side)
    body.draw()
    canvas.place(aside[0], aside[1], back)
    if not behind:
        draw_front_tails(canvas, who.hairdo, strand, who.cloth[2])
    canvas.place(head[0], head[1], front)
    draw_head(canvas, who, view, strand, turn, who.hairdo.parting * flip)
    body.draw_arms(built.head.middle[2] + 0.45)


def _facing(yaw: float) -> tuple[float, bool, float]:
    """The head's turn as `heads` counts, whether it is seen from behind, and 1 or -1 for right or left."""
    flip = -1.0 if yaw < 0 else 1.0
    far = abs(yaw)
    if far > 2.0:
        return 0.0, True, flip
    return (1.5 if far > 1.15 else min(1.0, far / 0.8)), False, flip


def _head_frame(built: Built, flip: float) -> tuple[Points, Points]:
    camera, head = built.camera, built.head
    scale = camera.scale * float(camera.size(head.middle[2:])[0])
    cos, sin = np.cos(head.roll), np.sin(head.roll)
    at = head.middle[:2] * scale + np.array(camera.middle)
    return scale * np.array([[cos, -sin], [sin, cos]]) @ np.diag([flip, 1.0]), at
