"""Algorithms on pictures, sound and text; the only place that imports the heavy packages at module level."""
