"""Qt as this Krita brings it: PyQt5 in Krita 5, PyQt6 in Krita 6. Both take the enums' full names."""

from __future__ import annotations

import sys

import krita


def _major() -> int:
    """Of Krita's version; importing the other's PyQt would load a second Qt into the process."""
    text = str(krita.Krita.instance().version()).split(".")[0]
    return int(text) if text.isdigit() else 5


if _major() >= 6:
    from PyQt6 import QtCore, QtGui, QtWidgets
else:
    from PyQt5 import QtCore, QtGui, QtWidgets

__all__ = ["QtCore", "QtGui", "QtWidgets"]
assert sys.version_info >= (3, 8), "attnpaint's docker needs a Krita with Python 3.8 or newer"
