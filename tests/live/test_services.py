"""What the product asks of the real services: that they answer as the clients expect, and as the emulator does."""

import os
import uuid
from urllib.request import urlopen

import numpy as np
import pytest
from pydantic import SecretStr

from media_ai.clients.access import Access
from media_ai.clients.credentials import ImsCredentials, ModelStudioCredentials, OssCredentials, VodCredentials
from media_ai.clients.embedding import open_embedder
from media_ai.clients.ims import check_ims
from media_ai.clients.ims_calls import ImsCalls
from media_ai.clients.model_studio_check import check_model_studio
from media_ai.clients.models import ModelRequest, Picture, open_model
from media_ai.clients.oss import OssClient
from media_ai.clients.oss_check import check_oss
from media_ai.clients.oss_copy import copy
from media_ai.clients.oss_folders import children
from media_ai.clients.oss_upload import upload
from media_ai.clients.vod import check_vod
from media_ai.clients.vod_calls import VodCalls
from media_ai.errors import ErrorKind, ServiceError
from media_ai.media.pictures import encode_jpeg
from media_ai.model.time import Timecode

TEXT_MODEL = os.environ.get("MEDIA_AI_LIVE_TEXT_MODEL", "qwen-plus")
VISION_MODEL = os.environ.get("MEDIA_AI_LIVE_VISION_MODEL", "qwen3-vl-plus")
EMBEDDING_MODEL = os.environ.get("MEDIA_AI_LIVE_EMBEDDING_MODEL", "text-embedding-v4")
SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string"}},
    "required": ["colour"],
    "additionalProperties": False,
}
NO_ID = "0" * 32
_IS_MISSING = {ErrorKind.NOT_FOUND, ErrorKind.NOT_FOUND_YET, ErrorKind.INVALID}


def client(access: Access) -> OssClient:
    return OssClient(access.credentials_of(OssCredentials))


def refused(comparison, name, call, *kinds):
    """Call, and return the error, which must be of one of the kinds and tell no secret."""
    with pytest.raises(ServiceError) as caught:
        comparison.both(name, call)
    assert caught.value.kind in kinds, caught.value.message
    for kind in (OssCredentials, ModelStudioCredentials):
        try:
            credentials = comparison.real.credentials_of(kind)
        except Exception:
            continue
        secret = getattr(credentials, "secret", None) or credentials.api_key
        assert secret.get_secret_value() not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        (OssCredentials, lambda access: check_oss(client(access))),
        (
            ModelStudioCredentials,
            lambda access: check_model_studio(access.credentials_of(ModelStudioCredentials), TEXT_MODEL),
        ),
        (ImsCredentials, lambda access: check_ims(access.credentials_of(ImsCredentials))),
        (VodCredentials, lambda access: check_vod(access.credentials_of(VodCredentials))),
    ],
    ids=["oss", "modelstudio", "ims", "vod"],
)
def test_a_connection_works(needs, comparison, kind, check):
    """Permission by permission, as *Test* in Airflow says it."""
    needs(kind)
    report = comparison.both(f"{kind.service}: last call of the connection's check", check)

    assert report.is_ok, str(report)


def test_objects_are_written_read_and_removed(oss, comparison, live_prefix):
    """Call by call, so that the report says which answer differs."""
    key = f"{live_prefix}/calls/视频 1+2&x=y.bin"
    for name, call in (
        ("PutObject", lambda oss: oss.put(key, b"0123456789")),
        ("HeadObject", lambda oss: oss.head(key)),
        ("GetObject", lambda oss: oss.read(key)),
        ("GetObject, a range", lambda oss: oss.read(key, start=2, length=3)),
        ("ListObjectsV2", lambda oss: list(oss.list(f"{live_prefix}/calls/"))),
        ("ListObjectsV2, a level", lambda oss: list(children(oss, f"{live_prefix}/calls/"))),
        ("CopyObject", lambda oss: copy(oss, key, oss, f"{key}.copy")),
        ("DeleteObject", lambda oss: oss.delete(f"{key}.copy")),
        ("DeleteObject, of nothing", lambda oss: oss.delete(f"{key}.none")),
    ):
        comparison.both(f"oss: {name}", lambda access, call=call: call(client(access)))

    assert client(comparison.real).read(key, start=2, length=3) == b"234"
    with urlopen(client(comparison.real).sign(key, ttl_s=60).get_secret_value()) as answer:
        assert answer.read() == b"0123456789"


def test_a_file_goes_up_in_parts_and_is_copied_in_parts(oss, comparison, live_prefix, tmp_path):
    """With the checksum of the whole."""
    path = tmp_path / "big"
    path.write_bytes(os.urandom(2_500_000))
    key = f"{live_prefix}/parts"

    comparison.both(
        "oss: CompleteMultipartUpload",
        lambda access: upload(
            client(access), key, path, part_size=1 << 20, checkpoints=tmp_path / str(access is comparison.real)
        ),
    )
    comparison.both(
        "oss: HeadObject, of a copy in parts",
        lambda access: copy(client(access), key, client(access), f"{key}.copy", at_once=1 << 20),
    )

    assert client(comparison.real).read(f"{key}.copy") == path.read_bytes()


