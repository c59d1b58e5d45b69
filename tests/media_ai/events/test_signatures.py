"""Who may tell us something."""

import base64
import hashlib
import time

import pytest

from media_ai.errors import ErrorKind, InputError
from media_ai.events.signatures import verify_callback, verify_eventbridge, verify_mns
from tests.signing import (
    EVENTBRIDGE_CERTIFICATE,
    MNS_CERTIFICATE,
    callback_headers,
    certificate,
    eventbridge_headers,
    fetch,
    mns_headers,
)

URL = "https://media.example/media-ai/events/v1/eventbridge"
PATH = "/media-ai/events/v1/mns"
BODY = '{"id": "1", "name": "视频"}'.encode()


def refused(check) -> str:
    with pytest.raises(InputError) as caught:
        check()
    assert caught.value.kind is ErrorKind.PERMISSION
    return caught.value.message


def test_the_documented_callback_is_accepted():
    """The vector of VOD's documentation."""
    headers = {
        "x-vod-timestamp": "1519375990",
        "x-vod-signature": "c72b60894140fa98920f1279219b7ed4",
    }
    verify_callback(
        headers, prefix="x-vod", url="https://www.example.com/your/callback", key="test123", clock=lambda: 1519376000
    )


@pytest.mark.parametrize("prefix", ["x-vod", "x-ice"])
def test_callbacks_must_be_signed_for_this_address_with_this_key_now(prefix):
    """Another key, another address, an old or missing time, no signature: all are refused with their reason."""
    good = callback_headers(prefix, URL, "secret-key")
    verify_callback(good, prefix=prefix, url=URL, key="secret-key")
    assert "another key" in refused(lambda: verify_callback(good, prefix=prefix, url=URL, key="other"))
    assert "another key" in refused(lambda: verify_callback(good, prefix=prefix, url=URL + "/", key="secret-key"))
    old = callback_headers(prefix, URL, "secret-key", at=time.time() - 400)
    assert "away from now" in refused(lambda: verify_callback(old, prefix=prefix, url=URL, key="secret-key"))
    ahead = callback_headers(prefix, URL, "secret-key", at=time.time() + 400)
    assert "away from now" in refused(lambda: verify_callback(ahead, prefix=prefix, url=URL, key="secret-key"))
    assert "no time" in refused(lambda: verify_callback({}, prefix=prefix, url=URL, key="secret-key"))
    unsigned = {name: value for name, value in good.items() if name.endswith("timestamp")}
    refused(lambda: verify_callback(unsigned, prefix=prefix, url=URL, key="secret-key"))


def test_an_event_of_eventbridge_is_accepted_unchanged_only():
    """Body, address, time and every signed header are covered."""
    good = eventbridge_headers(URL, BODY)
    verify_eventbridge(good, BODY, url=URL, fetch=fetch)
    assert "not signed" in refused(lambda: verify_eventbridge(good, BODY + b" ", url=URL, fetch=fetch))
    assert "not signed" in refused(lambda: verify_eventbridge(good, BODY, url=URL + "x", fetch=fetch))
    moved = good | {"x-eventbridge-signature-timestamp": str(int(time.time() * 1000) + 5)}
    assert "not signed" in refused(lambda: verify_eventbridge(moved, BODY, url=URL, fetch=fetch))
    old = eventbridge_headers(URL, BODY, at=time.time() - 61)
    assert "away from now" in refused(lambda: verify_eventbridge(old, BODY, url=URL, fetch=fetch))
    garbled = good | {"x-eventbridge-signature-v2": "%%%"}
    assert "cannot be read" in refused(lambda: verify_eventbridge(garbled, BODY, url=URL, fetch=fetch))


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/certificate.pem",
        "https://cn-shanghai-eventbridge.oss-accelerate.aliyuncs.com.evil.example/c.pem",
        "http://cn-shanghai-eventbridge.oss-accelerate.aliyuncs.com/c.pem",
        "https://evil.example/?https://cn-shanghai-eventbridge.oss-accelerate.aliyuncs.com/c.pem",
        "https://user@cn-shanghai-eventbridge.oss-accelerate.aliyuncs.com/c.pem",
        "https://evil-eventbridge.oss-accelerate.aliyuncs.com/c.pem",
        "https://xcn-shanghai-eventbridge.oss-accelerate.aliyuncs.com/c.pem",
        "https://cn-shanghai-x-eventbridge.oss-accelerate.aliyuncs.com/c.pem",
        "https://cn-nanjing-eventbridge.oss-accelerate.aliyuncs.com/c.pem",
        "https://mns-cert.oss-evil.aliyuncs.com/c.pem",
        "https://mns-cert2.oss-cn-shanghai.aliyuncs.com/c.pem",
        "https://mns-cert.oss-cn-shanghai.aliyuncs.com.evil.example/c.pem",
        "https://mnstest.oss-cn-shanghai.aliyuncs.com/c.pem",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_certificate_from_elsewhere_is_never_fetched(place):
    """Who could choose the certificate could sign anything, and make this server ask any address."""

    def never(address: str) -> bytes:
        raise AssertionError(address)

    headers = eventbridge_headers(URL, BODY, **{"x-eventbridge-signature-url": place})
    assert "certificate" in refused(lambda: verify_eventbridge(headers, BODY, url=URL, fetch=never))
    push = mns_headers(PATH, BODY, certificate_at=place)
    assert "certificate" in refused(lambda: verify_mns(push, BODY, resource=PATH, fetch=never))


