"""Who is told of what happens, how, and how it gets there."""
