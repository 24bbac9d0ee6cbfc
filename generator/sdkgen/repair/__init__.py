"""An overlay that mends what was found, tried before it is suggested.

Must not know: how findings are worded.
Front door: `suggestions.suggest_repairs`.
"""
