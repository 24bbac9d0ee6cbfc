"""Python values to text and JSON on the wire, and back."""
