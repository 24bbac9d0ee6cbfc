"""What generated Python may hold: its syntax tree against lists."""
