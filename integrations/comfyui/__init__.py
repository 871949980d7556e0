"""attnpaint in ComfyUI: this folder, under ComfyUI/custom_nodes/, is a pack of nodes."""

from .nodes import comfy_entrypoint

__all__ = ["comfy_entrypoint"]
