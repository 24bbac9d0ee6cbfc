"""What operations and schemas are called, from their paths and places."""
