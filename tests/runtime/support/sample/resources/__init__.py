"""Resources of the sample API."""
