"""Files to one tree with internal references and the place of everything; overlays.

Must not know: what an object means, the IR.
Front door: `document.load`, `overlay.apply`.
"""
