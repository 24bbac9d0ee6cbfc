"""Whether a document is legal, and fit for an SDK: findings, never repairs.

Must not know: the IR, names.
Front door: `validate.validate`.
"""