@pytest.mark.parametrize(
    "region", ["cn-hangzhou", "cn-hongkong", "ap-southeast-1", "us-east-1", "cn-shanghai-finance-1"]
)
def test_certificates_of_each_region_are_the_services(region):
    """The service has a bucket in each region that it is in."""
    place = f"https://{region}-eventbridge.oss-accelerate.aliyuncs.com/x509_public_certificate.pem"
    headers = eventbridge_headers(URL, BODY, **{"x-eventbridge-signature-url": place})
    verify_eventbridge(headers, BODY, url=URL, fetch=lambda asked: {place: certificate()}[asked])
    place = f"https://mns-cert.oss-{region}.aliyuncs.com/x509_public_certificate.pem"
    push = mns_headers(PATH, BODY, certificate_at=place)
    verify_mns(push, BODY, resource=PATH, fetch=lambda asked: {place: certificate()}[asked])


@pytest.mark.parametrize("days", [-2, 2])
def test_a_certificate_counts_while_it_is_valid_only(days):
    """What was signed with a certificate that has ended, or has not begun, is refused."""
    at = time.time() + days * 86400
    headers = eventbridge_headers(URL, BODY, at=at)
    assert "not valid now" in refused(lambda: verify_eventbridge(headers, BODY, url=URL, fetch=fetch, clock=lambda: at))
    push = mns_headers(PATH, BODY, at=at)
    assert "not valid now" in refused(lambda: verify_mns(push, BODY, resource=PATH, fetch=fetch, clock=lambda: at))


@pytest.mark.parametrize("timestamp", ["nan", "-nan", "inf", "-inf", "1e999", "", "soon"])
def test_a_time_that_is_none_is_refused(timestamp):
    """Not a number is near to nothing, although it is not far from anything either."""
    signature = hashlib.md5(f"{URL}|{timestamp}|secret-key".encode()).hexdigest()
    headers = {"x-vod-timestamp": timestamp, "x-vod-signature": signature}
    refused(lambda: verify_callback(headers, prefix="x-vod", url=URL, key="secret-key"))
    event = eventbridge_headers(URL, BODY, **{"x-eventbridge-signature-timestamp": timestamp})
    refused(lambda: verify_eventbridge(event, BODY, url=URL, fetch=fetch))


def test_a_push_of_mns_is_accepted_unchanged_only():
    """Its signature covers the digest of the body, the type, the time, its own headers and the path."""
    good = mns_headers(PATH, BODY)
    verify_mns(good, BODY, resource=PATH, fetch=fetch)
    assert "another body" in refused(lambda: verify_mns(good, b"{}", resource=PATH, fetch=fetch))
    assert "not signed" in refused(lambda: verify_mns(good, BODY, resource="/other", fetch=fetch))
    assert "not signed" in refused(lambda: verify_mns(good | {"x-mns-more": "1"}, BODY, resource=PATH, fetch=fetch))
    old = mns_headers(PATH, BODY, at=time.time() - 1000)
    assert "away from now" in refused(lambda: verify_mns(old, BODY, resource=PATH, fetch=fetch))
    odd = good | {"x-mns-signing-cert-url": "не base64"}
    assert "certificate" in refused(lambda: verify_mns(odd, BODY, resource=PATH, fetch=fetch))


def test_a_certificate_that_is_none_is_told():
    """Garbage at the service's address is a reason to refuse, not a crash."""
    assert "cannot be read" in refused(
        lambda: verify_eventbridge(eventbridge_headers(URL, BODY), BODY, url=URL, fetch=lambda _: b"garbage")
    )
    assert EVENTBRIDGE_CERTIFICATE.startswith("https://")
    assert base64.b64encode(MNS_CERTIFICATE.encode())
