"""What a run read and wrote, so that the next one knows whether anything changed."""
