"""Regular expressions of documents: matching in linear time, and strings that match."""
