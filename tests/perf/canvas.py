"""The canvas with two hundred nodes: frames per second while it is moved, beside an empty page in the same browser."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from media_ai.catalog.database import Database
from media_ai.graph.schema import Workflow
from media_ai.settings import Settings
from media_ai.system.embedded import EmbeddedSystem
from media_ai.system.postgres import free_port
from media_ai.workflows.library import WorkflowLibrary
from tests.perf.report import line
from tests.ui.browsing import running_browser, signed_in

_NODES = 200
_SECONDS = 4

_COUNT = """
seconds => new Promise(done => {
  const begin = performance.now();
  let frames = 0;
  const next = now => { frames += 1; now - begin < 1000 * seconds ? requestAnimationFrame(next) : done(frames / (now - begin) * 1000); };
  requestAnimationFrame(next);
})
"""
# Moves come from within the page: those of a driver would measure the driver.
_DRAG = """
async seconds => {
  const pane = document.querySelector('.react-flow__pane');
  const send = (type, x, y) => (type === 'mousedown' ? pane : window).dispatchEvent(
    new MouseEvent(type, { bubbles: true, clientX: x, clientY: y, button: 0, buttons: 1, view: window }));
  send('mousedown', 700, 400);
  const begin = performance.now();
  while (performance.now() - begin < 1000 * seconds) {
    const at = (performance.now() - begin) / 300;
    send('mousemove', 700 + 250 * Math.sin(at), 400 + 120 * Math.cos(at));
    await new Promise(requestAnimationFrame);
  }
  send('mouseup', 700, 400);
}
"""


def main() -> None:
    """Print the rate with all nodes in view, and zoomed in to where they can be read."""
    with tempfile.TemporaryDirectory() as folder, running_browser() as browser:
        settings = Settings(home=Path(folder), port=free_port())
        system = EmbeddedSystem(settings)
        try:
            system.up()
            WorkflowLibrary(Database(settings.catalog_url)).create(_large())
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.add_cookies(signed_in(browser, settings))  # type: ignore[arg-type]
            page = context.new_page()
            page.set_default_timeout(120_000)
            page.goto(f"{settings.server[0]}/plugin/media-ai?page=canvas&slug=large")
            page.wait_for_selector(".react-flow__node")
            page.wait_for_timeout(3000)
            _report(page, context.new_page())
        finally:
            system.down()


def _report(page: Page, empty: Page) -> None:
    empty.goto("about:blank")
    baseline = empty.evaluate(_COUNT, _SECONDS)
    page.bring_to_front()
    drawn = page.locator(".react-flow__node").count()
    bar = "baseline: an empty page"
    line(f"move the canvas, {drawn} nodes in view", _rate(page), "frames/s", baseline=baseline, bar=f">= 50; {bar}")
    for _ in range(4):
        page.mouse.move(700, 450)
        page.mouse.wheel(0, -400)
        page.wait_for_timeout(500)
    drawn = page.locator(".react-flow__node").count()
    line(
        f"the same, {drawn} of {_NODES} nodes in view", _rate(page), "frames/s", baseline=baseline, bar=f">= 50; {bar}"
    )


def _rate(page: Page) -> float:
    before = page.locator(".react-flow__viewport").get_attribute("style")
    page.evaluate(f"() => {{ window.moving = ({_DRAG})({_SECONDS}); }}")
    rate = float(page.evaluate(_COUNT, _SECONDS))
    page.evaluate("() => window.moving")
    assert page.locator(".react-flow__viewport").get_attribute("style") != before, "the canvas did not move"
    return rate


def _large() -> Workflow:
    chains, length = 20, _NODES // 20
    nodes, edges = [], []
    for chain in range(chains):
        for at in range(length):
            kind = "input_video" if at == 0 else "extract_frames" if at == 1 else "deduplicate_frames"
            position = {"x": 260 * at, "y": 150 * chain}
            nodes.append({"id": f"n{chain}_{at}", "type": kind, "position": position})
            if at:
                port = "video" if at == 1 else "frames"
                edges.append({"source": f"n{chain}_{at - 1}.{port}", "target": f"n{chain}_{at}.{port}"})
    return Workflow.model_validate({"slug": "large", "name": "Large", "nodes": nodes, "edges": edges})
