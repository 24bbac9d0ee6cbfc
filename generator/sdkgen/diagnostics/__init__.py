"""What was found in a document: codes, places, hints; how they are printed.

Must not know: which stage adds one.
"""
