"""An example for every parameter, body, response and event.

Must not know: the IR, Python.
Front door: `complete.complete_examples`.
"""
