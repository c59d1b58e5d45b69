"""Finds the two typefaces the lesson is set in, or says which package has them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

from tools.make_sample.model import SampleError

Face = Literal["black", "bold", "medium", "han"]

FILES: dict[Face, tuple[str, str]] = {
    "black": ("Lato-Black.ttf", "fonts-lato"),
    "bold": ("Lato-Bold.ttf", "fonts-lato"),
    "medium": ("Lato-Medium.ttf", "fonts-lato"),
    "han": ("wqy-microhei.ttc", "fonts-wqy-microhei"),
}
FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")


@cache
def font(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    """The face at this height."""
    # The basic layout engine is always there; raqm is not, and would set the text differently.
    return ImageFont.truetype(_file(face), pixels, layout_engine=ImageFont.Layout.BASIC)


def check() -> None:
    """Fail now, before minutes of drawing, if a face is missing."""
    for face in FILES:
        _file(face)


@cache
def _file(face: Face) -> Path:
    name, package = FILES[face]
    for folder in FOLDERS:
        found = sorted(folder.rglob(name))
        if found:
            return found[0]
    raise SampleError(f"The font {name} is not installed: install it with 'apt-get install {package}'.")
