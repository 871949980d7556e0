"""The docker: a reference, its palette, and Paint."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import krita

from .client import Client, File
from .document import OURS, colored, drawing_of, find, insert
from .errors import Failure
from .openraster import seen
from .qt import QtWidgets
from .swatches import Swatches
from .work import Work

SETTINGS = "attnpaint"
READABLE = "Pictures and palettes (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff *.gpl *.aco *.ase *.json)"
FINISHES = ("flat", "blend", "painted")
MOST_GAP = 200  # px


class Docker(krita.DockWidget):
    """One of each Krita window. A painting that is under way is told to no other."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("attnpaint")
        self.client = Client(krita.Krita.instance().readSetting(SETTINGS, "program", ""))
        self.reference: File | None = None
        self.group: Any = None
        self._last: tuple[Any, str] = (None, "")  # what was painted, and the painting's id
        self._work: Work | None = None
        self._build()
        notifier = krita.Krita.instance().notifier()
        notifier.setActive(True)
        notifier.applicationClosing.connect(self.end)
        QtWidgets.QApplication.instance().aboutToQuit.connect(self.end)

    def canvasChanged(self, canvas: Any) -> None:
        """Krita calls this; the document is asked for when it is needed."""

    def _build(self) -> None:
        body = QtWidgets.QWidget(self)
        rows = QtWidgets.QVBoxLayout(body)
        self.choose = QtWidgets.QPushButton("Choose a reference…")
        self.choose.clicked.connect(self._choose_reference)
        self.swatches = Swatches()
        self.reset = QtWidgets.QPushButton("The reference's own colours")
        self.reset.setEnabled(False)
        self.reset.clicked.connect(lambda: self._show(self.swatches.measured))
        self.swatches.changed.connect(lambda: self.reset.setEnabled(True))
        self.finish = QtWidgets.QComboBox()
        self.finish.addItems(FINISHES)
        self.gap = QtWidgets.QSpinBox()
        self.gap.setRange(-1, MOST_GAP)
        self.gap.setValue(-1)
        self.gap.setSpecialValueText("automatic")
        self.gap.setSuffix(" px")
        self.gap.setToolTip("Gaps in the lines up to this width count as closed")
        options = QtWidgets.QFormLayout()
        options.addRow("Finish", self.finish)
        options.addRow("Close gaps", self.gap)
        self.paint = QtWidgets.QPushButton("Paint the selected layer")
        self.paint.clicked.connect(self.start)
        self.program = QtWidgets.QPushButton("Program…")
        self.program.clicked.connect(self._choose_program)
        self.status = QtWidgets.QLabel("Everything stays on this machine.")
        self.status.setWordWrap(True)
        for row in (self.choose, self.swatches, self.reset):
            rows.addWidget(row)
        rows.addLayout(options)
        for row in (self.paint, self.status, self.program):
            rows.addWidget(row)
        rows.addStretch()
        self.setWidget(body)

    def use(self, path: str) -> None:
        """Take a file as the reference, and show its colours when they are measured."""
        try:
            with open(path, "rb") as stream:  # noqa: PTH123
                reference = File(os.path.basename(path), stream.read())  # noqa: PTH119
        except OSError as error:
            self.tell(f"{path} cannot be read ({error.strerror}); choose another reference")
            return

        def shown(palette: dict[str, Any]) -> None:
            self.reference = reference
            self.choose.setText(reference.name)
            self._show(palette)
            self.tell("Select the layer with the lines, and paint it.")

        self._run(partial(self.client.palette, reference), shown, "Measuring the reference…")

    def start(self) -> None:
        """Paint the active layer; the group appears when it is done."""
        if self.reference is None:
            self.tell("Choose a reference first: a picture, or a palette file")
            return
        document = krita.Krita.instance().activeDocument()
        try:
            drawing = File("drawing.png", drawing_of(document))
        except Failure as error:
            self.tell(str(error))
            return
        node = document.activeNode().uniqueId().toString()
        gap = None if self.gap.value() < 0 else float(self.gap.value())
        wanted = (drawing, self.reference, gap)
        work = partial(self._painted, wanted, self.swatches.edited, self.finish.currentText())
        self._run(work, partial(self._put, document, node), "Painting…")

    def end(self) -> None:
        """Krita closes: wait for what is under way, and end the program."""
        work = self._work
        self.client.close()
        if work is not None:
            work.wait(5000)

    def tell(self, text: str) -> None:
        """Show a line under the button."""
        self.status.setText(text)

    @property
    def busy(self) -> bool:
        """Whether the program is asked for something."""
        return self._work is not None

    def _painted(self, wanted: Any, palette: Any, finish: str) -> bytes:
        """In the thread: an OpenRaster file. The network runs only where something else is to be painted."""
        before, id = self._last
        found = self.client.layers(id, palette, finish) if before == wanted else None
        if found is None:
            id = str(self.client.paint(*wanted)["id"])
            self._last = (wanted, id)
            found = self.client.layers(id, palette, finish)
        if found is None:
            raise Failure("the painting was forgotten at once; press Paint again")
        return found

    def _put(self, document: Any, id: str, data: bytes) -> None:
        if document not in krita.Krita.instance().documents():
            raise Failure("The document was closed meanwhile; open it and paint again")
        drawing = find(document, id)
        if drawing is None:
            raise Failure("The layer with the drawing is gone; select another and paint again")
        layers, name = seen(data), f"{OURS}: {self.choose.text()}"
        turned = "; the document was greyscale and is RGB now" if colored(document) else ""
        self.group = insert(document, drawing, layers, name)
        self.tell(f"Painted: the group “{name}” lies above the drawing{turned}.")

    def _run(self, function: Callable[[], Any], then: Callable[[Any], None], doing: str) -> None:
        if self.busy:
            return

        def finished(result: Any) -> None:
            try:
                then(result)
            except Failure as error:
                self.tell(str(error))

        work = Work(function)
        work.done.connect(finished)
        work.failed.connect(self.tell)
        work.finished.connect(self._rest)
        self._work = work
        self.paint.setEnabled(False)
        self.choose.setEnabled(False)
        self.tell(doing)
        work.start()

    def _rest(self) -> None:
        self._work = None
        self.paint.setEnabled(True)
        self.choose.setEnabled(True)

    def _show(self, palette: dict[str, Any] | None) -> None:
        self.swatches.show_palette(palette)
        self.reset.setEnabled(False)

    def _choose_reference(self) -> None:
        path, _ = QtWidgets.QFileDialog.getOpenFileName(self, "The reference", "", READABLE)
        if path:
            self.use(path)

    def _choose_program(self) -> None:
        path, _ = QtWidgets.QFileDialog.getOpenFileName(self, "The program attnpaint", self.client.chosen)
        if path and not self.busy:
            krita.Krita.instance().writeSetting(SETTINGS, "program", path)
            self.client.close()
            self.client.chosen = path
            self.tell(f"The program is {path}.")
