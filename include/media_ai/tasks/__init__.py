"""Use cases around tasks: start one, look at it, read its result."""
