"""Notifications over the API: who may, what is refused, and that no secret comes back."""

from typing import get_args

import pytest

from media_ai.catalog.deliveries import Deliveries
from media_ai.model.notifications import CHOICES
from media_ai_web.notification_views import EventName
from media_ai_web.permissions import Permission
from tests.media_ai.notifications.test_delivering import happen
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres

URL = f"{API}/notifications"


@pytest.fixture
def client(database, tmp_path):
    return make_client(database, tmp_path, notify_networks="127.0.0.0/8")


def add(client, name="ops", **more):
    body = {"name": name, "kind": "webhook", "target": "http://127.0.0.1:9/secret-path", **more}
    return client.post(f"{URL}/endpoints", json=body)


def test_an_endpoint_is_added_changed_and_deleted(client):
    """Its secret and the rest of its address are told once and never."""
    made = add(client).json()
    assert made["secret"].startswith("whsec_") and made["place"] == "http://127.0.0.1:9"
    listed = client.get(f"{URL}/endpoints")
    assert made["secret"] not in listed.text and "secret-path" not in listed.text
    one = f"{URL}/endpoints/{made['id']}"
    changed = client.patch(one, json={"is_active": False, "language": "zh"}).json()
    assert (changed["is_active"], changed["language"], changed["name"]) == (False, "zh", "ops")
    assert client.patch(one, json={"language": None}).json()["language"] is None
    assert client.post(f"{one}/test").status_code == 409
    renewed = client.post(f"{one}/secret").json()["secret"]
    assert renewed.startswith("whsec_") and renewed != made["secret"]
    assert (client.delete(one).status_code, client.delete(one).status_code) == (204, 404)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"target": "http://10.0.0.1/"}, 403),
        ({"target": "https://169.254.169.254/latest"}, 403),
        ({"target": "https://u:p@127.0.0.1/"}, 422),
        ({"target": "ftp://127.0.0.1/"}, 422),
        ({"kind": "email"}, 422),
        ({"name": " "}, 422),
        ({"name": "a\u2028b"}, 422),
        ({"timezone": "Mars/Olympus"}, 422),
        ({"kind": "fax"}, 422),
        ({"secret": "mine"}, 422),
    ],
)
def test_what_cannot_be_sent_to_is_refused(client, more, status):
    """With the reason; nothing is kept."""
    answer = add(client, **more)
    assert answer.status_code == status, answer.text
    assert client.get(f"{URL}/endpoints").json() == []


def test_names_are_taken_once(client):
    """By a rename too."""
    add(client)
    other = add(client, "other").json()
    assert add(client).status_code == 409
    assert client.patch(f"{URL}/endpoints/{other['id']}", json={"name": "ops"}).status_code == 409


def test_a_mail_address_has_no_secret(client):
    """And none can be made."""
    made = add(client, kind="email", target="Ops@Bücher.example").json()
    assert (made["secret"], made["place"]) == (None, "ops@bücher.example")
    assert client.post(f"{URL}/endpoints/{made['id']}/secret").status_code == 409


def test_rules_are_set_in_place_of_each_other(client):
    """One for each endpoint and workflow."""
    made = add(client).json()
    rule = {"endpoint_id": made["id"], "workflow": "w", "events": ["task.failed"]}
    first = client.put(f"{URL}/rules", json=rule).json()
    second = client.put(f"{URL}/rules", json={**rule, "events": ["task.completed", "budget.near"]}).json()
    assert (first["id"], second["events"]) == (second["id"], ["budget.near", "task.completed"])
    assert len(client.get(f"{URL}/rules").json()) == 1
    assert client.put(f"{URL}/rules", json={**rule, "events": ["notification.test"]}).status_code == 422
    assert client.put(f"{URL}/rules", json={**rule, "endpoint_id": "0" * 8 + first["id"][8:]}).status_code == 404
    one = f"{URL}/rules/{first['id']}"
    assert (client.delete(one).status_code, client.delete(one).status_code) == (204, 404)


def test_deliveries_come_in_pages_and_are_sent_again(client, database):
    """One, or all that were given up."""
    made = add(client).json()
    client.put(f"{URL}/rules", json={"endpoint_id": made["id"], "events": ["task.failed"]})
    for number in range(5):
        happen(database, str(number))
    deliveries = Deliveries(database)
    for _ in range(2):
        deliveries.given_up(deliveries.claim(), status_code=500, reason="no")
    page = client.get(f"{URL}/deliveries", params={"limit": 3}).json()
    rest = client.get(f"{URL}/deliveries", params={"limit": 3, "cursor": page["next_cursor"]}).json()
    assert len({each["id"] for each in page["deliveries"] + rest["deliveries"]}) == 5 and rest["next_cursor"] is None
    lost = client.get(f"{URL}/deliveries", params={"state": "given_up"}).json()["deliveries"]
    assert {each["reason"] for each in lost} == {"no"}
    one = client.post(f"{URL}/deliveries/{lost[0]['id']}/replay").json()
    assert (one["state"], one["tries"]) == ("waiting", 0)
    assert client.post(f"{URL}/replay", json={}).json() == {"replayed": 1}
    assert client.post(f"{URL}/deliveries/{made['id']}/replay").status_code == 404


def test_rules_can_name_every_event_but_the_test():
    """The API's words are those of the model."""
    assert set(get_args(EventName)) == {str(event) for event in CHOICES}


def test_members_may_see_the_names_and_change_nothing(database, tmp_path):
    """Strangers see nothing."""
    member = make_client(database, tmp_path, gate=SetGate(allowed={Permission.READ_TASKS}))
    assert member.get(f"{URL}/endpoints").status_code == 200
    assert {member.get(f"{URL}/{each}").status_code for each in ("rules", "deliveries")} == {403}
    assert add(member).status_code == 403
    stranger = make_client(database, tmp_path, user="")
    assert stranger.get(f"{URL}/endpoints").status_code == 401
