"""One call, without I/O: its request, its attempts, its result."""
