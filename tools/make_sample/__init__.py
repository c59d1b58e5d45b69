"""Draws, speaks and muxes the sample video, and writes down exactly what is in it."""
