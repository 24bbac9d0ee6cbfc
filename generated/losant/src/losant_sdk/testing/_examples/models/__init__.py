"""A module for each module of models: the examples that its models give of themselves."""
