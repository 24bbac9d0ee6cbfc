"""A second opinion on the models that were printed, by datamodel-code-generator.

Must not know: how annotations are printed.
Front door: `judge.judge`.
"""
