"""Someone who mends a painting by its pixels alone: looks for what is wrong, takes what mends most."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt
from page_browser import Browser, Point
from page_targets import Target

from attnpaint.images import Picture

SLIP = 8.0  # px of the screen by which the hand misses, at most, either way
REST = 0.05  # of the figure that may stay wrong
CLOSE = (9, 25, 61)  # px over which someone draws one lasso round several wrong places
CORNER = 24.0  # px between the corners of a lasso
LEAST = 0.002  # of the figure; smaller gains are not worth a look at what more there is
MOST = 60  # moves
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Plan:
    """A move: `click` at a place, or `lasso` round places. gain: pixels that it should mend."""

    kind: str
    entry: int
    places: tuple[Point, ...]
    gain: float


@dataclass
class Person:
    """browser: shows the target's drawing, painted. clicks: only single regions, one by one."""

    browser: Browser
    target: Target
    clicks: bool
    random: np.random.Generator
    moves: Counter[str] = field(default_factory=Counter)
    hand: int = -1
    vain: dict[str, Mask] = field(default_factory=dict)

    def mend(self) -> bool:
        """Until all but REST of the figure is right; False where that is not reached in MOST moves."""
        figure = int((self.target.entry >= 0).sum())
        right = self._right()
        while (self.target.entry >= 0)[~right].sum() > REST * figure:
            plan = max(self._plans(~right), key=self._worth, default=None)
            if plan is None or self.moves.total() >= MOST:
                return False
            before = self.browser.canvas("#picture")
            self._do(plan)
            after = self._right()
            if after.sum() <= right.sum():
                self._learn(plan, ~right)
                if (self.browser.canvas("#picture") != before).any():  # else there is nothing to undo
                    self._move("undo", lambda: self.browser.key("z", control=True))
                right = self._right()
            else:
                right = self._more(plan, after, LEAST * figure)
        return True

    def _right(self) -> Mask:
        return self.target.right(np.ascontiguousarray(self.browser.canvas("#picture")[..., :3]))

    def _worth(self, plan: Plan) -> float:
        return plan.gain / self._cost(plan)

    def _cost(self, plan: Plan) -> int:
        """A click with another colour is that colour dragged there; a lasso needs it in the brush first."""
        other = self.hand != plan.entry
        return 1 + (other and (plan.kind == "lasso" or self.clicks))

    def _plans(self, wrong: Mask) -> Iterator[Plan]:
        for entry in np.unique(self.target.entry[wrong]):
            mine = wrong & (self.target.entry == entry)
            yield from self._clicks((mine & ~self._vain("click")).astype(np.uint8), int(entry))
            if not self.clicks:
                yield from self._lassos((mine & ~self._vain("lasso")).astype(np.uint8), wrong, int(entry))

    def _vain(self, kind: str) -> Mask:
        """Where such a move has been tried, and mended nothing."""
        return self.vain.setdefault(kind, np.zeros(self.target.entry.shape, bool))

    def _learn(self, plan: Plan, wrong: Mask) -> None:
        """The wrong place that a move was for is not tried in that way again."""
        meant = np.zeros(wrong.shape, np.uint8)
        if plan.kind == "lasso":
            cv2.fillPoly(meant, [np.rint(plan.places).astype(np.int32)], 1)
        else:
            mine = (wrong & (self.target.entry == plan.entry)).astype(np.uint8)
            _, pieces = cv2.connectedComponents(mine, connectivity=4)
            x, y = (int(side) for side in plan.places[0])
            meant[pieces == pieces[y, x]] = 1
        self._vain(plan.kind)[(meant > 0) & (self.target.entry == plan.entry)] = True

    def _clicks(self, mine: Picture, entry: int) -> Iterator[Plan]:
        count, pieces, facts, _ = cv2.connectedComponentsWithStats(mine, connectivity=4)
        order = np.argsort(-facts[1:count, cv2.CC_STAT_AREA])[:4] + 1
        for piece in order:
            depth = cv2.distanceTransform((pieces == piece).astype(np.uint8), cv2.DIST_L2, 5)
            y, x = np.unravel_index(int(depth.argmax()), depth.shape)
            yield Plan(
                "click", entry, ((float(x) + 0.5, float(y) + 0.5),), float(facts[piece, cv2.CC_STAT_AREA])
            )

    def _lassos(self, mine: Picture, wrong: Mask, entry: int) -> Iterator[Plan]:
        kept = ~wrong & (self.target.entry >= 0) & (self.target.entry != entry)
        for close in CLOSE:
            blob = cv2.morphologyEx(mine, cv2.MORPH_CLOSE, np.ones((close, close), np.uint8))
            outlines, _ = cv2.findContours(
                cv2.dilate(blob, np.ones((9, 9), np.uint8)), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
            )
            for outline in sorted(outlines, key=cv2.contourArea)[-2:]:
                inside = np.zeros_like(mine)
                cv2.drawContours(inside, [outline], -1, 1, -1)
                gain = float(mine[inside > 0].sum()) - float(kept[inside > 0].sum())
                step = max(1, round(CORNER / 1.2))
                corners = outline[::step, 0].astype(float)
                if gain > 0 and len(corners) >= 3:
                    yield Plan("lasso", entry, tuple((x, y) for x, y in corners.tolist()), gain)

    def _do(self, plan: Plan) -> None:
        browser, slips = self.browser, [self._slip() for _ in plan.places]
        swatch = f"[data-entry='{plan.entry}']"
        if plan.kind == "click" and self.hand != plan.entry and not self.clicks:
            self._move("drag", lambda: browser.path(plan.places, slips, swatch))
            browser.key("b")  # the hand goes back to where it was: no move of its own
        else:
            if self.hand != plan.entry:
                self._move("colour", lambda: browser.click(swatch))
            browser.key("l" if plan.kind == "lasso" else "b")
            self._move(plan.kind, lambda: browser.path(plan.places, slips))
        self.hand = plan.entry

    def _more(self, plan: Plan, right: Mask, least: float) -> Mask:
        """A look at what the page would fill next: where the place is clicked again, or Enter pressed."""
        if self.clicks:
            return right
        browser, offers = self.browser, list[tuple[float, str]]()
        if plan.kind == "click":
            browser.point(plan.places[0], (1.0, 0.0))
            offers.append((self._gain(plan, right), "again"))
        if browser.run("return document.querySelector('#likewise').checkVisibility()"):
            look = "document.querySelector('#likewise').dispatchEvent(new PointerEvent('pointer{}'))"
            browser.run(look.format("enter"))
            offers.append((self._gain(plan, right), "more"))
            browser.run(look.format("leave"))
        gain, name = max(offers, default=(0.0, ""))
        if gain <= least:
            return right
        if name == "more":
            self._move(name, lambda: browser.key("\ue007"))
        else:
            self._move(name, lambda: browser.path(plan.places, [(1.0, 0.0)]))
        return self._right()

    def _gain(self, plan: Plan, right: Mask) -> float:
        """Pixels that what is tinted now would mend, less those that it would spoil."""
        tinted = self.browser.canvas("#over")[..., 3] > 0
        wanted = self.target.entry == plan.entry
        spoilt = tinted & right & (self.target.entry >= 0) & ~wanted
        return float((tinted & ~right & wanted).sum()) - float(spoilt.sum())

    def _slip(self) -> Point:
        x, y = self.random.uniform(-SLIP, SLIP, 2).tolist()
        return x, y

    def _move(self, name: str, act: object) -> None:
        self.moves[name] += 1
        act()  # type: ignore[operator]
