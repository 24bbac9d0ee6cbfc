"""What a mock answers with: JSON in strings, which are parsed when they are needed."""
