"""The vocabulary of the specification: which object stands where."""
