"""A second opinion on the models that were printed."""
