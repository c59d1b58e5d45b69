"""A real browser on the running system, signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

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


@pytest.fixture(scope="module")
def contexts(browser: Browser, session: list[dict[str, str]]) -> Iterator[Callable[[int, bool, str], BrowserContext]]:
    """A signed-in context for each look, shared by the tests: Airflow's pages are read and compiled once for each."""
    known: dict[tuple[int, bool, str], BrowserContext] = {}

    def context(width: int, dark: bool, language: str) -> BrowserContext:
        look = (width, dark, language)
        if look not in known:
            known[look] = new_context(browser, session, *look)
        return known[look]

    yield context
    for made in known.values():
        made.close()


def new_context(
    browser: Browser, session: list[dict[str, str]], width: int, dark: bool, language: str
) -> BrowserContext:
    """Make a browser of somebody who is signed in."""
    made = browser.new_context(viewport={"width": width, "height": 900 if width > 600 else 844})
    made.add_cookies(session)  # type: ignore[arg-type]
    theme = "dark" if dark else "light"
    made.add_init_script(f"localStorage.setItem('i18nextLng', '{language}'); localStorage.setItem('theme', '{theme}')")
    return made


@pytest.fixture
def open_page(
    contexts: Callable[[int, bool, str], BrowserContext],
    browser: Browser,
    session: list[dict[str, str]],
    system: RunningSystem,
) -> Iterator[Open]:
    """Open a page of the product, `alone` in a browser that has seen nothing; an error that the page raises fails the test."""
    pages: list[Page] = []
    own: list[BrowserContext] = []
    errors: list[str] = []

    def opened(
        path: str = "",
        *,
        width: int = 1440,
        dark: bool = False,
        language: str = "en",
        base: str = "/plugin/media-ai",
        alone: bool = False,
    ) -> Page:
        look = (width, dark, language)
        if alone:
            own.append(new_context(browser, session, *look))
        page = (own[-1] if alone else contexts(*look)).new_page()
        pages.append(page)
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{system.settings.server[0]}{base}{path}")
        return page

    yield opened
    for page in pages:
        page.close()
    for context in own:
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
