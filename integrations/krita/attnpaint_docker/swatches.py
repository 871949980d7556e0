"""The palette in the docker: four bands of four colours, each of which can be changed."""

from __future__ import annotations

import copy
from typing import Any

from .qt import QtCore, QtGui, QtWidgets

BANDS = RANKS = 4
NAMES = ("top", "upper middle", "lower middle", "bottom")


class Swatches(QtWidgets.QWidget):
    """Buttons in the palette's colours; a click asks for another colour."""

    changed = QtCore.pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.measured: dict[str, Any] | None = None
        self.palette_: dict[str, Any] | None = None
        grid = QtWidgets.QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        self._buttons = []
        for place in range(BANDS * RANKS):
            button = QtWidgets.QPushButton()
            button.setMinimumHeight(22)
            button.clicked.connect(lambda _=False, place=place: self._choose(place))
            grid.addWidget(button, *divmod(place, RANKS))
            self._buttons.append(button)
        self.show_palette(None)

    @property
    def edited(self) -> dict[str, Any] | None:
        """The palette where it is not the one that was measured."""
        return None if self.palette_ == self.measured else self.palette_

    def show_palette(self, palette: dict[str, Any] | None) -> None:
        """As it was measured, {"colors": 4×4×3, "weights": 4×4}; None: there is none yet."""
        self.measured, self.palette_ = palette, copy.deepcopy(palette)
        self._draw()

    def recolor(self, place: int, color: tuple[int, int, int]) -> None:
        """Change one colour. place: band·4 + rank, from 0."""
        if self.palette_ is not None:
            band, rank = divmod(place, RANKS)
            self.palette_["colors"][band][rank] = list(color)
            self._draw()
            self.changed.emit()

    def _choose(self, place: int) -> None:
        if self.palette_ is None:
            return
        now = QtGui.QColor(*self.palette_["colors"][place // RANKS][place % RANKS])
        chosen = QtWidgets.QColorDialog.getColor(now, self, "Another colour")
        if chosen.isValid():
            self.recolor(place, (chosen.red(), chosen.green(), chosen.blue()))

    def _draw(self) -> None:
        for place, button in enumerate(self._buttons):
            band, rank = divmod(place, RANKS)
            button.setEnabled(self.palette_ is not None)
            if self.palette_ is None:
                button.setStyleSheet("")
                button.setToolTip("Choose a reference first")
                continue
            name = QtGui.QColor(*self.palette_["colors"][band][rank]).name()
            button.setStyleSheet(f"background-color: {name}; border: 1px solid #808080;")
            share = 100 * self.palette_["weights"][band][rank]
            button.setToolTip(f"{name}: {share:.0f} % of the reference's {NAMES[band]} band")
            button.setAccessibleName(f"{name}, {NAMES[band]} band, colour {rank + 1}")
