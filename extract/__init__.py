"""The colours of a reference, measured: imported as attnpaint.extract."""

from attnpaint.extract.histogram import Histogram, measure
from attnpaint.extract.method import Method

__all__ = ["Histogram", "Method", "measure"]
