"""Files that are there whole or not at all."""

import os
from pathlib import Path


def replace(file: Path, text: str) -> None:
    """Write a text file in one step."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)
