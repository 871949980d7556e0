"""ComfyUI's tensors and attnpaint's pictures."""

import numpy as np
import torch

Picture = np.ndarray


def pictures_of(images: torch.Tensor) -> list[Picture]:
    """IMAGE, B×H×W×C in [0, 1], as uint8 H×W×C each; C: 1, 3 or 4."""
    levels = (images.detach().cpu().float().clamp(0, 1) * 255).round().to(torch.uint8)
    return [np.ascontiguousarray(picture) for picture in levels.numpy()]


def image_of(pictures: list[Picture]) -> torch.Tensor:
    """Pictures of one size, uint8 H×W×{3,4}, as IMAGE: B×H×W×3, transparency laid on white."""
    return torch.stack([torch.from_numpy(_on_white(picture)).float() / 255 for picture in pictures])


def mask_of(pictures: list[Picture]) -> torch.Tensor:
    """Opacities, uint8 H×W, as MASK: B×H×W in [0, 1]."""
    return torch.stack([torch.from_numpy(picture).float() / 255 for picture in pictures])


def opacity_of(picture: Picture) -> Picture:
    """uint8 H×W of uint8 H×W×{3,4}."""
    return picture[..., 3] if picture.shape[2] == 4 else np.full(picture.shape[:2], 255, np.uint8)


def _on_white(picture: Picture) -> Picture:
    if picture.shape[2] == 3:
        return np.ascontiguousarray(picture)
    alpha = picture[..., 3:].astype(np.uint16)
    return ((picture[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
