"""What generated clients and resources stand on: the parts that do I/O."""
