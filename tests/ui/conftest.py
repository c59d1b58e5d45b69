"""A real browser on the running system, signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.running import RunningSystem
from tests.system.helpers import ended, publish, start
from tests.ui.browsing import running_browser, signed_in

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
SAMPLES = Path(__file__).parents[2] / "include" / "samples"
# The machine may be busy with other tests.
expect.set_options(timeout=30_000)

Open = Callable[..., Page]


# Of the module, not of the session: an open Playwright leaves a loop running in which no other test could run its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser, started once."""
    with running_browser() as started:
        yield started


@pytest.fixture(scope="module")
def session(browser: Browser, system: RunningSystem) -> list[dict[str, str]]:
    """The cookies of somebody who signed in at the page for it."""
    return signed_in(browser, system.settings)


@pytest.fixture
def open_page(browser: Browser, session: list[dict[str, str]], system: RunningSystem) -> Iterator[Open]:
    """Open a page of the product; an error that the page raises fails the test."""
    contexts = []
    errors: list[str] = []

    def opened(
        path: str = "", *, width: int = 1440, dark: bool = False, language: str = "en", base: str = "/plugin/media-ai"
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900 if width > 600 else 844})
        contexts.append(context)
        context.add_cookies(session)  # type: ignore[arg-type]
        theme = "dark" if dark else "light"
        context.add_init_script(
            f"localStorage.setItem('i18nextLng', '{language}'); localStorage.setItem('theme', '{theme}')"
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{system.settings.server[0]}{base}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="session")
def result(system: RunningSystem) -> str:
    """The address of a finished task's result, for `open_page`."""
    if system.cli("workflow", "clone", "summarize-without-account", "ui-result").returncode == 0:
        publish(system, system.library.workflow("ui-result"))
    subtitles = str(SAMPLES / "honeybees.srt")
    given = {"subtitles": subtitles, "video_id": "ui-result", "title": "Honeybees"}
    run_id = start(system, "ui-result", SAMPLES / "honeybees.mp4", **given)
    assert ended(system, "ui-result", run_id) == "success"
    return f"?page=result&workflow=ui-result&run={run_id}"


def picture(page: Page, name: str) -> None:
    """Keep what the page shows, for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
