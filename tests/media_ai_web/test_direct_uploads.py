"""Uploads straight to OSS: links for parts of one object, gone on with, ended once, by their owner only."""

import os
import time

import httpx
import oss2
import pytest

from media_ai.clients.credentials import OssCredentials
from media_ai.settings import Settings
from media_ai.tasks.direct_uploads import open_direct_uploads
from media_ai.tasks.events import VIDEO_ENDINGS
from media_ai_web import services
from media_ai_web.permissions import Permission
from tests.emulated import oss_client, oss_credentials
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres
D = f"{API}/direct-uploads"
PREFIX = "oss://media-ai/people/uploads/"
PART = 16 << 20
SIZE = PART + 200_000
DATA = os.urandom(SIZE)


@pytest.fixture
def client(database, tmp_path, emulator, monkeypatch):
    known = {OssCredentials: oss_credentials(emulator)}
    monkeypatch.setattr(services, "_given", [lambda kind: known[kind]])
    return make_client(database, tmp_path, upload_prefix=PREFIX, upload_max_gb=0.1)


def begin(client, *, name="外滩 2024.MP4", size=SIZE) -> dict:
    answer = client.post(D, json={"name": name, "size": size})
    assert answer.status_code == 201, answer.text
    return answer.json()


def links(client, upload, *numbers) -> dict[int, str]:
    answer = client.post(f"{D}/{upload['id']}/links", json={"numbers": numbers})
    assert answer.status_code == 200, answer.text
    return {link["number"]: link["url"] for link in answer.json()}


def send(url: str, data: bytes) -> int:
    return httpx.put(url, content=data, timeout=60).status_code


def part(number: int) -> bytes:
    return DATA[(number - 1) * PART : number * PART]


def test_a_file_goes_to_oss_in_parts_and_can_be_used(client, emulator):
    """The server sees no byte of it: it hands out links, says what has arrived, and gives the address at the end; again is once."""
    assert client.get(D).json() == {"is_offered": True, "endings": list(VIDEO_ENDINGS)}
    upload = begin(client)
    assert (upload["part_bytes"], upload["arrived"], upload["address"]) == (PART, [], None)
    assert client.post(f"{D}/{upload['id']}/complete").status_code == 409
    assert send(links(client, upload, 2)[2], part(2)) == 200
    assert client.get(f"{D}/{upload['id']}").json()["arrived"] == [2]
    assert send(links(client, upload, 1, 2)[1], part(1)) == 200

    done = client.post(f"{D}/{upload['id']}/complete").json()
    assert done["address"] == f"{PREFIX}{upload['id']}/2024.mp4"
    assert (done["is_finished"], done["arrived"], done["expires_at"]) == (True, [1, 2], None)
    key = done["address"].removeprefix("oss://media-ai/")
    assert oss_client(emulator).read(key) == DATA
    assert client.post(f"{D}/{upload['id']}/complete").json() == done
    assert client.post(f"{D}/{upload['id']}/links", json={"numbers": [1]}).status_code == 409
    assert [(item["id"], item["address"]) for item in client.get(f"{API}/uploads").json()] == [
        (upload["id"], done["address"])
    ]


def test_an_end_whose_answer_was_lost_is_found(client, emulator, tmp_path):
    """OSS made the object and this process was killed before it wrote so: it is there when somebody asks."""
    upload = begin(client, size=5)
    send(links(client, upload, 1)[1], b"12345")
    record = tmp_path / "uploads" / ".direct" / f"{upload['id']}.json"
    before = record.read_text()
    client.post(f"{D}/{upload['id']}/complete").raise_for_status()
    record.write_text(before)
    assert client.get(f"{D}/{upload['id']}").json()["is_finished"] is True


def test_a_link_is_good_for_one_part_of_one_object(client, emulator):
    """Not for more bytes than declared, another part, another object, reading or removing, nor after 15 minutes."""
    upload = begin(client)
    url = links(client, upload, 2)[2]
    assert send(url, part(2) + b"x") == 403
    assert send(url.replace("partNumber=2", "partNumber=1"), part(2)) == 403
    assert send(url.replace("2024.mp4", "2025.mp4"), part(2)) == 403
    assert httpx.get(url).status_code == 403
    assert httpx.delete(url).status_code == 403
    emulator.advance(901)
    try:
        assert send(url, part(2)) == 403
    finally:
        emulator.reset()
    assert client.get(f"{D}/{upload['id']}").json()["arrived"] == []


@pytest.mark.parametrize(
    ("name", "size", "told"),
    [
        ("a.exe", 5, "is no video"),
        ("a.srt", 5, "is no video"),
        ("a.mp4", 0, "0 bytes"),
        ("a.mp4", 10**9, "1,000,000,000"),
    ],
)
def test_what_is_no_video_is_refused_before_it_is_sent(client, emulator, name, size, told):
    """As for uploads to the server: kind and size are checked first."""
    answer = client.post(D, json={"name": name, "size": size})
    assert (answer.status_code, told in answer.json()["detail"]) == (422, True)


