"""What people do on the canvas, as steps that tests share."""

import re

from playwright.sync_api import Locator, Page


def node(page: Page, name: str) -> Locator:
    """Return a node by its title."""
    return page.locator(".react-flow__node", has=page.locator(".mai-name", has_text=re.compile(f"^{name}$")))


def place(page: Page, name: str, side: str, port: str) -> tuple[float, float]:
    """Return where a port is, once it lies still: the canvas glides."""
    handle = node(page, name).locator(f".react-flow__handle.{side}[data-handleid={port}]")
    before = None
    for _ in range(50):
        box = handle.bounding_box()
        if box and box == before:
            return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        before = box
        page.wait_for_timeout(200)
    raise AssertionError(f"{name}.{port} does not lie still")


def wire(page: Page, source: tuple[str, str], target: tuple[str, str]) -> None:
    """Draw a wire, and stay at its end."""
    begin, end = place(page, source[0], "source", source[1]), place(page, target[0], "target", target[1])
    page.mouse.move(*begin)
    page.mouse.down()
    # From the inside: at its edge the canvas moves on by itself.
    page.mouse.move(end[0] + 40, end[1] + 3, steps=8)
    page.mouse.move(*end, steps=8)
