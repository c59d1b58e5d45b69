"""VOD's errors through its SDK: one row each of what the service says and what it means here."""

from collections.abc import Iterator

import pytest

from media_ai.clients.access import Access
from media_ai.clients.credentials import VodCredentials
from media_ai.clients.vod import open_vod
from media_ai.clients.vod_calls import VodCalls, vod_api
from media_ai.errors import ErrorKind, ServiceError
from tests.emulated import quick
from tests.local_server import LocalServer

ROWS = [
    (404, "InvalidAccessKeyId.NotFound", ErrorKind.AUTH),
    (400, "InvalidAccessKeyId.Inactive", ErrorKind.AUTH),
    (400, "SignatureDoesNotMatch", ErrorKind.AUTH),
    (400, "IncompleteSignature", ErrorKind.AUTH),
    (400, "InvalidTimeStamp.Expired", ErrorKind.AUTH),
    (400, "SignatureNonceUsed", ErrorKind.TRANSIENT),
    (400, "InvalidParameter", ErrorKind.INVALID),
    (400, "InvalidParameter.Title", ErrorKind.INVALID),
    (400, "MissingParameter", ErrorKind.INVALID),
    (400, "MissingFileName", ErrorKind.INVALID),
    (400, "InvalidFileName.Extension", ErrorKind.INVALID),
    (400, "LengthExceededMax", ErrorKind.INVALID),
    (400, "TagsExceededMax", ErrorKind.INVALID),
    (400, "IllegalCharacters", ErrorKind.INVALID),
    (400, "IllegalUserData", ErrorKind.INVALID),
    (403, "Forbidden.AccessDenied", ErrorKind.PERMISSION),
    (403, "Forbidden.RAM", ErrorKind.PERMISSION),
    (403, "NoPermission", ErrorKind.PERMISSION),
    (403, "OperationDenied", ErrorKind.OVERDUE),
    (403, "OperationDenied.Suspended", ErrorKind.OVERDUE),
    (503, "ServiceUnavailable", ErrorKind.TRANSIENT),
    (500, "InternalError", ErrorKind.TRANSIENT),
    (503, "AddVideoFailed", ErrorKind.TRANSIENT),
    (400, "Throttling.User", ErrorKind.THROTTLED),
    (429, "Throttling", ErrorKind.THROTTLED),
    (503, "Throttling.Api", ErrorKind.THROTTLED),
    (403, "QuotaExceeded.UploadVideo", ErrorKind.QUOTA),
    (404, "InvalidVideo.NotFound", ErrorKind.NOT_FOUND),
    (404, "InvalidMedia.NotFound", ErrorKind.NOT_FOUND),
    (400, "MediaNotFound", ErrorKind.NOT_FOUND),
    (400, "NoSuchResource", ErrorKind.NOT_FOUND),
    (403, "Forbidden.IllegalStatus", ErrorKind.NOT_FOUND_YET),
    (400, "InvalidStatus.Media", ErrorKind.NOT_FOUND_YET),
]
REPEATED = {ErrorKind.THROTTLED, ErrorKind.TRANSIENT, ErrorKind.NOT_FOUND_YET}
MESSAGE = 'The specified parameter "Title" is not valid. secret-in-the-text'


class Refusing(LocalServer):
    """Answers every call with one error, which each test chooses."""

    def __init__(self) -> None:
        self.calls, self.reply = 0, (500, {})
        super().__init__(lambda headers, data: self._refuse())

    def refuse(self, status: int, code: str) -> "Refusing":
        self.calls, body = 0, {"Code": code, "Message": MESSAGE, "RequestId": "REQUEST-1", "HostId": "h"}
        self.reply = status, body
        return self

    def _refuse(self) -> tuple[int, dict[str, str]]:
        self.calls += 1
        return self.reply

    @property
    def vod(self) -> VodCredentials:
        endpoint = self.credentials.base_url.removesuffix("/v1")
        return VodCredentials(region="cn-shanghai", endpoint=endpoint, key_id="id", secret="s", calls_per_second=1000)


@pytest.fixture(scope="module")
def refusing() -> Iterator[Refusing]:
    """A server that refuses."""
    with Refusing() as server:
        yield server


@pytest.mark.parametrize(("status", "code", "kind"), ROWS, ids=[f"{status}-{code}" for status, code, _ in ROWS])
def test_each_error_has_its_kind(refusing, status, code, kind):
    """By the code, whatever the HTTP status is; the message names action and request, and shows nothing of the service's text."""
    server = refusing.refuse(status, code)
    calls = VodCalls(Access(credentials_of=lambda _: server.vod), retry=quick(3))
    with pytest.raises(ServiceError) as caught:
        calls.call("GetVideoInfo", {"VideoId": "v"})

    assert (caught.value.kind, caught.value.code) == (kind, code)
    assert code in caught.value.message and "GetVideoInfo" in caught.value.message
    assert "secret-in-the-text" not in caught.value.message
    assert ("'Title'" in caught.value.message) == (kind is ErrorKind.INVALID)
    assert server.calls == (3 if kind in REPEATED else 1)


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("Forbidden.RAM", "Grant the RAM action vod:GetVideoInfo"),
        ("OperationDenied.Suspended", "overdue"),
        ("QuotaExceeded.UploadVideo", "quota"),
        ("Forbidden.IllegalStatus", "not ready yet"),
    ],
)
def test_a_message_says_what_to_do(refusing, code, advice):
    """What a person can do stands in the sentence."""
    with pytest.raises(ServiceError) as caught:
        vod_api().call(open_vod(refusing.refuse(403, code).vod), "GetVideoInfo", {"VideoId": "v"})
    assert advice in caught.value.message


@pytest.mark.parametrize(("code", "kind"), [("Throttling.User", "throttled"), ("InternalError", "transient")])
def test_an_error_with_http_200_is_an_error(refusing, code, kind):
    """The gateway answers 200 with a code at times."""
    with pytest.raises(ServiceError) as caught:
        vod_api().call(open_vod(refusing.refuse(200, code).vod), "GetVideoInfo", {"VideoId": "v"})
    assert caught.value.kind == kind
