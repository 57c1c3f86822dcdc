"""Drawings for `image.views`: one module a view, all from the same sample of blocks."""
