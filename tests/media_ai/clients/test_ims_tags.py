"""Smart tags: submitted once, waited for, read as labels wherever they stand."""

import json
import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from media_ai.clients import remote
from media_ai.clients.ims_calls import ImsCalls
from media_ai.clients.ims_library import ImsMedia
from media_ai.clients.ims_tags import has_failed, hint, labels_in, results_in, submit_smart_tags, tags_job
from media_ai.errors import ErrorKind, ServiceError
from media_ai_emulators.testing import Emulator
from tests.emulated import quick
from tests.media_ai.clients.test_ims_library import access_to, registered

TEMPLATE = "S00000103-000001"


def test_from_submission_to_labels(emulator: Emulator) -> None:
    """Submitted, Processing, then labels with times and a share for the percent of the service."""
    access = access_to(emulator)
    calls = ImsCalls(access, retry=quick())
    media_id = registered(ImsMedia(calls))
    job = submit_smart_tags(
        calls, media_id, template=TEMPLATE, title="标题", content="c", options='{"needOcrData":true}'
    )
    assert not remote.poll(job, access).is_done
    time.sleep(0.3)
    state = remote.poll(job, access)
    assert state.is_done
    (label,) = [found for found in labels_in(state.data["results"]) if found.source == "VideoLabel"]
    assert label.name.startswith("emulated-")
    assert (label.category, label.confidence) == ("emulated", 1.0)
    assert [(time.start.seconds, time.end.seconds) for time in label.times] == [(0, 1)]
    (call,) = emulator.calls("ice", "SubmitSmarttagJob")
    assert json.loads(call.params["Input"]) == {"Media": media_id, "Type": "Media"}


@pytest.mark.parametrize(("fault", "calls_made"), [("throttle", 2), ("cut", 1), ("server_error", 1), ("error_body", 1)])
def test_a_job_is_not_submitted_twice(emulator: Emulator, fault: Any, calls_made: int) -> None:
    """It costs money: only what was refused for throttling is sent again."""
    calls = ImsCalls(access_to(emulator), retry=quick())
    media_id = registered(ImsMedia(calls))
    emulator.faults().add("ice", fault, operation="SubmitSmarttagJob")
    if fault == "throttle":
        submit_smart_tags(calls, media_id, template=TEMPLATE)
    else:
        with pytest.raises(ServiceError) as caught:
            submit_smart_tags(calls, media_id, template=TEMPLATE)
        assert caught.value.kind is ErrorKind.TRANSIENT
    assert len(emulator.calls("ice", "SubmitSmarttagJob")) == calls_made


def test_a_job_that_failed(emulator: Emulator) -> None:
    """Says so; one that is not known counts as failed."""
    access = access_to(emulator)
    calls = ImsCalls(access, retry=quick())
    source = {"Type": "OSS", "Media": "oss://media-ai/missing.mp4"}
    job_id = calls.call("SubmitSmarttagJob", {"Input": source, "TemplateId": TEMPLATE})["JobId"]
    assert not has_failed(calls, job_id)
    time.sleep(0.3)
    assert has_failed(calls, job_id)
    assert has_failed(calls, "nothing")
    with pytest.raises(ServiceError, match=f"tagging job {job_id} failed") as caught:
        remote.poll(tags_job(job_id, is_new=True), access)
    assert not caught.value.kind.is_retryable


@pytest.mark.parametrize(
    ("text", "limit", "sent", "said"),
    [
        ("视" * 85, 256, "视" * 85, 0),
        ("视" * 86, 256, "视" * 85, 1),
        ("a" * 256, 256, "a" * 256, 0),
        ("a" * 257, 256, "a" * 256, 1),
        ("#!? title", 256, "title", 0),
        ("", 256, "", 0),
        ("---", 256, "", 0),
    ],
)
def test_hints_begin_with_a_letter(text: str, limit: int, sent: str, said: int) -> None:
    """And have bytes, like everything here."""
    notices: list[str] = []
    assert hint(text, "The title", limit, notices.append) == sent
    assert len(notices) == said


RESULTS = [
    {
        "Type": "VideoLabel",
        "Data": json.dumps(
            {
                "autoLabels": [
                    {
                        "tag": "beach",
                        "category": "scene",
                        "confidence": 87.5,
                        "occurrencesInfos": [{"from": 1.5, "to": 3}],
                    },
                    {"tag": "beach", "category": "scene", "confidence": 91, "occurrencesInfos": [{"from": 0, "to": 1}]},
                ],
                "faceLabels": [{"name": "Ada", "faceCategory": "politician", "faceId": "f"}],
                "customLabels": {
                    "group": [{"label": "logo", "score": 0.5, "occurrences": [{"start": "1", "end": "0"}]}]
                },
            }
        ),
    },
    {"Type": "TextLabel", "Data": json.dumps({"tags": [{"name": "beach"}, {"name": " "}, "loose", 5]})},
    {
        "Type": "Meta",
        "Data": json.dumps({"title": "t", "duration": 60.0, "url": "https://b/a?Signature=sentinel&Expires=1"}),
    },
    {"Type": "ASR", "Data": "no json"},
    {"Type": "Empty", "Data": None},
]


def test_labels_of_all_layouts() -> None:
    """Repeated ones become one with all times; what has no name is none; signatures are gone."""
    results = results_in({"Results": {"Result": RESULTS}})
    assert "sentinel" not in json.dumps(results)
    labels = {(label.source, label.name): label for label in labels_in(results)}
    assert set(labels) == {
        ("VideoLabel", "beach"),
        ("VideoLabel", "Ada"),
        ("VideoLabel", "logo"),
        ("TextLabel", "beach"),
    }
    beach = labels["VideoLabel", "beach"]
    assert beach.confidence == 0.91
    assert [(time.start.seconds, time.end.seconds) for time in beach.times] == [(0, 1), (Fraction(3, 2), 3)]
    assert labels["VideoLabel", "Ada"].category == "politician"
    assert (labels["VideoLabel", "logo"].category, labels["VideoLabel", "logo"].confidence) == ("group", 0.5)
    assert labels["VideoLabel", "logo"].times == ()


def test_no_results() -> None:
    """Nothing recognized is no error."""
    for answer in ({}, {"Results": None}, {"Results": {"Result": None}}, {"Results": {"Result": []}}):
        assert labels_in(results_in(answer)) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["tag", "name", "confidence", "occurrencesInfos", "from", "to", "x"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(
    st.lists(
        st.fixed_dictionaries({"Type": st.text(max_size=3), "Data": JSON | st.builds(json.dumps, JSON)}), max_size=4
    )
)
@example([{"Type": "", "Data": [{"occurrencesInfos": True, "tag": "0"}]}])
def test_any_layout_is_read_without_an_error(results: list[Any]) -> None:
    """The service may add what it likes."""
    for label in labels_in(results_in({"Results": {"Result": results}})):
        assert label.name
