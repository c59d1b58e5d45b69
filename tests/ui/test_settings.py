"""Credentials and settings in the browser: a form that tests before it saves, and times and words that follow."""

import re

import pytest
from playwright.sync_api import Page, expect

from media_ai_emulators.testing import running_emulator
from tests.emulated import alibaba_fields
from tests.running import RunningSystem
from tests.system.callers import client_of
from tests.ui.conftest import Open, picture
from tests.ui.test_pages import LOOKS, check

pytestmark = pytest.mark.system
KEY = "emulator-key-secret"
TAB = {"en": "Credentials", "zh-CN": "访问凭证"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    with running_emulator(tmp_path_factory.mktemp("ui-cloud")) as emulator:
        yield emulator


@pytest.fixture
def clean(system: RunningSystem):
    yield
    with client_of(system) as admin:
        admin.delete("/credentials/oss")
        admin.put("/settings", json={})
        admin.put("/me/settings", json={})


def fill(page: Page, cloud, **changes: str) -> None:
    for name, value in {**alibaba_fields(cloud), "bucket": "media-ai", **changes}.items():
        page.get_by_role("dialog").locator(f"[id='field-{name}'] input").fill(value)


def test_credentials_are_saved_only_if_they_work(open_page: Open, system: RunningSystem, cloud, clean):
    """A wrong key names the refused permission and saves nothing; a good one is saved, and its secret is in no answer and page."""
    page = open_page("?page=credentials")
    seen: list[str] = []
    page.on("response", lambda answer: "/media-ai/api" in answer.url and seen.append(answer.text()))
    page.get_by_role("button", name="Set up: Alibaba Cloud OSS").click()
    fill(page, cloud, secret="wrong")
    page.get_by_role("button", name="Test and save").click()
    expect(page.get_by_role("alert")).to_contain_text("oss:PutObject")
    expect(page.get_by_role("alert")).to_contain_text("SignatureDoesNotMatch")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    picture(page, "credentials-refused")
    fill(page, cloud)
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("Everything works")
    expect(page.get_by_role("dialog").get_by_role("status")).to_be_in_viewport()
    picture(page, "credentials-works")
    page.get_by_role("button", name="Test and save").click()
    expect(page.get_by_text("Alibaba Cloud OSS is saved.")).to_be_visible()
    expect(page.get_by_role("row", name="Alibaba Cloud OSS")).to_contain_text("Connection")

    page.reload()
    page.get_by_role("button", name="Edit: Alibaba Cloud OSS").click()
    secret = page.get_by_role("dialog").locator("[id='field-secret'] input")
    expect(secret).to_have_value("")
    expect(page.get_by_role("dialog").get_by_text("A value is stored").first).to_be_visible()
    page.get_by_role("dialog").locator("[id='field-public_endpoint'] input").fill(cloud.url)
    page.get_by_role("button", name="Test and save").click()
    expect(page.get_by_text("Alibaba Cloud OSS is saved.")).to_be_visible()
    assert seen and all(KEY not in text for text in seen)
    assert KEY not in page.content()

    page.get_by_role("button", name="Remove: Alibaba Cloud OSS").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("row", name="Alibaba Cloud OSS")).to_contain_text("Not set up")


def test_times_and_words_follow_the_settings(open_page: Open, result: str, clean):
    """The server's timezone, then one's own; the language of the pages, in every browser that one signs in with."""
    page = open_page("?page=settings")
    page.get_by_label("For everybody: Timezone").select_option("Asia/Kathmandu")
    page.get_by_role("region", name="For everybody").get_by_role("button", name="Save").click()
    expect(page.get_by_text("The settings of all are saved.")).to_be_visible()
    follows(open_page("?page=tasks"), "en", "Asia/Kathmandu")
    page.get_by_label("Your settings: Timezone").select_option("Pacific/Kiritimati")
    page.get_by_label("Your settings: Language of these pages").select_option("zh")
    page.get_by_role("region", name="Your settings").get_by_role("button", name="Save").click()
    expect(page.get_by_role("tab", name="设置")).to_be_visible()
    other = open_page("?page=tasks", alone=True)
    expect(other.get_by_role("tab", name="任务", exact=True)).to_be_visible()
    follows(other, "zh", "Pacific/Kiritimati")


def follows(page: Page, language: str, zone: str) -> None:
    """A time is shown in a language and a timezone."""
    time = page.locator("main time").first
    expect(time).to_be_visible()
    expected = time.evaluate(
        """(time, [language, timeZone]) =>
        new Intl.DateTimeFormat(language, {dateStyle: 'medium', timeStyle: 'short', timeZone}).format(new Date(time.dateTime))""",
        [language, zone],
    )
    expect(time).to_have_text(expected)


@pytest.mark.parametrize(("language", "dark"), LOOKS)
def test_the_credentials_follow_airflow(open_page: Open, clean, language: str, dark: bool):
    """In its language and colours, on large and small screens, without a serious violation of accessibility."""
    page = open_page(language=language, dark=dark)
    look = f"{language}-{'dark' if dark else 'light'}"
    tab = TAB[language]
    page.get_by_role("tab", name=tab, exact=True).click()
    expect(page.get_by_role("main", name=tab).get_by_role("heading").first).to_be_visible()
    check(page, f"credentials-{look}")
    page.get_by_role("button", name=re.compile("OSS$")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    picture(page, f"credentials-form-{look}")
