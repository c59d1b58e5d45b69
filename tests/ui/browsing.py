"""The browser, and a person who signs in with it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from media_ai.settings import Settings

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start Chromium, and end it."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_chromium(), args=list(_FLAGS))
        yield started
        started.close()


def signed_in(browser: Browser, settings: Settings) -> list[dict[str, str]]:
    """Return the cookies of somebody who signed in at the page for it."""
    url, user, password = settings.server
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/auth/login/")
    page.fill("#username", user)
    page.fill("#password", password)
    page.click("input[type=submit], button[type=submit]")
    page.wait_for_url(lambda address: "/login" not in address)
    cookies = context.cookies()
    context.close()
    return cookies  # type: ignore[return-value]


def _chromium() -> str:
    """Return the browser of the machine; bring it where that may be done."""
    for attempt in range(2):
        if found := shutil.which("chromium") or shutil.which("chromium-browser"):
            return found
        if attempt == 0 and os.geteuid() == 0 and shutil.which("apt-get"):
            subprocess.run(["apt-get", "update", "-qq"], check=True)
            subprocess.run(["apt-get", "install", "-qq", "-y", "chromium"], check=True, stdout=subprocess.DEVNULL)
    raise FileNotFoundError("Chromium is needed and was not found: sudo apt-get install chromium")
