"""The vocabulary of the specification: which object stands where, keywords, methods.

Must not know: files, policy, the IR, Python.
"""
