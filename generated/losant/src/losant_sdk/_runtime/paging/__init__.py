"""Lists that come in pages, to loop over."""
