"""A stand-in for ComfyUI's own package, for tests alone."""
