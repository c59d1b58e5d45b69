"""The doors of the real system: Airflow's own and ours keep one rule, one limit, and end sessions alike."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default as modern
from urllib.parse import urlsplit

import httpx
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from media_ai.members.passwords import RULE
from media_ai.system.databases import run_airflow
from media_ai.system.environment import airflow_environment
from media_ai.system.postgres import free_port
from media_ai.system.secrets import load_secrets
from tests.system.callers import PASSWORD, client_of, make_member

pytestmark = pytest.mark.system
DOORS = "/media-ai/doors"
NEW = "Changed-2!"
NEEDS = {
    "Media Viewer": {"signed in", "read workflows", "read tasks"},
    "Media Member": {
        "signed in", "read workflows", "read tasks", "edit and publish workflows", "create tasks", "stop, restart and annotate tasks",
    },
}  # fmt: skip


_OPEN: list[httpx.Client] = []


def browsing(url, **more):
    """Return a client that is closed after the test."""
    _OPEN.append(httpx.Client(base_url=url, timeout=60, **more))
    return _OPEN[-1]


@pytest.fixture(autouse=True)
def _fresh_counts(system):
    """All tests come from one network address: what one has tried must not stop the next."""
    forget(system)
    yield
    forget(system)
    while _OPEN:
        _OPEN.pop().close()


def forget(system):
    with system.database.transaction() as connection:
        connection.execute(text("DELETE FROM media_ai.rate_limits WHERE key LIKE 'try:%'"))


@pytest.fixture
def url(system) -> str:
    return str(system.settings.server[0])


@pytest.fixture
def admin(system):
    with client_of(system) as client:
        yield client


def invite(admin, address, *, name="Zoe", role="Media Member", language="en"):
    body = {"name": name, "address": address, "role": role, "language": language}
    return admin.post("/invitations", json=body)


def accept(url, link, *, name="Zoe", password=PASSWORD):
    token = urlsplit(link).query.partition("token=")[2]
    form = {"token": token, "name": name, "password": password, "again": password}
    return httpx.post(f"{url}{DOORS}/invitation", data=form, timeout=60)


def joined(url, admin, address, **more):
    """Return a member's session."""
    link = invite(admin, address, **more).raise_for_status().json()["link"]
    return accept(url, link).cookies["_token"]


def status(url, token, path="/api/v2/dags"):
    return httpx.get(f"{url}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=60).status_code


def both(url, token):
    return status(url, token), status(url, token, "/media-ai/api/v1/me")


def sign_in_page(url):
    """Return a browser at the sign-in page, and what its form must send along."""
    browser = browsing(url)
    page = browser.get("/auth/login/")
    return browser, re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)


def by_password(url, user, password):
    browser, csrf = sign_in_page(url)
    answer = browser.post("/auth/login/", data={"csrf_token": csrf, "username": user, "password": password})
    return browser, answer


@pytest.mark.parametrize("role", ["Media Viewer", "Media Member", "Media Admin"])
def test_each_role_may_do_what_it_is_for(url, admin, role):
    """Walks the API's document: what a role may not do is 403, everything else gets past the door."""
    token = joined(url, admin, f"{role.split()[1].lower()}@roles.example", role=role)
    document = admin.get("/openapi.json").json()
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as member:
        checked = 0
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                # Odd ids: nothing that exists is changed, by those who may either.
                place = "/".join("0" if part.startswith("{") else part for part in path.split("/"))
                needed = set(re.split(r" and (?!publish|annotate)", operation["x-permission"]))
                refused = role in NEEDS and not needed <= NEEDS[role]
                answer = member.request(method, f"/media-ai{place}")
                assert (answer.status_code == 403) is refused, f"{role}: {method} {path}: {answer.text[:200]}"
                checked += 1
        assert checked > 40
        assert member.get("/api/v2/plugins").status_code == 200
        assert member.get("/api/v2/connections").status_code == (200 if role == "Media Admin" else 403)
        assert member.get("/auth/fab/v1/users").status_code == 403
        assert member.get("/auth/fab/v1/roles").status_code == 403
        assert member.delete("/api/v2/dags/nothing").status_code == (404 if role == "Media Admin" else 403)


def test_weak_passwords_are_refused_by_rest(system, url, admin):
    """400 and the sentence, from the account's making as from its change; nothing is changed."""
    make_member(system, "weakling", "Viewer")
    users = f"{url}/auth/fab/v1/users"
    body = {
        "username": "w2",
        "email": "w2@x.example",
        "first_name": "a",
        "last_name": "b",
        "roles": [{"name": "Viewer"}],
    }
    for weak in ("weak", "", "no-upper-1", "x" * 200):
        for answer in (
            admin.post(users, json={**body, "password": weak}),
            admin.patch(f"{users}/weakling", params={"update_mask": "password"}, json={"password": weak}),
        ):
            assert answer.status_code == 400 and answer.json()["detail"].startswith(RULE)
    assert admin.get(f"{users}/w2").status_code == 404
    client_of(system, "weakling", PASSWORD).close()


