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
    ],
)
@pytest.mark.parametrize("read", [read_cloud_event, read_mns, read_vod, read_ims])
def test_anything_else_is_refused_with_a_sentence(read, body):
    """No body makes the server fail."""
    with pytest.raises(InputError):
        read(body)
