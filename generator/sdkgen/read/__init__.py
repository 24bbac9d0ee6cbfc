"""Files to one tree with internal references, and overlays over it."""
