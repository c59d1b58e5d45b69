"""What services' events mean."""

import base64
import json

import pytest

from media_ai.errors import InputError
from media_ai.events.reading import read_cloud_event, read_ims, read_mns, read_vod

OSS = {
    "bucket": {"name": "media-ai", "arn": "acs:oss:cn-shanghai:1:media-ai"},
    "object": {"key": "in/视频 1.mp4", "eTag": '"ABC"', "size": 12},
}


def cloud_event(name: str, **changes: object) -> bytes:
    event = {"id": "1", "source": "acs.oss", "type": f"oss:ObjectCreated:{name}", "data": {"oss": OSS}}
    return json.dumps(event | changes).encode()


ODD = [
    cloud_event("PutObject", data={"oss": oss})
    for oss in (
        {"bucket": "media-ai", "object": OSS["object"]},
        {"bucket": OSS["bucket"], "object": "in/a.mp4"},
        {"bucket": {"name": {"a": 1}}, "object": OSS["object"]},
        {"bucket": OSS["bucket"], "object": {"key": ["in/a.mp4"]}},
        {"bucket": OSS["bucket"], "object": {"key": "in/\0.mp4"}},
        {"bucket": OSS["bucket"], "object": {"key": "in/\ud83d.mp4"}},
        {"bucket": OSS["bucket"], "object": {"key": "x" * 5000}},
        {"bucket": OSS["bucket"], "object": {"key": "in/a.mp4", "eTag": "\0"}},
    )
] + [
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b'{"Message": "' + b"[" * 200_000 + b'"}',
    b'{"Message": "\\ud800"}',
    b'{"EventType": "E", "MessageBody": "\\ud800"}',
    b'{"EventType": "E", "MessageBody": "{\\"MediaId\\": [1]}"}',
    b'{"EventType": "E", "VideoId": "\\u0000", "MessageBody": {"MediaId": "\\u0000"}}',
    b'{"EventType": "E", "VideoId": "\\udfff", "MessageBody": {"MediaId": "\\udfff"}}',
    b'{"EventType": "E\\u0000", "VideoId": "v", "MessageBody": {"MediaId": "m"}}',
    b'{"EventType": ["E"], "VideoId": "v", "MessageBody": {"MediaId": "m"}}',
    b'{"EventType": "E", "VideoId": {"v": 1}, "MessageBody": {"MediaId": true}}',
    b'{"EventType": "E", "VideoId": 1' + b"0" * 5000 + b"}",
    b'{"EventType": "E", "VideoId": "v", "Status": "\\u0000", "MessageBody": {"MediaId": "m", "Status": "\\ud800"}}',
    b'{"type": "a", "source": "acs.dashscope", "data": {"output": "x"}}',
    b'{"type": "a", "source": "acs.dashscope", "data": {"task_id": ["t"]}}',
    b'{"type": {"oss:": 1}, "source": "acs.dashscope", "data": {"task_id": "\\u0000"}}',
]
"""Bodies of wrong types, and texts that no store takes; none is an event to any of the readers."""


@pytest.mark.parametrize("name", ["PutObject", "PostObject", "CopyObject", "CompleteMultipartUpload"])
def test_an_object_that_is_there_is_told(name):
    """The subject is the object's address as the event spells it."""
    (event,) = read_cloud_event(cloud_event(name))
    assert event.subject == "oss://media-ai/in/视频 1.mp4"
    assert event.details == {"etag": "ABC", "size": 12}


@pytest.mark.parametrize("name", ["InitiateMultipartUpload", "UploadPart", "AppendObject"])
def test_an_object_that_is_not_finished_is_none(name):
    """Parts of an upload, and objects that still grow, start nothing."""
    assert read_cloud_event(cloud_event(name)) == []


