"""The colours of a reference, measured: imported as attnpaint.extract."""

from attnpaint.extract.histogram import Histogram, measure

__all__ = ["Histogram", "measure"]
