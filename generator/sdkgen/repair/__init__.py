"""An overlay that mends what was found, tried before it is suggested."""
