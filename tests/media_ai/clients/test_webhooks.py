"""Addresses of users lead to public machines only, or to listed networks; what they answer is bounded in time and size."""

import ipaddress
import socket
import threading
import time

import pytest
from standardwebhooks import Webhook

from media_ai.clients import confined, webhooks
from media_ai.clients.confined import resolve
from media_ai.clients.webhooks import check_url, new_secret, post, signed_headers
from media_ai.errors import ErrorKind, InputError, ServiceError
from tests.receiver import Receiver

HERE = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "224.0.0.1",
        "2130706433",
        "0x7f.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_private_machines_are_refused_however_they_are_written(host):
    """Those of clouds' metadata too; the message says what an operator can do."""
    with pytest.raises(InputError, match="MEDIA_AI_NOTIFY_NETWORKS") as caught:
        resolve(host, 443, ())
    assert caught.value.kind is ErrorKind.PERMISSION


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_public_machines_are_allowed(host):
    """Nobody is asked for them."""
    assert resolve(host, 443, ()) == [host]


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example/", "https://", "//a.example", "https://u:p@8.8.8.8/", "http://8.8.8.8/", "https://[::1", "javascript:1",
     "https://8.8.8.8/" + "a" * 2000, "https://8.8.8.8:99999/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url):
    """So is a password in it, and http to the world."""
    with pytest.raises((InputError, ServiceError)):
        check_url(url, HERE)


def test_a_listed_network_may_be_asked_also_by_http():
    """By nobody else."""
    assert check_url("http://127.0.0.1:8/hook#x", HERE) == "http://127.0.0.1:8/hook"
    with pytest.raises(InputError):
        check_url("http://127.0.0.1:8/hook", ())


def test_a_name_is_looked_up_once_and_connected_where_it_led_to(monkeypatch):
    """One that leads elsewhere a moment later does not."""
    answers = iter(["8.8.8.8", "127.0.0.1"])
    connected = []

    def look_up(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    class Backend:
        def connect_tcp(self, host, *_):
            connected.append(host)
            raise confined.httpcore.ConnectError("enough")

    monkeypatch.setattr(confined.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(confined.httpcore, "SyncBackend", Backend)
    with pytest.raises(ServiceError):
        post("https://changing.example/", "{}", {}, ())
    assert connected == ["8.8.8.8"]
    with pytest.raises(InputError):
        post("https://changing.example/", "{}", {}, ())
    assert connected == ["8.8.8.8"]


def test_a_signature_is_that_of_standard_webhooks():
    """The library of another hand verifies it; one byte more, and it does not hold."""
    secret, body = new_secret(), '{"a": "视频 🎬"}'
    headers = signed_headers(secret, "msg_1", body)
    assert Webhook(secret).verify(body, headers) == {"a": "视频 🎬"}
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(secret).verify(body + " ", headers)
    assert len({new_secret() for _ in range(10)}) == 10


def test_a_body_arrives_as_it_was_signed():
    """In UTF-8, with the host and the path of the address."""
    with Receiver() as receiver:
        assert post(receiver.url + "?a=1", '{"a": "视频"}', {"webhook-id": "x"}, HERE).is_accepted
    path, headers, body = receiver.got[0]
    assert (path, body.decode(), headers["content-type"]) == ("/hook?a=1", '{"a": "视频"}', "application/json")


@pytest.mark.parametrize("drip", [b"", b"H", b"HTTP/1.1 200 OK\r\n"])
def test_one_that_speaks_too_slowly_is_left(drip, monkeypatch):
    """However it does it: a byte now and then does not hold the deliverer."""
    monkeypatch.setattr(webhooks, "LONGEST_S", 0.6)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak():
            connection, _ = server.accept()
            with connection:
                connection.sendall(drip)
                while not over.wait(0.1):
                    try:
                        connection.sendall(b"x" if drip else b"")
                    except OSError:
                        return

        thread = threading.Thread(target=speak)
        thread.start()
        started = time.monotonic()
        with pytest.raises(ServiceError, match="did not answer"):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", "{}", {}, HERE)
        assert time.monotonic() - started < 2
        over.set()
        thread.join()


def test_an_answer_without_end_is_not_read():
    """Its status counts."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak():
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                while not over.is_set():
                    try:
                        connection.sendall(b"x" * 4096)
                    except OSError:
                        return

        thread = threading.Thread(target=speak)
        thread.start()
        started = time.monotonic()
        assert post(f"http://127.0.0.1:{server.getsockname()[1]}/", "{}", {}, HERE).status == 200
        assert time.monotonic() - started < 2
        over.set()
        thread.join()


def test_nobody_there_is_said_so():
    """As trouble that may pass."""
    with pytest.raises(ServiceError, match="did not answer") as caught:
        post("http://127.0.0.1:9/", "{}", {}, HERE)
    assert caught.value.kind.is_retryable
