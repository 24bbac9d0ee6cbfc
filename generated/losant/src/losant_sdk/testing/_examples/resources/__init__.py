"""A module for each resource: how its operations are answered."""
