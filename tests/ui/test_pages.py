"""Each page in Airflow's own look: languages, dark, small screens, two people, other DAGs."""

import pytest
from playwright.sync_api import expect

from tests.system.conftest import RunningSystem
from tests.ui.conftest import Open, picture

pytestmark = pytest.mark.system


@pytest.mark.parametrize("language,custom", [("en", "Custom workflows"), ("zh-CN", "自定义工作流")])
@pytest.mark.parametrize("width,dark", [(1440, False), (390, True)])
def test_pages_follow_airflow(open_page: Open, language: str, custom: str, width: int, dark: bool):
    """The pages are in Airflow's language and colours, and nothing runs out of a small screen."""
    page = open_page(language=language, width=width, dark=dark)
    expect(page.get_by_role("heading", name=custom)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, f"workflows-{language}-{width}")


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
