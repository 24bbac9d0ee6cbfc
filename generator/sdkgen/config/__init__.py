"""`sdk.yaml`: facts of the package."""
