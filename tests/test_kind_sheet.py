"""The sheet of attention maps shows what regions are and which belong together."""

import numpy as np
from marking import CENTRES, GROUND, boxes

from attnpaint.inference.kinds import kinds_of
from attnpaint.sheets.kinds import PART_COLORS, kind_rows


def test_parts_have_their_colours_and_groups_one_each() -> None:
    coloring = boxes()
    kinds = kinds_of(coloring.canvas, coloring.flats)
    side = max(coloring.seen.shape[:2])
    ((parts, groups, legend),) = kind_rows(
        coloring.seen, coloring.canvas.small, kinds.group, kinds.part, side
    )
    assert parts.picture is not None
    assert groups.picture is not None
    assert legend.picture is not None
    seen = {name: tuple(parts.picture[y, x]) for name, (x, y) in CENTRES.items()}
    assert seen["a"] == seen["c"] == PART_COLORS[2]  # hair
    assert seen["b"] == PART_COLORS[1]  # skin
    assert seen["d"] == PART_COLORS[5]  # clothes
    assert tuple(parts.picture[GROUND[1], GROUND[0]]) == PART_COLORS[0]
    together = {name: tuple(groups.picture[y, x]) for name, (x, y) in CENTRES.items()}
    assert together["a"] == together["c"]
    assert len(set(together.values())) == 3


def test_a_painting_with_a_region_stage_has_a_taller_sheet() -> None:
    with_stage, without = boxes(True).attention(), boxes(False).attention()
    assert len(with_stage) > len(without) + 100
    assert np.array_equal(with_stage.shape[1:], without.shape[1:])
