"""The command line `media-ai`."""

from media_ai.cli.entry import main

__all__ = ["main"]
