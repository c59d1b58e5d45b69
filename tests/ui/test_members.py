"""People: the administrator invites, the invited comes in, and each sees what the role is for."""

import pytest
from playwright.sync_api import expect

from tests.running import RunningSystem
from tests.ui.conftest import Open, picture

pytestmark = pytest.mark.system
GOOD = "Sentinel-1!"


def test_an_invited_person_comes_in_and_works(open_page: Open, browser, system: RunningSystem):
    """Without a mail server the link is shown once; the invited chooses a password and sees the product's pages, and no members."""
    page = open_page("?page=members")
    page.get_by_role("button", name="Invite", exact=True).click()
    page.get_by_label("Name").fill("Zoë 王")
    page.get_by_role("textbox", name="E-mail address").fill("zoe@browser.example")
    page.get_by_role("button", name="Make the invitation").click()
    link = page.get_by_role("textbox", name="Hand over this link").input_value()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("region", name="Open invitations")).to_contain_text("zoe@browser.example")
    picture(page, "members-1440")

    context = browser.new_context(viewport={"width": 390, "height": 844})
    guest = context.new_page()
    guest.goto(link.replace("https://media.example", system.settings.server[0]))
    guest.get_by_label("Password", exact=True).fill("weak")
    guest.get_by_label("Password again").fill("weak")
    guest.get_by_role("button", name="Make my account").click()
    expect(guest.get_by_role("alert")).to_contain_text("This one has 4")
    picture(guest, "invitation-390")
    guest.get_by_label("Password", exact=True).fill(GOOD)
    guest.get_by_label("Password again").fill(GOOD)
    guest.get_by_role("button", name="Make my account").click()
    guest.wait_for_url(lambda url: "/doors/" not in url)
    guest.goto(f"{system.settings.server[0]}/plugin/media-ai?page=members")
    expect(guest.get_by_role("region", name="Your account")).to_contain_text("zoe@browser.example", timeout=60_000)
    expect(guest.get_by_role("region", name="Members", exact=True)).to_have_count(0)
    assert guest.evaluate("document.documentElement.scrollWidth") <= 390
    guest.get_by_role("button", name="Change password").click()
    guest.get_by_label("Current password").fill(GOOD)
    guest.get_by_label("New password", exact=True).fill("Changed-2!")
    guest.get_by_label("New password again").fill("Changed-2!")
    guest.get_by_role("button", name="Save").click()
    expect(guest.get_by_text("Your password is changed")).to_be_visible()
    context.close()

    page.reload()
    page.get_by_role("button", name="Actions: Zoë 王").click()
    page.get_by_role("menuitem", name="Deactivate").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Deactivate").click()
    expect(page.get_by_role("row", name="Zoë 王")).to_contain_text("Deactivated")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_sign_in_page_has_the_products_look(browser, system: RunningSystem, width: int, dark: bool):
    """A wrong password is said on the page, which fits the screen and follows the system's colours."""
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme="dark" if dark else "light")
    page = context.new_page()
    errors: list[str] = []
    page.on(
        "console", lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None
    )
    page.goto(f"{system.settings.server[0]}/auth/login/")
    page.get_by_label("E-mail address or user name").fill("admin")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not fit together")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != (
        "rgb(255, 255, 255)" if dark else "rgb(7, 18, 30)"
    )
    picture(page, f"sign-in-{'dark' if dark else 'light'}-{width}")
    context.close()
    assert errors == []
