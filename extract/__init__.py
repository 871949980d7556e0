"""The colours of a reference, measured: imported as attnpaint.extract."""

from attnpaint.extract.histogram import Histogram, measure
from attnpaint.extract.method import DEFAULT, FIGURE, Method

__all__ = ["DEFAULT", "FIGURE", "Histogram", "Method", "measure"]
