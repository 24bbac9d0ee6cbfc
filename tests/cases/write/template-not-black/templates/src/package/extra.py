"""An extension."""

ANSWER = {"a":1}
