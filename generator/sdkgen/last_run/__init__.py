"""What a run read and wrote, so that the next one knows whether anything changed.

Must not know: what a stage does.
Front door: `record.Records`.
"""
