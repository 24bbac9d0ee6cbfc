"""Which credential a call presents, and tokens that are renewed."""
