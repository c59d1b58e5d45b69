"""A real browser on the running system, signed in."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.system.conftest import RunningSystem, system  # noqa: F401

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

# The machine may be busy with other tests.
expect.set_options(timeout=30_000)

Open = Callable[..., Page]


def _chromium() -> str:
    """Return the browser of the machine; bring it where that may be done."""
    for attempt in range(2):
        if found := shutil.which("chromium") or shutil.which("chromium-browser"):
            return found
        if attempt == 0 and os.geteuid() == 0 and shutil.which("apt-get"):
            subprocess.run(["apt-get", "update", "-qq"], check=True)
            subprocess.run(["apt-get", "install", "-qq", "-y", "chromium"], check=True, stdout=subprocess.DEVNULL)
    pytest.fail("Chromium is needed and was not found: sudo apt-get install chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser, started once."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_chromium(), args=list(_FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def session(browser: Browser, system: RunningSystem) -> list[dict[str, str]]:  # noqa: F811
    """The cookies of somebody who signed in at the page for it."""
    server = system.settings.server
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server[0]}/auth/login/")
    page.fill("#username", server[1])
    page.fill("#password", server[2])
    page.click("input[type=submit], button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
    cookies = context.cookies()
    context.close()
    return cookies  # type: ignore[return-value]


@pytest.fixture
def open_page(browser: Browser, session: list[dict[str, str]], system: RunningSystem) -> Iterator[Open]:  # noqa: F811
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


def picture(page: Page, name: str) -> None:
    """Keep what the page shows, for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
