"""The pages of the doors, over a real catalog."""

import re
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from media_ai.catalog.attempts import Attempts
from media_ai.catalog.member_links import MemberLinks
from media_ai.clients.oidc import OidcClient, OidcCredentials
from media_ai.members.invitations import Invitations, first_link
from media_ai.members.post import DOORS, Post
from media_ai.members.roles import Role
from media_ai_web import services
from media_ai_web.doors.app import create_doors
from media_ai_web.doors.limiting import DoorLimits
from media_ai_web.doors.words import EN, ZH
from media_ai_web.house import House
from tests.accounts import HeldAccounts, Outbox
from tests.system.oidc_server import CLIENT_ID, CLIENT_SECRET, running_oidc
from tests.web import CIPHER

pytestmark = pytest.mark.postgres
BASE, GOOD = "http://testserver", "Sentinel-1!"


class Door:
    """The application behind its limits, mounted as Airflow does it."""

    def __init__(self, database, *, oidc=None, works=False):
        from fastapi import FastAPI

        self.accounts, self.outbox, self.links = HeldAccounts(), Outbox(works=works), MemberLinks(database)
        self.house = House(accounts=self.accounts, mailer=self.outbox, base_url=BASE, oidc=oidc)
        doors = create_doors(house=self.house, cipher=CIPHER)

        async def given():
            return database

        doors.dependency_overrides[services.database] = given
        app = FastAPI()
        app.mount(DOORS, doors)
        app.add_middleware(DoorLimits, attempts=lambda: Attempts(database))
        self.client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)

    def invite(self, address="zoe@studio.example", name="Zoe", language="en"):
        post = Post(base=BASE, mailer=Outbox())
        sent = Invitations(self.links, self.accounts).invite(
            post, name=name, address=address, role=Role.MEMBER, language=language, by="Ann & <Co>"
        )
        return sent.url.partition("token=")[2]

    def get(self, page, **query):
        return self.client.get(f"{DOORS}/{page}", params=query)

    def send(self, page, headers=None, **form):
        return self.client.post(f"{DOORS}/{page}", data=form, headers=headers)


@pytest.fixture
def door(database):
    return Door(database)


def test_the_invited_makes_an_account_and_is_signed_in(door):
    """The page knows whom it is for; what the form says of the address does not count."""
    token = door.invite()
    shown = door.get("invitation", token=token)
    assert shown.status_code == 200 and "zoe@studio.example" in shown.text and "Ann &amp; &lt;Co&gt;" in shown.text
    made = door.send(
        "invitation", token=token, name="Zoe", password=GOOD, again=GOOD, address="evil@x.example", role="Admin"
    )
    assert (made.status_code, made.headers["location"]) == (303, "/")
    cookie = made.headers["set-cookie"].lower()
    assert "_token=session-of-1" in cookie and "httponly" in cookie and "samesite=lax" in cookie
    assert [(each.address, each.roles) for each in door.accounts.all()] == [("zoe@studio.example", ("Media Member",))]
    assert door.send("invitation", token=token, name="Zoe", password=GOOD, again=GOOD).status_code == 410


def test_a_weak_password_is_said_in_the_language_of_the_page(door):
    """400 and the sentence; the form keeps the name and shows no password."""
    token = door.invite(language="zh")
    assert ZH["invitation_button"] in door.get("invitation", token=token).text
    weak = door.send("invitation?lang=zh", token=token, name="<Zoe>", password="weak-Sentinel", again="weak-Sentinel")
    assert weak.status_code == 400 and weak.text.count(ZH["rule"]) == 2 and "&lt;Zoe&gt;" in weak.text
    assert "weak-Sentinel" not in weak.text
    other = door.send("invitation", token=token, name="Zoe", password=GOOD, again=GOOD + "x")
    assert other.status_code == 400 and EN["different"] in other.text


def test_the_first_person_needs_the_link(door):
    """Without it the page is closed, on whatever port it can be reached."""
    assert door.get("first").status_code == 410
    assert door.send("first", address="a@x.example", name="A", password=GOOD, again=GOOD).status_code == 410
    token = first_link(door.links, BASE, by="root").partition("token=")[2]
    assert door.get("first", token=token).status_code == 200
    made = door.send("first", token=token, address="ann@studio.example", name="Ann", password=GOOD, again=GOOD)
    assert made.status_code == 303
    assert door.accounts.all()[0].roles == ("Admin",)


def test_who_forgot_gets_a_mail_and_chooses_a_new_password(database):
    """The answer is the same for everybody; only the member has mail."""
    door = Door(database, works=True)
    door.accounts.make(address="zoe@studio.example", name="Zoe", role="User", password=GOOD)
    answers = [door.send("forgot", address=address) for address in ("zoe@studio.example", "who@studio.example")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].text.replace("zoe@", "who@") == answers[1].text
    (mail,) = door.outbox.mails
    token = re.search(r"token=(\S+)", mail.text).group(1)
    assert door.get("reset", token=token).status_code == 200
    assert door.send("reset", token=token, password="weak", again="weak").status_code == 400
    assert door.send("reset", token=token, password="Another-2!", again="Another-2!").status_code == 303
    assert door.accounts.is_password("1", "Another-2!")