def test_weak_passwords_are_refused_by_fabs_pages(system, url):
    """The forms of Airflow's own pages say the sentence, and change nothing."""
    _, user, secret = system.settings.server
    browser, _ = by_password(url, user, secret)
    for path, more in (
        ("/auth/users/add", {"first_name": "a", "last_name": "b", "username": "w3", "email": "w3@x.example", "active": "y", "roles": "1"}),
        ("/auth/resetmypassword/form", {}),
        ("/auth/resetpassword/form?pk=1", {}),
    ):  # fmt: skip
        page = browser.get(path, follow_redirects=True)
        csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)
        form = {"csrf_token": csrf, "password": "weak", "conf_password": "weak", **more}
        answer = browser.post(path, data=form)
        assert answer.status_code == 200 and "an upper-case letter and a special character" in answer.text, path
    client_of(system).close()


def test_weak_passwords_are_refused_by_the_command_line(system, tmp_path):
    """`airflow users` ends with the sentence; who is imported has no password until a link gives one."""
    home = system.settings.home
    secrets = load_secrets(home / "secrets.json")
    postgres = system.embedded._postgres(secrets)
    environment = airflow_environment(
        system.settings, secrets, metadata_url=postgres.url("airflow"), catalog_url=postgres.url("media_ai"), port=8080
    )
    create = (
        "users",
        "create",
        "--username",
        "w4",
        "--role",
        "Viewer",
        "--firstname",
        "a",
        "--lastname",
        "b",
        "--email",
        "w4@x.example",
    )
    for arguments in (create, ("users", "reset-password", "--username", "admin")):
        with pytest.raises(Exception, match="This one has 4, and lacks") as caught:
            run_airflow(environment, *arguments, answers="weak\nweak\n")
        assert "Traceback" not in str(caught.value)
    people = tmp_path / "people.json"
    person = {"username": "w5", "email": "w5@x.example", "firstname": "a", "lastname": "b", "roles": ["Viewer"]}
    people.write_text(json.dumps([{**person, "password": "weak"}]))
    with pytest.raises(Exception, match="password"):
        run_airflow(environment, "users", "import", str(people))
    people.write_text(json.dumps([person]))
    assert "w5@x.example" in run_airflow(environment, "users", "import", str(people))
    address = system.settings.server[0]
    for password in ("", "weak", "!", "None"):
        answer = httpx.post(f"{address}/auth/token", json={"username": "w5", "password": password}, timeout=60)
        assert answer.status_code in (400, 401)
    with client_of(system) as admin:
        (w5,) = (each for each in admin.get("/members").json()["members"] if each["username"] == "w5")
    assert w5["has_password"] is False


@pytest.mark.parametrize("path", ["/auth/token", "/auth/token/cli", "/auth/api/v1/security/login", "/auth/login/"])
def test_sign_in_is_limited_for_all_processes(system, url, path):
    """429 with the time to wait after twenty wrong passwords; a right one does not count, and later all is well."""
    make_member(system, "guessed", "Viewer")
    browser, csrf = sign_in_page(url)

    def attempt(password):
        given = {"username": "guessed", "password": password}
        if path == "/auth/login/":
            return browser.post(path, data={**given, "csrf_token": csrf})
        return browser.post(path, json={**given, "provider": "db"})

    answers = [attempt("wrong") for _ in range(20)]
    assert [answer.status_code for answer in answers] == [401] * 20
    # A slow machine needs more than the ten seconds in which there is one more.
    while (refused := attempt("wrong")).status_code == 401:
        answers.append(refused)
        assert len(answers) < 30
    assert refused.status_code == 429 and 1 <= int(refused.headers["retry-after"]) <= 10
    forget(system)
    assert attempt(PASSWORD).status_code < 400


def test_an_account_is_limited_wherever_the_guesses_come_from(system, url):
    """Two doors of one machine count for one account; the same account is found under any case of letters."""
    from media_ai.catalog.attempts import Attempts
    from media_ai_web.doors.limiting import _BY_ACCOUNT

    attempts = Attempts(system.database)
    while not attempts.take("account anybody", _BY_ACCOUNT):
        pass
    answer = httpx.post(f"{url}/auth/token", json={"username": " ANYBODY ", "password": "x"}, timeout=60)
    assert answer.status_code == 429