def test_nobody_else_touches_it(client):
    """Another person can neither read, go on with, end nor remove it; ids that nobody gave out lead nowhere."""
    upload = begin(client)
    other = {"headers": {"user": "mallory"}}
    for answer in (
        client.get(f"{D}/{upload['id']}", **other),
        client.post(f"{D}/{upload['id']}/links", json={"numbers": [1]}, **other),
        client.post(f"{D}/{upload['id']}/complete", **other),
        client.delete(f"{D}/{upload['id']}", **other),
    ):
        assert answer.status_code == 403
    assert client.get(f"{D}/{'0' * 32}").status_code == 404
    assert client.get(f"{D}/..%2F..%2Fsystem").status_code == 404
    for numbers in ([3], [0], [10_001], [], list(range(1, 22))):
        assert client.post(f"{D}/{upload['id']}/links", json={"numbers": numbers}).status_code == 422


def test_an_upload_is_given_up(client, emulator):
    """Its parts are removed, and its links lead nowhere; a finished one loses its object."""
    upload = begin(client, size=5)
    url = links(client, upload, 1)[1]
    assert client.delete(f"{D}/{upload['id']}").status_code == 204
    assert (send(url, b"12345"), client.get(f"{D}/{upload['id']}").status_code) == (404, 404)
    done = begin(client, size=5)
    send(links(client, done, 1)[1], b"12345")
    address = client.post(f"{D}/{done['id']}/complete").json()["address"]
    assert client.delete(f"{D}/{done['id']}").status_code == 204
    assert oss_client(emulator).find(address.removeprefix("oss://media-ai/")) is None


def test_what_nobody_goes_on_with_is_removed(client, emulator, tmp_path):
    """After the hours of the setting; a finished one stays."""
    upload, done = begin(client, size=5), begin(client, size=5)
    send(links(client, done, 1)[1], b"12345")
    client.post(f"{D}/{done['id']}/complete").raise_for_status()
    uploads = open_direct_uploads(Settings(home=tmp_path, upload_prefix=PREFIX), lambda kind: oss_credentials(emulator))
    assert uploads.remove_expired() == 0
    for each in (upload, done):
        path = tmp_path / "uploads" / ".direct" / f"{each['id']}.json"
        os.utime(path, (0, time.time() - 49 * 3600))
    assert uploads.remove_expired() == 1
    assert client.get(f"{D}/{upload['id']}").status_code == 404
    assert client.get(f"{D}/{done['id']}").json()["is_finished"] is True


def test_tasks_may_read_it_and_keep_its_name(client, emulator, tmp_path):
    """The folder need not be among those that tasks read; the title is what the sender calls the file."""
    upload = begin(client, size=5)
    send(links(client, upload, 1)[1], b"12345")
    address = client.post(f"{D}/{upload['id']}/complete").json()["address"]
    settings = Settings(home=tmp_path, upload_prefix=PREFIX)
    files = settings.media_files(lambda kind: oss_credentials(emulator))
    assert files.local_path(address, what="video").read_bytes() == b"12345"
    assert open_direct_uploads(settings, lambda kind: oss_credentials(emulator)).title_of(address) == "外滩 2024"


def test_without_the_setting_files_go_to_the_server(database, tmp_path):
    """The pages are told so; whoever begins one anyway is told what to set."""
    client = make_client(database, tmp_path)
    assert client.get(D).json()["is_offered"] is False
    answer = client.post(D, json={"name": "a.mp4", "size": 5})
    assert (answer.status_code, "MEDIA_AI_UPLOAD_PREFIX" in answer.json()["detail"]) == (404, True)
    with pytest.raises(ValueError, match="upload_prefix"):
        Settings(home=tmp_path, upload_prefix="oss://bucket")


def test_without_credentials_files_go_to_the_server(database, tmp_path, monkeypatch):
    """The setting alone promises nothing."""
    monkeypatch.setattr(services, "_given", [])
    assert make_client(database, tmp_path, upload_prefix=PREFIX).get(D).json()["is_offered"] is False


def test_only_people_who_create_tasks_may_send(database, tmp_path):
    """403 without the permission, 401 for nobody."""
    gate = SetGate(allowed=set(Permission) - {Permission.CREATE_TASKS})
    assert make_client(database, tmp_path, gate=gate).post(D, json={"name": "a.mp4", "size": 5}).status_code == 403
    assert make_client(database, tmp_path, user="").get(D).status_code == 401


@pytest.fixture
def open_to_the_page(emulator):
    """The rule that the documentation names, on the bucket."""
    rule = oss2.models.CorsRule(allowed_origins=["https://media.example"], allowed_methods=["PUT"])
    oss = oss_client(emulator)
    oss.call("oss:PutBucketCors", "", lambda io, _: io.put_bucket_cors(oss2.models.BucketCors([rule])))
    yield
    oss.call("oss:DeleteBucketCors", "", lambda io, _: io.delete_bucket_cors())


def test_the_bucket_takes_it_from_the_page(client, open_to_the_page):
    """A browser that asks first is answered by the bucket's own rule: PUT from the page's address is all that is needed."""
    url = links(client, begin(client, size=5), 1)[1]
    asked = {"Origin": "https://media.example", "Access-Control-Request-Method": "PUT"}
    assert httpx.options(url, headers=asked).status_code == 200
    sent = httpx.put(url, content=b"12345", headers={"Origin": "https://media.example"})
    assert sent.headers["access-control-allow-origin"] == "https://media.example"
