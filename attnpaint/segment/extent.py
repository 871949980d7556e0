"""What a drawing's lines are measured by: its long side, or that of a page of a long strip."""

LONG = 2.5  # long side over short side, over which a drawing is a strip
SHORTEST = 256  # px of the short side; a narrower one would only be enlarged
PAGE = 2  # short sides in a page's length


def extent(height: int, width: int) -> int:
    """px of a drawing's long side, or of a page's where it is a strip: what its lines are measured by."""
    short, long = sorted((height, width))
    return PAGE * short if is_strip(height, width) else long


def is_strip(height: int, width: int) -> bool:
    """Whether the drawing is too long for one square."""
    short, long = sorted((height, width))
    return short >= SHORTEST and long > LONG * short
