"""What any program could use: JSON pointers, media types, graphs, digests, recursion.

Must not know: OpenAPI, the IR, Python output.
"""
