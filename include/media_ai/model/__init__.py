"""Frozen value objects: time, media, artifacts and what nodes produce."""