def test_changing_the_password_ends_the_other_sessions(url, admin):
    """401 at our API and at Airflow's within about a second, for the token, the cookie and FAB's own session."""
    token = joined(url, admin, "changer@studio.example")
    browser, answer = by_password(url, "changer@studio.example", PASSWORD)
    assert answer.status_code == 302 and browser.get("/auth/users/userinfo/").status_code == 200
    assert both(url, token) == (200, 200)
    me = browsing(f"{url}/media-ai/api/v1", cookies={"_token": token})
    assert me.post("/me/password", json={"current": "Wrong-1!x", "new": NEW}).status_code == 422
    assert me.post("/me/password", json={"current": PASSWORD, "new": "weak"}).json()["detail"].startswith(RULE)
    assert both(url, token) == (200, 200)
    assert me.post("/me/password", json={"current": PASSWORD, "new": NEW}).status_code == 204
    time.sleep(1.1)
    assert both(url, token) == (401, 401)
    assert browser.get("/media-ai/api/v1/me").status_code == 401
    assert browser.get("/auth/users/userinfo/").status_code == 302
    assert me.get("/me").status_code == 200
    assert by_password(url, "changer@studio.example", NEW)[1].status_code == 302


def test_wrong_current_passwords_are_limited(url, admin):
    """Who finds a session open does not find the password with it."""
    token = joined(url, admin, "guarded@studio.example")
    with httpx.Client(
        base_url=f"{url}/media-ai/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60
    ) as me:
        answers = [me.post("/me/password", json={"current": "Wrong-1!x", "new": NEW}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_airflows_own_doors_end_sessions_too(system, url, admin):
    """A password that is changed by REST, by whoever, ends the sessions of the old one."""
    make_member(system, "patched", "Viewer")
    with client_of(system, "patched", PASSWORD) as client:
        token = client.headers["Authorization"].split()[1]
    assert both(url, token) == (200, 200)
    done = admin.patch(f"{url}/auth/fab/v1/users/patched", params={"update_mask": "password"}, json={"password": NEW})
    assert done.status_code == 200
    time.sleep(1.1)
    assert both(url, token) == (401, 401)


def test_a_deactivated_member_is_out_and_comes_back_by_a_link_only(system, url, admin):
    """401 within about a second; the old password opens nothing, an administrator's link does, and the old session stays dead."""
    token = joined(url, admin, "leaver@studio.example")
    (leaver,) = (each for each in admin.get("/members").json()["members"] if each["address"] == "leaver@studio.example")
    assert admin.patch(f"/members/{leaver['id']}", json={"is_active": False}).json()["is_active"] is False
    time.sleep(1.1)
    assert both(url, token) == (401, 401)
    assert by_password(url, "leaver@studio.example", PASSWORD)[1].status_code == 401
    link = admin.post(f"/members/{leaver['id']}/reset-link", json={}).json()["link"]
    form = {"token": link.partition("token=")[2], "password": NEW, "again": NEW}
    back = httpx.post(f"{url}{DOORS}/reset", data=form, timeout=60)
    assert back.status_code == 303
    assert both(url, back.cookies["_token"]) == (200, 200) and both(url, token) == (401, 401)


def test_two_who_open_one_invitation_make_one_account(url, admin):
    """At the same moment; the other is told that the link is used."""
    link = invite(admin, "twice@bücher.example", name="Zoë 王 👩‍💻").json()["link"]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda name: accept(url, link, name=name), ["Zoë 王", "Other"]))
    assert sorted(answer.status_code for answer in answers) == [303, 410]
    found = [each for each in admin.get("/members").json()["members"] if each["address"] == "twice@bücher.example"]
    assert len(found) == 1 and found[0]["roles"] == ["Media Member"]
    assert invite(admin, "TWICE@xn--bcher-kva.example").status_code == 409


def test_odd_invitations_are_refused(admin):
    """Line ends, lists, other roles, and what is no text."""
    for body in (
        {"name": "a\r\nBcc: b@x.example", "address": "a@x.example"},
        {"name": "a", "address": "a@x.example\r\nBcc: b@x.example"},
        {"name": "a", "address": "a@x.example,b@x.example"},
        {"name": "a", "address": "a@x.example", "role": "Admin"},
        {"name": "a", "address": "a@x.example", "role": "Media Admin", "password": "x"},
        {"name": 7, "address": []},
    ):
        assert admin.post("/invitations", json=body).status_code == 422
    assert admin.delete("/invitations/99999999").status_code == 404
    assert admin.get("/members").status_code == 200
    assert admin.patch("/members/x'; DROP", json={"is_active": False}).status_code == 404


