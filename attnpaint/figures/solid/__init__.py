"""Bodies in space: a mesh that is posed, dressed, seen by a camera, laid on a canvas as areas and lines."""
