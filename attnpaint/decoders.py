"""Decoders print by themselves what is wrong with a picture; what matters of it is told in our one line."""

import ctypes
import logging
from contextlib import suppress
from functools import cache

from PIL import _imaging


@cache
def keep_decoders_quiet() -> None:
    """Before pictures are read: libtiff prints on the terminal's own stream, Pillow through its loggers where
    a program has set up none. Changes nothing where Pillow's libtiff cannot be reached.
    """
    logging.getLogger("PIL").addHandler(logging.NullHandler())
    with suppress(OSError, AttributeError, TypeError):
        libraries = ctypes.CDLL(_imaging.__file__)  # with all that it is linked to
        for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
            handler = getattr(libraries, name)
            handler.argtypes, handler.restype = [ctypes.c_void_p], ctypes.c_void_p
            handler(None)
