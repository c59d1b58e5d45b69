"""The OSS client against the emulator, which checks every signature."""

import io
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.request import urlopen

import pytest
import requests

from media_ai.clients.oss import OssClient
from media_ai.clients.oss_address import split_address
from media_ai.clients.oss_reader import CHUNK, download, open_object
from media_ai.errors import ErrorKind, InputError, ServiceError
from tests.emulated import ROLE, oss_client, oss_credentials, quick


@pytest.fixture
def client(emulator):
    """A client of the emulated OSS."""
    return oss_client(emulator)


def test_an_object_carries_its_digest(client):
    """What is stored can be checked by anybody who knows OSS: SHA-256 in the metadata."""
    client.put("of/视频 1+2&x=y?#.bin", b"data", content_type="video/mp4")
    found = client.head("of/视频 1+2&x=y?#.bin")

    assert (found.size, found.sha256) == (4, sha256(b"data").hexdigest())
    assert datetime.now(UTC) - found.modified < timedelta(minutes=1)
    assert client.read("of/视频 1+2&x=y?#.bin") == b"data"


def test_requests_are_signed_v4(client, emulator, monkeypatch):
    """Nothing goes out under the old signature."""
    seen = []

    def recorded(self, *given, headers, **more):
        seen.append(headers["authorization"])
        return original(self, *given, headers=headers, **more)

    original = requests.Session.request
    monkeypatch.setattr("requests.Session.request", recorded)
    client.put("v4", b"1")

    assert seen[0].startswith("OSS4-HMAC-SHA256 Credential=")
    assert "/cn-shanghai/oss/aliyun_v4_request" in seen[0]


def test_a_range_is_read(client):
    """Exactly the bytes asked for; what lies outside is an error and not the whole object."""
    client.put("range", bytes(range(100)))

    assert client.read("range", start=10, length=5) == bytes(range(10, 15))
    assert client.read("range", start=90) == bytes(range(90, 100))
    with pytest.raises(ServiceError) as caught:
        client.read("range", start=200, length=5)
    assert caught.value.code == "InvalidRange"


def test_listing_goes_on_over_pages(client):
    """All keys arrive in order, however many pages they take."""
    keys = [f"pages/{number:02}" for number in range(7)]
    for key in reversed(keys):
        client.put(key, b"x")

    assert [found.key for found in client.list("pages/", page=3)] == keys
    assert [found.key for found in client.list("pages/", start_after="pages/04")] == keys[5:]


@pytest.mark.parametrize(
    ("fault", "operation"), [("throttle", "*"), ("server_error", "*"), ("cut", "GetObject"), ("cut", "ListObjectsV2")]
)
def test_troubles_that_pass_are_retried(client, emulator, fault, operation):
    """Throttling, errors of the service and broken connections do not reach the caller."""
    client.put("troubles/x", b"1" * 1000)
    emulator.faults().add("oss", fault, operation=operation, times=2)

    assert client.read("troubles/x") == b"1" * 1000
    assert [found.key for found in client.list("troubles/")] == ["troubles/x"]


def test_the_last_try_fails(emulator):
    """A service that does not come back ends as a retryable error, for Airflow to retry later."""
    emulator.faults().add("oss", "server_error", times=None)

    with pytest.raises(ServiceError, match="HTTP 500, InternalError") as caught:
        OssClient(oss_credentials(emulator), retry=quick(tries=3)).put("never", b"1")
    assert caught.value.kind is ErrorKind.TRANSIENT
    assert len(emulator.calls("oss", "PutObject")) == 3


def test_a_write_whose_answer_was_lost_is_ours(client, emulator):
    """The retry of a conditional write finds its own object and says that it was written."""
    original, tries = client._io.put_object, []

    def losing_the_first(*given):
        answer = original(*given)
        tries.append(answer)
        if len(tries) == 1:
            raise ConnectionError
        return answer

    client._io.put_object = losing_the_first

    assert client.put("lost-answer", b"mine", replace=False)
    assert not client.put("lost-answer", b"other", replace=False)
    assert client.read("lost-answer") == b"mine"


@pytest.mark.parametrize(
    ("changes", "kind", "sentence"),
    [
        ({"secret": "wrong-sentinel"}, ErrorKind.AUTH, "SignatureDoesNotMatch.*Check the access key id and secret"),
        ({"key_id": "nobody"}, ErrorKind.AUTH, "InvalidAccessKeyId"),
        ({"security_token": "sentinel-token"}, ErrorKind.AUTH, "InvalidSecurityToken.*get both anew"),
        ({"bucket": "no-such-bucket"}, ErrorKind.NOT_FOUND, "NoSuchBucket.*check its name and region"),
        ({"endpoint": "http://127.0.0.1:9"}, ErrorKind.TRANSIENT, "Check the endpoint and the network"),
    ],
)
def test_what_is_wrong_is_said(emulator, changes, kind, sentence):
    """The kind decides what happens next, the sentence what to do."""
    with pytest.raises(ServiceError, match=sentence) as caught:
        oss_client(emulator, **changes).put("x", b"1")
    assert caught.value.kind is kind
    assert "sentinel" not in str(caught.value)


