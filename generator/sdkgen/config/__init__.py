"""`sdk.yaml`: facts of the package.

Must not know: the document that it belongs to.
Front door: `sdk_yaml.load_config`.
"""