def test_the_same_event_twice_has_one_identity():
    """Deliveries are repeated with another id and in another order; new content is another event."""
    (first,) = read_cloud_event(cloud_event("PutObject"))
    (again,) = read_cloud_event(cloud_event("PutObject", id="2", time="later"))
    changed = json.loads(json.dumps(OSS))
    changed["object"]["eTag"] = "DEF"
    (other,) = read_cloud_event(cloud_event("PutObject", data={"oss": changed}))
    assert first.identity == again.identity
    assert first.identity != other.identity


def test_a_task_of_model_studio_that_ended_is_told():
    """The subject is the one that whoever waits for the task listens for."""
    body = json.dumps(
        {"id": "9", "source": "acs.dashscope", "type": "dashscope:System:AsyncTaskFinish", "data": {"task_id": "t-1"}}
    )
    (event,) = read_cloud_event(body.encode())
    assert event.subject == "modelstudio:t-1"


@pytest.mark.parametrize("wrap", [lambda text: text, lambda text: base64.b64encode(text.encode()).decode()])
def test_mns_carries_events_of_all_services(wrap):
    """As the message itself or inside it, in Base64 or not."""
    records = json.dumps({"events": [{"eventName": "ObjectCreated:PutObject", "oss": OSS}]})
    vod = json.dumps({"EventType": "TranscodeComplete", "EventTime": "t", "VideoId": "v1", "Status": "success"})
    ims = json.dumps({"EventType": "RegisterMediaComplete", "EventTime": "t", "MessageBody": {"MediaId": "m1"}})
    for text, subject in ((records, "oss://media-ai/in/视频 1.mp4"), (vod, "vod:v1"), (ims, "ims:m1")):
        (inside,) = read_mns(json.dumps({"TopicName": "t", "Message": wrap(text)}).encode())
        assert inside.subject == subject
    (plain,) = read_mns(records.encode())
    assert plain.source == "oss"


def test_callbacks_name_the_asset_and_the_job():
    """Whoever waits for the job or for the asset finds its name."""
    (event,) = read_vod(
        json.dumps({"EventType": "SnapshotComplete", "EventTime": "t", "VideoId": "v1", "JobId": "j1"}).encode()
    )
    assert (event.subject, event.details["JobId"]) == ("vod:v1", "j1")
    body = {"EventType": "X", "EventTime": "t", "MessageBody": json.dumps({"MediaId": "m1", "Status": "Normal"})}
    (event,) = read_ims(json.dumps(body).encode())
    assert event.subject == "ims:m1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b'{"type": "oss:ObjectCreated:PutObject", "data": {}}',
        b'{"type": "oss:ObjectCreated:PutObject", "data": {"oss": {"bucket": {}, "object": {"key": ""}}}}',
        b'{"type": "ecs:Something", "data": {}}',
        b'{"EventType": "X"}',
        b'{"EventType": "X", "MessageBody": []}',
        b'{"EventType": "X", "MessageBody": "text"}',
        b'{"Message": "###"}',
        *ODD,
    ],
)
@pytest.mark.parametrize("read", [read_cloud_event, read_mns, read_vod, read_ims])
def test_anything_else_is_refused_with_a_sentence(read, body):
    """No body makes the server fail."""
    with pytest.raises(InputError):
        read(body)


@pytest.mark.parametrize("size", ["12", None, -1, 1.5, float("nan"), float("inf"), 10**40, [1], {}])
def test_a_size_that_is_none_is_left_out(size):
    """JSON holds numbers that the store does not; the object itself is asked for its size."""
    (event,) = read_cloud_event(
        cloud_event("PutObject", data={"oss": {**OSS, "object": {**OSS["object"], "size": size}}})
    )
    assert event.details == {"etag": "ABC", "size": None}


def test_ids_may_be_numbers():
    """As a text, whatever the service sends."""
    (event,) = read_vod(b'{"EventType": "E", "EventTime": 5, "VideoId": 7}')
    assert (event.subject, event.details["VideoId"]) == ("vod:7", "7")
