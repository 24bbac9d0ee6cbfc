"""Schema objects to types and declarations."""
