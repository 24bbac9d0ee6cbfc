"""Regular expressions of documents: matching in linear time, strings that match.

Must not know: schemas, documents.
"""
