"""Frame analysis: measured here, or said by a model."""

import numpy as np
import pytest

from media_ai.clients.access import Access
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.models import ModelReply
from media_ai.errors import ConfigurationError, ServiceError
from media_ai.nodes.analyze_frames import NODE, Inputs, Params, run
from media_ai.store.artifacts import Usage
from media_ai.testing import make_job
from media_ai_emulators.testing import running_emulator
from tests.media_ai.nodes.test_deduplicate_frames import frame_set


class Saying:
    """A model that says what it is told to, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def answer(self, request):
        self.asked.append(request)
        return ModelReply(
            data=self.answers.pop(0), usage=(Usage(model="fake/model", input_tokens=10, output_tokens=2),)
        )


def picture(level: int) -> np.ndarray:
    return np.full((90, 160, 3), level, np.uint8)


def test_pictures_are_measured(tmp_path):
    """Brightness, sharpness, blankness and colours of what is really there."""
    rng = np.random.default_rng(1)
    job = make_job(tmp_path)
    red = picture(0)
    red[:, :, 2] = 200
    detailed = rng.integers(0, 255, (90, 160, 3), np.uint8)
    items = run(Params(), Inputs(frames=frame_set(job, [picture(0), red, detailed])), job).analyses.items
    black, red_found, detailed_found = (item.attributes for item in items)

    assert (black["is_blank"], black["brightness"]) == (True, 0.0)
    assert red_found["dominant_colors"][0]["color"].startswith("#c")
    assert detailed_found["sharpness"] > 100 > red_found["sharpness"]
    assert not detailed_found["is_blank"]


def test_frames_are_shown_in_batches_with_their_times(tmp_path):
    """Every frame is shown once, in order; answers go to the right frame; usage is recorded."""
    job = make_job(tmp_path)
    model = Saying({"frames": [{"text": "a"}, {"text": "b"}]}, {"frames": [{"text": "c"}]})
    job._models["fake/model"] = model
    frames = frame_set(job, [picture(0), picture(100), picture(200)])
    analyses = run(Params(model="fake/model", batch_size=2), Inputs(frames=frames), job).analyses

    assert [(int(item.time.seconds), item.text) for item in analyses.items] == [(0, "a"), (1, "b"), (2, "c")]
    assert [[int(shown.time.seconds) for shown in request.pictures] for request in model.asked] == [[0, 1], [2]]
    assert sum(usage.input_tokens for usage in job.usage) == 20


def test_the_output_schema_is_asked_for_and_kept(tmp_path):
    """Fields of the user's schema are part of the question and of the result."""
    job = make_job(tmp_path)
    model = job._models["fake/model"] = Saying({"frames": [{"text": "", "attributes": {"safe": True}}]})
    schema = {"type": "object", "properties": {"safe": {"type": "boolean"}}, "required": ["safe"]}
    params = Params(model="fake/model", output_schema=schema)
    analyses = run(params, Inputs(frames=frame_set(job, [picture(0)])), job).analyses

    assert analyses.items[0].attributes == {"safe": True}
    assert model.asked[0].output_schema["properties"]["frames"]["items"]["properties"]["attributes"] == schema


def test_an_answer_for_too_few_frames_is_an_error(tmp_path):
    """Answers are never shifted to other frames."""
    job = make_job(tmp_path)
    job._models["fake/model"] = Saying({"frames": [{"text": "a"}]})

    with pytest.raises(ServiceError, match="answered for 1 of 2 frames"):
        run(Params(model="fake/model"), Inputs(frames=frame_set(job, [picture(0), picture(9)])), job)


@pytest.mark.parametrize("model", ["", "gpt", "local/gpt", "/x", "x/"])
def test_a_model_that_cannot_exist_is_an_issue(model):
    """Found before anything runs, at the field."""
    assert [issue.field for issue in NODE.params_issues("n", {"model": model})] == ["model"]


@pytest.mark.parametrize(
    "schema", [{"type": "array"}, {"type": "object", "properties": {"a": {"$ref": "file:///etc/passwd"}}}]
)
def test_a_schema_that_is_no_object_or_refers_elsewhere_is_an_issue(schema):
    """Only what is written out in the schema counts."""
    assert NODE.params_issues("node", {"output_schema": schema})


def test_a_schema_that_is_none_is_an_issue():
    """The output schema is checked when the workflow is drawn."""
    assert "not a JSON Schema" in NODE.params_issues("n", {"output_schema": {"type": "strin"}})[0].message


def test_missing_credentials_are_named(tmp_path):
    """A model without credentials fails before a frame is sent."""
    job = make_job(tmp_path)

    with pytest.raises(ConfigurationError, match="OpenAI-compatible models"):
        run(Params(model="openai/qwen"), Inputs(frames=frame_set(job, [picture(0)])), job)


def test_an_unknown_provider_is_an_input_error_of_the_deployment(tmp_path):
    """The known providers are listed."""
    with pytest.raises(
        ConfigurationError, match=r"unknown provider 'openia'\. Did you mean 'openai'\?|unknown provider"
    ):
        job = make_job(tmp_path)
        run(Params(model="openia/x"), Inputs(frames=frame_set(job, [picture(0)])), job)


def test_a_limit_on_frames_is_told(tmp_path):
    """What was not looked at is in the notices."""
    job = make_job(tmp_path)
    run(Params(max_frames=1), Inputs(frames=frame_set(job, [picture(0), picture(200)])), job)

    assert "1 of 2 frames were not looked at" in job.notices[0]


def test_coverage_is_that_of_the_frames_that_were_looked_at(tmp_path):
    """A limit widens the gap and counts as left out, beside what was left out before."""
    job = make_job(tmp_path)
    frames = frame_set(job, [picture(20 * n) for n in range(9)])
    before = frames.coverage.model_copy(update={"dropped_by_limit": 2})
    limited = Inputs(frames=frames.model_copy(update={"coverage": before}))
    coverage = run(Params(max_frames=3), limited, job).analyses.coverage

    assert (coverage.kept, coverage.largest_gap, coverage.dropped_by_limit) == (3, 4, 8)
    assert run(Params(), limited, job).analyses.coverage == before


def test_frames_that_a_content_filter_refuses_are_recorded(tmp_path):
    """A refusal is no crash: fewer and fewer frames are asked about, and the refused ones say so."""
    with running_emulator(tmp_path / "cloud") as cloud:
        known = ModelStudioCredentials(api_key=cloud.keys.api_key, base_url=cloud.dashscope_url)
        job = make_job(tmp_path, access=Access(credentials_of=lambda _: known))
        frames = frame_set(job, [picture(level) for level in (0, 90, 180)])
        params = Params(model="modelstudio/qwen3-vl-plus", prompt="EMULATOR-BLOCKED-CONTENT", batch_size=3)
        refused = run(params, Inputs(frames=frames), job).analyses
        asked = len(cloud.calls("dashscope"))
        answered = run(params.model_copy(update={"prompt": "Describe."}), Inputs(frames=frames), job).analyses

    assert [item.attributes for item in refused.items] == [{"blocked": True}] * 3
    assert asked == 5  # three, then one and two, then one and one
    assert sum("refused by the content filter" in notice for notice in job.notices) == 3
    assert all(item.text for item in answered.items)