def test_a_missing_right_names_the_ram_action(emulator):
    """Who may not, learns what to ask for."""
    keys = emulator.state.keyring.issue(expires_at=emulator.state.clock.now() + 3600, prefixes=("media-ai/other/",))
    limited = oss_client(
        emulator, key_id=keys.access_key_id, secret=keys.access_key_secret, security_token=keys.security_token
    )
    limited.put("other/x", b"1")

    with pytest.raises(ServiceError, match=r"RAM action oss:PutObject on acs:oss:\*:\*:media-ai/in/\*") as caught:
        limited.put("in/x", b"1")
    assert caught.value.kind is ErrorKind.PERMISSION


def test_nothing_is_found_where_nothing_is(client):
    """An object that does not exist is told from a bucket that does not exist."""
    assert client.find("none") is None
    client.delete("none")
    client.bucket = "no-such-bucket"
    client._io.bucket_name = "no-such-bucket"
    with pytest.raises(ServiceError, match="NoSuchBucket"):
        client.find("none")


def test_a_link_opens_the_object_for_a_while(client, emulator):
    """Whoever has the link reads the object, until it expires; the link does not show itself."""
    client.put("links/a b.txt", b"linked")
    link = client.sign("links/a b.txt", ttl_s=60)

    with urlopen(link.get_secret_value()) as answer:
        assert answer.read() == b"linked"
    assert "signature" not in f"{link} {link!r}"
    with pytest.raises(ValueError, match="1 to 604800 seconds"):
        client.sign("x", ttl_s=8 * 24 * 3600)


@pytest.mark.parametrize(
    ("fields", "begins"),
    [
        ({"endpoint": ""}, "https://media-ai.oss-cn-shanghai.aliyuncs.com/k?"),
        (
            {"endpoint": "oss-cn-shanghai-internal.aliyuncs.com"},
            "https://media-ai.oss-cn-shanghai.aliyuncs.com/k?",
        ),
        ({"public_endpoint": "https://media.example.com"}, "https://media.example.com/k?"),
    ],
)
def test_links_are_for_others(emulator, fields, begins):
    """They point to the public endpoint or the domain of one's own, whatever this machine uses."""
    assert oss_client(emulator, **fields).sign("k", ttl_s=60).get_secret_value().startswith(begins)


def test_a_role_is_assumed_and_its_session_renewed(emulator):
    """One session serves many requests, and another one is there before it ends."""
    from media_ai.clients.access_keys import keys_source

    now = [emulator.state.clock.now()]
    credentials = oss_credentials(emulator, role_arn=ROLE)
    client = OssClient(credentials, retry=quick(), keys=keys_source(credentials, clock=lambda: now[0]))
    client.put("role/a", b"1")
    client.put("role/b", b"1")
    assert len(emulator.calls("sts", "AssumeRole")) == 1
    now[0] += 3600 - 899
    assert client.read("role/a") == b"1"
    assert len(emulator.calls("sts", "AssumeRole")) == 2


def test_an_object_is_read_like_a_file(client):
    """It can be read and sought without a copy."""
    client.put("file", bytes(range(256)) * 8)
    with open_object(client, "file", buffer=512) as stream:
        stream.seek(-1, io.SEEK_END)
        assert stream.read() == b"\xff"
        stream.seek(256)
        assert stream.read(3) == b"\x00\x01\x02"
        assert stream.tell() == 259


def test_a_video_is_decoded_in_the_bucket(client, samples):
    """PyAV reads ranges: the first frame needs a part of the file only."""
    import av

    client.put_file("v.mp4", samples / "honeybees.mp4")
    with open_object(client, "v.mp4") as stream, av.open(stream) as container:
        assert next(container.decode(video=0)).width == 1280


def test_an_object_that_is_replaced_while_it_is_read_is_an_error(client):
    """Never a mixture of two."""
    client.put("mixed", b"1" * 2048)
    with open_object(client, "mixed", buffer=512) as stream:
        stream.read(512)
        client.put("mixed", b"2" * 2048)
        with pytest.raises(ServiceError) as caught:
            stream.read(512)
    assert caught.value.kind is ErrorKind.CONFLICT


def test_a_download_goes_on_where_it_ended(client, emulator, tmp_path):
    """What is there already is not fetched again."""
    data = bytes(1000) + b"end"
    client.put("down", data)
    (tmp_path / "part").write_bytes(data[:400])

    download(client, client.head("down"), tmp_path / "part")

    assert (tmp_path / "part").read_bytes() == data
    assert re.fullmatch("bytes=400-1002", emulator.calls("oss", "GetObject")[0].params["range"])
    assert CHUNK >= 1 << 20


@pytest.mark.parametrize(
    ("address", "expected"),
    [("oss://bkt/a/b c?#%20.mp4", ("bkt", "a/b c?#%20.mp4")), ("oss://bkt", ("bkt", "")), ("oss://bkt/", ("bkt", ""))],
)
def test_an_address_is_split_as_it_is_written(address, expected):
    """Keys are not decoded."""
    assert split_address(address) == expected


@pytest.mark.parametrize(
    "address", ["oss://", "oss://A/x", "http://b/x", "oss://b_c/x", "oss://bkt//x", "oss://bkt/a\0"]
)
def test_what_is_no_address_is_refused(address):
    """With one sentence."""
    with pytest.raises(InputError, match="oss://|OSS"):
        split_address(address)


def test_an_object_is_read_to_its_end_in_large_requests(client, emulator):
    """Python's own way would ask for 8 KB at a time."""
    data = bytes(range(256)) * 8000
    client.put("to-the-end", data)
    emulator.reset()

    with open_object(client, "to-the-end") as stream:
        assert stream.size == len(data)
        assert stream.read() == data

    assert len(emulator.calls("oss", "GetObject")) == 1
