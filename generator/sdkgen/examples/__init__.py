"""An example for every parameter, body, response and event."""