def test_links_in_mails_do_not_follow_the_request(database):
    """A stranger who names another server in the request sends nobody there."""
    door = Door(database, works=True)
    door.accounts.make(address="zoe@studio.example", name="Zoe", role="User", password=GOOD)
    door.send(
        "forgot", headers={"host": "evil.example", "x-forwarded-host": "evil.example"}, address="zoe@studio.example"
    )
    assert "evil" not in door.outbox.mails[0].text and f"{BASE}{DOORS}/reset" in door.outbox.mails[0].text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_forms_of_other_sites_are_refused(door, headers):
    """By what the browser says of where they come from."""
    token = door.invite()
    sent = door.send("invitation", headers=headers, token=token, name="Zoe", password=GOOD, again=GOOD)
    assert sent.status_code == 403 and door.accounts.all() == []
    fine = door.send(
        "invitation", headers={"sec-fetch-site": "same-origin"}, token=token, name="Zoe", password=GOOD, again=GOOD
    )
    assert fine.status_code == 303


@pytest.mark.parametrize("page", ["invitation", "first", "forgot", "reset", "nothing", "provider", "provider/callback"])
def test_every_page_keeps_to_itself(door, page):
    """Nothing is stored, framed, indexed, or told to other sites; nothing runs but our own script."""
    headers = door.get(page, token="x").headers
    assert headers["cache-control"] == "no-store" and headers["referrer-policy"] == "no-referrer"
    assert (
        "default-src 'none'" in headers["content-security-policy"]
        and "frame-ancestors 'none'" in headers["content-security-policy"]
    )
    assert "unsafe" not in headers["content-security-policy"]


def test_odd_input_is_no_error_of_ours(door):
    """Long, strange, repeated, and missing fields."""
    token = door.invite()
    forms = [
        {"x": "y"},
        {"token": "x" * 2000},
        {"token": token, "name": "\0"},
        {"token": token, "name": "x" * 900, "password": GOOD, "again": GOOD},
    ]
    for page in ("invitation", "first", "forgot", "reset"):
        for form in [*forms, {"address": "\udcff".encode("utf-8", "replace").decode() * 500}]:
            assert door.send(page, **form).status_code in (400, 410, 422)
    assert (
        door.client.post(
            f"{DOORS}/forgot", content=b"x" * 70_000, headers={"content-type": "application/json"}
        ).status_code
        == 413
    )
    assert door.client.post(f"{DOORS}/forgot", files={"address": b"x"}).status_code == 415


@pytest.mark.parametrize("page", ["invitation", "first", "forgot", "reset"])
def test_every_door_is_limited(door, page):
    """429 as a page, with the time to wait; the other doors stay open."""
    form = {"token": "x", "password": "x", "again": "x"}
    answers = [door.send(page, **form, address=f"zoe{number}@studio.example") for number in range(21)]
    assert [answer.status_code == 429 for answer in answers] == [False] * 20 + [True]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 10 and EN["often_title"] in answers[-1].text
    other = "reset" if page != "reset" else "first"
    assert door.send(other, **form).status_code == 410


def test_nobody_fills_another_persons_mailbox(database):
    """A member's address gets three mails at once, whoever asks; a stranger's is answered the same."""
    door = Door(database, works=True)
    door.accounts.make(address="zoe@studio.example", name="Zoe", role="User", password=GOOD)
    for address in ("Zoe@studio.example", "who@studio.example"):
        assert [door.send("forgot", address=address).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert len(door.outbox.mails) == 3


@pytest.fixture
def provided(database):
    with running_oidc() as server:
        credentials = OidcCredentials(
            issuer=server.url, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET), label="Studio"
        )
        server.person = {"email": "Zoe@Studio.Example", "email_verified": True}
        yield Door(database, oidc=OidcClient(credentials)), server


def come(door, **changed):
    """Go to the provider and back, as a browser does."""
    import httpx

    begun = door.get("provider")
    assert begun.status_code == 303
    back = urlsplit(httpx.get(begun.headers["location"]).headers["location"])
    query = {**{part.partition("=")[0]: part.partition("=")[2] for part in back.query.split("&")}, **changed}
    return door.get("provider/callback", **query)


def test_an_invited_person_comes_in_with_a_provider(provided):
    """The invitation of the verified address is used up; the account has no password. The next time it is the same account."""
    door, _ = provided
    refused = come(door)
    assert refused.status_code == 403 and "zoe@studio.example is not a member" in refused.text
    token = door.invite()
    assert come(door).headers["location"] == "/"
    assert door.send("invitation", token=token, name="Z", password=GOOD, again=GOOD).status_code == 410
    assert come(door).status_code == 303
    assert [(each.address, each.has_password) for each in door.accounts.all()] == [("zoe@studio.example", False)]


def test_a_deactivated_member_does_not_come_in_with_a_provider(provided):
    """Whatever the provider says."""
    door, _ = provided
    zoe = door.accounts.make(address="zoe@studio.example", name="Zoe", role="User", password=GOOD)
    door.accounts.deactivate(zoe.id)
    assert come(door).status_code == 403


def test_an_address_that_is_not_verified_opens_nothing(provided):
    """Else whoever writes a member's address at a provider would be that member."""
    door, server = provided
    door.accounts.make(address="zoe@studio.example", name="Zoe", role="User", password=GOOD)
    server.person["email_verified"] = False
    answer = come(door)
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_a_sign_in_that_was_begun_elsewhere_is_refused(provided):
    """Another state, no cookie, or a cookie that is not ours: nobody is signed in by a link that they were sent."""
    door, _ = provided
    door.invite()
    assert come(door, state="other").status_code == 403
    door.client.cookies.clear()
    assert door.get("provider/callback", code="c", state="s").status_code == 403
    door.client.cookies.set("media_ai_provider", "forged")
    assert door.get("provider/callback", code="c", state="s").status_code == 403
    assert door.accounts.all() == []