def test_what_oss_refuses(oss, comparison, live_prefix):
    """Each refusal has the kind that decides what happens next."""
    key = f"{live_prefix}/refused"

    def twice(oss: OssClient) -> None:
        oss.put(key, b"1")
        assert not oss.put(key, b"2", replace=False)

    def wrong(access: Access) -> OssClient:
        given = access.credentials_of(OssCredentials)
        return OssClient(given.model_copy(update={"secret": SecretStr("wrong-secret"), "role_arn": ""}))

    comparison.both("oss: PutObject that may not replace", lambda access: twice(client(access)))
    missing = f"{key}.none"
    for name, call, kind in (
        ("GetObject of nothing", lambda access: client(access).read(missing), ErrorKind.NOT_FOUND),
        ("HeadObject of nothing", lambda access: client(access).head(missing), ErrorKind.NOT_FOUND),
        ("GetObject outside", lambda access: client(access).read(key, start=99, length=1), ErrorKind.INVALID),
        ("GetObject with another ETag", lambda access: client(access).read(key, etag="0" * 32), ErrorKind.CONFLICT),
        ("PutObject with a wrong secret", lambda access: wrong(access).put(key, b"1"), ErrorKind.AUTH),
        (
            "AbortMultipartUpload of nothing",
            lambda access: client(access).call(
                "oss:AbortMultipartUpload", key, lambda io, _: io.abort_multipart_upload(key, NO_ID.upper())
            ),
            ErrorKind.NOT_FOUND,
        ),
    ):
        refused(comparison, f"oss: {name}", call, kind)


def test_a_model_answers_in_the_form_that_was_asked_for(needs, comparison):
    """Text only, and with one frame."""
    needs(ModelStudioCredentials)
    red = encode_jpeg(np.full((96, 128, 3), (200, 20, 20), np.uint8), quality=80)

    def ask(model: str, *pictures: Picture):
        return lambda access: open_model(f"modelstudio/{model}", access).answer(
            ModelRequest(
                instructions="Answer in JSON.",
                text="Name one colour." if not pictures else "Which colour is this frame?",
                pictures=pictures,
                output_schema=SCHEMA,
                max_output_tokens=50,
            )
        )

    text = comparison.both("modelstudio: text", ask(TEXT_MODEL))
    seen = comparison.both("modelstudio: one frame", ask(VISION_MODEL, Picture(time=Timecode.of_seconds(0), jpeg=red)))

    for reply in (text, seen):
        assert isinstance(reply.data["colour"], str)
        assert reply.usage[0].request_id
        assert reply.usage[0].input_tokens > 0


def test_texts_become_vectors(needs, comparison):
    """The nearer text has the nearer vector."""
    needs(ModelStudioCredentials)
    texts = ["bees dance to tell where flowers are", "honeybees show each other blossoms", "the stock market fell"]

    reply = comparison.both(
        "modelstudio: text embedding",
        lambda access: open_embedder(f"modelstudio/{EMBEDDING_MODEL}", access).embed_texts(texts),
    )

    vectors = np.array(reply.vectors)
    assert vectors.shape[0] == 3
    assert np.isfinite(vectors).all()
    assert reply.usage[0].input_tokens > 0


def test_what_model_studio_refuses(needs, comparison):
    """A model that does not exist, and a key that is not one."""
    needs(ModelStudioCredentials)

    def ask(access: Access, model: str, **changes: SecretStr):
        credentials = access.credentials_of(ModelStudioCredentials).model_copy(update=changes)
        request = ModelRequest(instructions="", text="JSON", output_schema=SCHEMA, max_output_tokens=1)
        return open_model(f"modelstudio/{model}", Access(credentials_of=lambda kind: credentials)).answer(request)

    refused(
        comparison,
        "modelstudio: a model that does not exist",
        lambda access: ask(access, "no-such-model"),
        ErrorKind.INVALID,
        ErrorKind.NOT_FOUND,
        ErrorKind.PERMISSION,
    )
    error = refused(
        comparison,
        "modelstudio: a wrong key",
        lambda access: ask(access, TEXT_MODEL, api_key=SecretStr("sk-" + uuid.uuid4().hex)),
        ErrorKind.AUTH,
    )
    assert "do not belong together" in error.message


def test_ims_knows_no_such_asset(needs, comparison):
    """Reading only: nothing is registered, nothing is billed."""
    needs(ImsCredentials)
    comparison.both(
        "ims: ListMediaBasicInfos", lambda access: ImsCalls(access).call("ListMediaBasicInfos", {"MaxResults": 1})
    )
    comparison.both(
        "ims: BatchGetMediaInfos of nothing",
        lambda access: ImsCalls(access).call("BatchGetMediaInfos", {"MediaIds": NO_ID}),
    )

    refused(
        comparison,
        "ims: GetMediaInfo of nothing",
        lambda access: ImsCalls(access).call_once("GetMediaInfo", {"MediaId": NO_ID}),
        *_IS_MISSING,
    )


def test_vod_knows_no_such_video(needs, comparison):
    """Reading only: nothing is uploaded, nothing is billed."""
    needs(VodCredentials)
    comparison.both(
        "vod: SearchMedia",
        lambda access: VodCalls(access).call("SearchMedia", {"SearchType": "video", "PageNo": 1, "PageSize": 1}),
    )
    comparison.both(
        "vod: GetVideoInfos of nothing", lambda access: VodCalls(access).call("GetVideoInfos", {"VideoIds": NO_ID})
    )

    refused(
        comparison,
        "vod: GetVideoInfo of nothing",
        lambda access: VodCalls(access).call_once("GetVideoInfo", {"VideoId": NO_ID}),
        *_IS_MISSING,
    )
