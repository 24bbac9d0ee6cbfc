"""Bytes over connections: no operations, no JSON, no credentials."""