class Box:
    """What a mail server takes, after `slow_s`."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, object]] = []
        self.slow_s = 0.0

    async def handle_DATA(self, _server, _session, envelope) -> str:
        import asyncio

        await asyncio.sleep(self.slow_s)
        self.mails += [(to, message_from_bytes(envelope.content, policy=modern)) for to in envelope.rcpt_tos]
        return "250 OK"

    def wait(self, count: int) -> list[tuple[str, object]]:
        deadline = time.monotonic() + 20
        while len(self.mails) < count:
            assert time.monotonic() < deadline, f"{len(self.mails)} of {count} mails came"
            time.sleep(0.05)
        return self.mails


@pytest.fixture
def box(url, admin):
    """A real mail server, and Airflow's connection to it."""
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)
    controller.start()
    connection = {
        "connection_id": "smtp_default", "conn_type": "smtp", "host": "127.0.0.1", "port": controller.port,
        "extra": json.dumps({"disable_ssl": True, "disable_tls": True, "from_email": "doors@media.example", "timeout": 10}),
    }  # fmt: skip
    admin.post(f"{url}/api/v2/connections", json=connection).raise_for_status()
    yield box
    admin.delete(f"{url}/api/v2/connections/smtp_default")
    controller.stop()


def test_an_invitation_arrives_by_mail(url, admin, box):
    """With text and HTML, in its language; the link is in the mail and nowhere else."""
    made = invite(admin, "xiaoming@bücher.example", name="王小明", language="zh").json()
    assert made["is_mailed"] and made["link"] is None
    ((to, mail),) = box.wait(1)
    assert to == "xiaoming@xn--bcher-kva.example"
    assert "邀请您加入 Media AI" in mail["Subject"] and mail["From"].addresses[0].addr_spec == "doors@media.example"
    parts = {part.get_content_type(): part.get_content() for part in mail.iter_parts()}
    assert set(parts) == {"text/plain", "text/html"} and "王小明，您好" in parts["text/plain"]
    link = re.search(r"https://media\.example\S+", parts["text/plain"]).group(0)
    assert link.replace("&", "&amp;") in parts["text/html"]
    assert accept(url, link).status_code == 303


def test_a_forgotten_password_takes_the_same_time_for_everybody(system, url, admin, box):
    """A slow mail server shows nobody who is a member; the link works, and no log has its token."""
    joined_before = len(box.mails)
    invite(admin, "forgetful@studio.example")
    first = box.wait(joined_before + 1)[-1][1].get_body(("plain",)).get_content()
    accept(url, re.search(r"https://\S+", first).group(0))
    box.slow_s = 2.0
    took = {}
    for address in (
        "forgetful@studio.example",
        "stranger@studio.example",
        "forgetful@studio.example",
        "stranger@studio.example",
    ):
        started = time.monotonic()
        answer = httpx.post(f"{url}{DOORS}/forgot", data={"address": address}, timeout=60)
        took.setdefault(address, []).append(time.monotonic() - started)
        assert answer.status_code == 200
    assert all(seconds < 1.5 for each in took.values() for seconds in each), took
    mails = box.wait(joined_before + 3)
    assert {to for to, _ in mails[-2:]} == {"forgetful@studio.example"}
    tokens = [re.search(r"token=(\S+)", mail.get_body(("plain",)).get_content()).group(1) for _, mail in mails[-2:]]
    shown = [httpx.get(f"{url}{DOORS}/reset", params={"token": token}, timeout=60).status_code for token in tokens]
    assert sorted(shown) == [200, 410]
    good = tokens[shown.index(200)]
    done = httpx.post(f"{url}{DOORS}/reset", data={"token": good, "password": NEW, "again": NEW}, timeout=60)
    assert done.status_code == 303
    logs = "".join(path.read_text(errors="replace") for path in (system.home / "logs").rglob("*.log"))
    assert good not in logs and DOORS in logs


def test_the_command_line_lets_somebody_in(system, url):
    """Invite, list, reset and deactivate, for who has a shell; the reset works when nobody can sign in."""
    invited = system.cli("members", "invite", "shell@studio.example", "--name", "Shell", "--role", "viewer")
    assert invited.returncode == 0, invited.stderr
    assert accept(url, invited.stdout.split()[-1]).status_code == 303
    listed = system.cli("members", "list")
    assert "shell@studio.example" in listed.stdout and "Media Viewer" in listed.stdout
    assert system.cli("members", "deactivate", "Shell@studio.example").returncode == 0
    link = system.cli("members", "reset", "shell@studio.example").stdout.split()[-1]
    form = {"token": link.partition("token=")[2], "password": NEW, "again": NEW}
    assert httpx.post(f"{url}{DOORS}/reset", data=form, timeout=60).status_code == 303
    wrong = system.cli("members", "deactivate", "nobody")
    assert wrong.returncode == 2 and "Traceback" not in wrong.stderr
