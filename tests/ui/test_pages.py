"""Each page in Airflow's own look: languages, dark, small screens, two people, other DAGs."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.running import RunningSystem
from tests.ui.conftest import Open, picture

pytestmark = pytest.mark.system


NAMES = (
    "workflows", "tasks", "create", "library", "sources", "causes", "reviews", "costs", "members", "settings",
    "notifications", "retention",
)  # fmt: skip
# The last two are beside the settings.
TABS = {
    "en": (
        "AI Workflows", "Tasks", "Create task", "Library", "Sources", "Causes", "Reviews", "Costs", "Account & members",
        "Settings", "Notifications", "Retention & deletion",
    ),
    "zh-CN": (
        "AI 工作流", "任务", "创建任务", "媒体库", "来源", "失败原因", "审核", "费用", "账号与成员", "设置", "通知", "保留与删除",
    ),
}  # fmt: skip
LOOKS = [("en", False), ("zh-CN", True)]
WIDTHS = (1440, 390)


def check(page: Page, name: str) -> None:
    """Nothing runs out of the page, wide or narrow, and nobody is shut out who cannot see well or point."""
    expect(page.get_by_role("status").get_by_text(re.compile("^(Loading|加载中)$"))).to_have_count(0)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900 if width > 600 else 844})
        expect(page.get_by_role("main").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        picture(page, f"{name}-{width}")
        # What is around the page is Airflow's own.
        found = Axe().run(page, context={"include": [["main"]]}).response["violations"]
        serious = [violation for violation in found if violation["impact"] in ("serious", "critical")]
        nodes = [(violation["id"], [node["html"][:200] for node in violation["nodes"]]) for violation in serious]
        assert nodes == [], (name, width)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


@pytest.mark.parametrize(("language", "dark"), LOOKS)
def test_pages_follow_airflow(open_page: Open, result: str, language: str, dark: bool):
    """In Airflow's language and colours, on large and small screens, without a serious violation of accessibility."""
    page = open_page(language=language, dark=dark)
    look = f"{language}-{'dark' if dark else 'light'}"
    for name, tab in zip(NAMES, TABS[language], strict=True):
        page.get_by_role("tab", name=tab, exact=True).click()
        expect(page.get_by_role("main", name=tab)).to_be_visible()
        if name == "library":
            page.get_by_role("searchbox").fill("waggle")
            expect(page.get_by_role("article").first).to_be_visible()
        check(page, f"{name}-{look}")
    page.get_by_role("tab", name=TABS[language][3], exact=True).click()
    page.get_by_role("searchbox").fill("waggle")
    page.get_by_role("article").first.get_by_role("link").first.click()
    expect(page.locator("video")).to_be_visible()
    check(page, f"result-{look}")
    page.goto(page.url.split("?")[0] + "?page=canvas&preset=speech-text-and-frames")
    expect(page.locator(".react-flow__node").first).to_be_visible()
    # The server's own words come in the language of the page.
    word = {"en": "Transcribe speech", "zh-CN": "语音转写"}[language]
    expect(page.locator(".react-flow__node").get_by_text(word, exact=True).first).to_be_visible()
    check(page, f"canvas-{look}")


def test_the_second_save_is_told_and_nothing_is_lost(open_page: Open, system: RunningSystem):
    """Two people edit one workflow: the later save says who was faster, and can become a copy."""
    assert system.cli("workflow", "clone", "analyze-frames", "two-editors").returncode == 0
    mine, theirs = (open_page("?page=canvas&slug=two-editors") for _ in range(2))
    for page in (mine, theirs):
        page.locator(".react-flow__node").first.click()
    theirs.get_by_label("Title").fill("Theirs")
    theirs.get_by_role("button", name="Save draft").click()
    expect(theirs.get_by_text("Saved").first).to_be_visible()
    mine.get_by_label("Title").fill("Mine")
    mine.get_by_role("button", name="Save draft").click()
    expect(mine.get_by_role("dialog")).to_contain_text("after you opened it")
    mine.get_by_role("button", name="Save mine as a copy").click()
    expect(mine.locator(".mai-name", has_text="Mine")).to_be_visible()
    assert system.library.workflow("two-editors").nodes[0].title == "Theirs"


def test_a_run_of_another_dag_has_no_result(open_page: Open):
    """Airflow shows the tab beside every run; beside those of other DAGs it says so."""
    page = open_page(base="/dags/upkeep/runs/nothing/plugin/media-ai-result")
    expect(page.get_by_text("This run is not a Media AI task")).to_be_visible()


def test_files_are_for_people_who_are_signed_in(browser, system: RunningSystem):
    """The pages' files are behind Airflow's sign-in like everything else."""
    import httpx

    from operators.ui import PREFIX, react_apps

    address = f"{system.settings.server[0]}/{react_apps()[0]['bundle_url']}"
    assert httpx.get(address).status_code == 401
    assert httpx.get(f"{system.settings.server[0]}{PREFIX}/..%2fpackage.json").status_code in (401, 404)
