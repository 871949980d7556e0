"""A plug-in for tests alone: it works attnpaint's docker as a person would, writes down what came of it, and
closes Krita. $KRITA_TEST: a JSON file {"out", "shot", "reference", "cases"}; see conftest.py beside."""

import json
import os
import signal
import time
import traceback
from pathlib import Path
from types import SimpleNamespace

import krita
from attnpaint_docker.document import drawing_of
from attnpaint_docker.errors import Failure

try:
    from PyQt5.QtCore import QTimer
    from PyQt5.QtWidgets import QApplication
except ImportError:  # Krita 6
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication

APP = krita.Krita.instance()
TASK = json.loads(Path(os.environ["KRITA_TEST"]).read_text())
PATIENCE = 300  # seconds for one painting


def run():
    told = {}
    try:
        work(told)
    except Exception:
        told["failed"] = traceback.format_exc()
    Path(TASK["out"]).write_text(json.dumps(told))
    for document in APP.documents():
        document.setModified(False)
        document.close()
    APP.action("file_quit").trigger()
    QTimer.singleShot(5000, QApplication.quit)  # where no window manager closes the last window


def work(told):
    docker = next(one for one in APP.dockers() if type(one).__name__ == "Docker")
    docker.setVisible(True)
    docker.start()
    told["without a reference"] = docker.status.text()
    refused(docker, told)
    docker.use(TASK["reference"])
    wait(docker)
    told["palette"] = docker.swatches.palette_
    docker.start()
    told["without a document"] = docker.status.text()
    told["cases"] = [paint(docker, **case) for case in TASK["cases"]]
    told["on its own group"] = str(refusal(docker.group))
    told["on a layer of it"] = str(refusal(docker.group.childNodes()[0]))
    APP.activeWindow().qwindow().grab().save(TASK["shot"])
    killed(docker, told)
    told["process"] = docker.client._program._process.pid


def refused(docker, told):
    """The program is not there, or is another."""
    right = docker.client.chosen
    for name, wrong in (("missing", "/nowhere/attnpaint"), ("another", "/bin/false")):
        docker.client.chosen = wrong
        docker.use(TASK["reference"])
        wait(docker)
        told[name] = docker.status.text()
    docker.client.chosen = right


def refusal(node):
    """What is said where this node is the active layer: without a window manager none is made so."""
    try:
        drawing_of(SimpleNamespace(activeNode=lambda: node))
    except Failure as error:
        return error


def killed(docker, told):
    """The server dies between two paintings."""
    document = APP.activeDocument()
    settle()
    document.setActiveNode(document.topLevelNodes()[0])
    settle()
    os.kill(docker.client._program._process.pid, signal.SIGKILL)
    docker.client._program._process.wait()
    docker.start()
    wait(docker)
    told["after a kill"] = docker.status.text()


def paint(docker, drawing, convert, paintings):
    document = APP.openDocument(drawing)
    APP.activeWindow().addView(document)
    APP.setActiveDocument(document)
    if convert:
        assert document.setColorSpace(*convert)
        document.waitForDone()
    settle()
    told = {"before": document.colorModel(), "paintings": []}
    for finish, color in paintings:
        docker.swatches.show_palette(docker.swatches.measured)
        docker.finish.setCurrentText(finish)
        for place in range(16 if color else 0):
            docker.swatches.recolor(place, tuple(color))
        docker.start()
        wait(docker)
        number = len(told["paintings"])
        picture = saved(document, f"{TASK['out']}.{Path(drawing).stem}.{number}.png")
        said = docker.status.text()
        told["paintings"].append({"said": said, "group": tree(docker.group), "picture": picture})
    told["after"] = document.colorModel()
    told["top"] = [node.name() for node in document.topLevelNodes()]
    told["active"] = document.activeNode().name()
    return told


def settle():
    for _ in range(10):
        QApplication.processEvents()
        time.sleep(0.05)


def wait(docker):
    end = time.monotonic() + PATIENCE
    while docker.busy:
        QApplication.processEvents()
        time.sleep(0.02)
        assert time.monotonic() < end, docker.status.text()
    settle()


def tree(node):
    """Bottom to top."""
    return {
        "name": node.name(),
        "type": node.type(),
        "mode": node.blendingMode(),
        "layers": [tree(child) for child in node.childNodes()],
    }


def saved(document, path):
    document.refreshProjection()
    document.waitForDone()
    assert document.projection(0, 0, document.width(), document.height()).save(path)
    return path


class Extension(krita.Extension):
    def setup(self):
        pass

    def createActions(self, window):
        QTimer.singleShot(1500, run)


APP.addExtension(Extension(APP))
