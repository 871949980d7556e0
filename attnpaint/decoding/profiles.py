"""Embedded colour profiles: pixels brought to sRGB."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from attnpaint.decoding.ancillary import MAX_PROFILE

_SPACES = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "L"}
_STEPS = 9  # of each channel, of what a profile is tried on


def to_srgb(image: Image.Image, profile: object) -> tuple[Image.Image, str]:
    """The image in sRGB, and a note where its profile cannot be used, else an empty text.

    image: L, LA, RGB, RGBA or CMYK. profile: the bytes of an ICC profile, or nothing.
    """
    if not isinstance(profile, bytes) or not profile:
        return image, ""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    plain = image.convert(image.mode.removesuffix("A")) if alpha is not None else image
    try:
        if len(profile) > MAX_PROFILE:
            raise ImageCms.PyCMSError("it is too large")
        changed = _changed(plain, ImageCms.ImageCmsProfile(BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0].rstrip(".")
        return image, f"its colour profile cannot be used ({reason}): its colours are taken as sRGB"
    if changed is None:
        return image, ""
    if alpha is not None:
        changed.putalpha(alpha)
    return changed, ""


def _changed(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image | None:
    """None where the profile is sRGB's own, so that its pixels stay as they are, level for level."""
    space = profile.profile.xcolor_space.strip()
    mode = _SPACES.get(space)
    if mode == "RGB" and image.mode == "L":
        image = image.convert("RGB")
    if mode != image.mode:
        raise ImageCms.PyCMSError(f"it is for {space} and the picture is {image.mode}")
    transform = ImageCms.buildTransform(
        profile,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if mode != "CMYK":
        tried = _trial(mode)
        shown = np.asarray(ImageCms.applyTransform(tried, transform)).astype(np.int16)
        if np.abs(shown - np.asarray(tried.convert("RGB"))).max() <= 1:
            return None
    return ImageCms.applyTransform(image, transform)


def _trial(mode: str) -> Image.Image:
    """Colours from all over the cube, or the greys."""
    levels = np.linspace(0, 255, _STEPS).round().astype(np.uint8)
    if mode == "L":
        return Image.fromarray(levels[None])
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1)
    return Image.fromarray(np.ascontiguousarray(cube.reshape(_STEPS, _STEPS**2, 3)))
