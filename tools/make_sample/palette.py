"""The colours of the lesson, as red, green and blue."""

from __future__ import annotations

Colour = tuple[int, int, int]

CREAM: Colour = (255, 248, 230)
PAPER: Colour = (252, 236, 200)
WHITE: Colour = (255, 255, 255)
INK: Colour = (52, 36, 22)
BARK: Colour = (74, 50, 28)
COCOA: Colour = (122, 92, 62)
NIGHT: Colour = (34, 22, 16)
EMBER: Colour = (84, 48, 20)
HONEY: Colour = (243, 166, 28)
GOLD: Colour = (255, 204, 84)
AMBER: Colour = (205, 116, 14)
SKY: Colour = (118, 186, 226)
HAZE: Colour = (226, 240, 238)
LEAF: Colour = (122, 168, 74)
MOSS: Colour = (66, 116, 58)
FOREST: Colour = (38, 78, 48)
CORAL: Colour = (232, 104, 84)
ROSE: Colour = (240, 150, 170)
LILAC: Colour = (150, 118, 196)
DUSK: Colour = (74, 62, 110)


def mix(one: Colour, two: Colour, share: float) -> Colour:
    """The colour that is this share of the way from one to two."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, two, strict=True))
    return red, green, blue
