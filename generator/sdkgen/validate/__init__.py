"""Whether a document is legal, and fit for an SDK: findings, never repairs."""
