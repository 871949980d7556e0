"""Which part of a padded picture's features is the picture's own. Needs no torch."""


def own_sides(features: tuple[int, int], picture: tuple[int, int], multiple: int) -> tuple[int, int]:
    """Rows and columns, at least 1, of feature maps of so many rows and columns that are the picture's.

    picture: its height and width, px, before they were padded to multiples; as nearly as the features' own
    pixels allow.
    """
    padded = (-(-side // multiple) * multiple for side in picture)
    high, wide = (
        max(1, round(count * side / whole))
        for count, side, whole in zip(features, picture, padded, strict=True)
    )
    return high, wide
