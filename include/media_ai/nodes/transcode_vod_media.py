"""
Transcode a video in Alibaba Cloud VOD, by a template group or by a workflow.

Without either the template group that VOD uses by default does it. Submitted once, whatever is tried again; a stream that
failed beside others is told in a notice. Billed by VOD for each stream. RAM actions: vod:SubmitTranscodeJobs,
vod:GetTranscodeTask, vod:ListTranscodeTask, vod:ListTranscodeTemplateGroup; for workflows vod:SubmitWorkflowJob,
vod:GetWorkflowTask.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field

from media_ai.clients.unsigned import without_signatures
from media_ai.clients.vod_rules import user_data_text
from media_ai.graph.foresight import Expected, Work
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.services import ServiceAsset
from media_ai.model.vod import VodStream, VodStreams
from media_ai.nodes._paid_length import TRANSCODE, foreseen_length, whole_length
from media_ai.nodes._vod_account import account_digest, now, open_calls, ready_video
from media_ai.store.artifacts import Usage

if TYPE_CHECKING:
    from media_ai.clients.vod_processing import Transcoding


class Params(NodeParams):
    """Into what, and how soon."""

    template_group: str = Field(
        default="",
        max_length=64,
        title="Transcoding template group",
        description="Empty: VOD's default one, which must not be VOD_NO_TRANSCODE.",
    )
    workflow: str = Field(default="", max_length=64, title="VOD workflow id", description="Wins over the group.")
    urgency: int | None = Field(
        default=None, ge=1, le=10, title="Priority", description="10 is the highest. Empty: VOD's default, 6."
    )
    user_data: dict[str, Any] = Field(
        default_factory=dict, title="User data", description="JSON object with MessageCallback and Extend."
    )
    longest_wait: float = Field(default=43_200, ge=60, le=604_800, title="Longest wait", description="Seconds.")


class Inputs(NodePorts):
    """A video in VOD."""

    asset: ServiceAsset = Field(title="VOD asset")


class Outputs(NodePorts):
    """What was made."""

    streams: VodStreams = Field(title="Streams")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Submit and wait.

    Raises:
        InputError: The asset is not in this account's VOD, or nothing would be transcoded.
        ServiceError: VOD refused, or all streams failed.
    """
    from media_ai.clients.vod_processing import find_transcoding, submit_transcoding

    video, calls = ready_video(inputs.asset, job), open_calls(job)
    video_id, paid = video.id, whole_length(TRANSCODE, video)
    wanted = _wanted(params, video_id, job)
    done = job.remote(
        "transcode",
        lambda: job.pay(paid, lambda: submit_transcoding(calls, wanted, now())),
        recover=lambda since: find_transcoding(calls, wanted, since),
        longest_s=params.longest_wait,
        used=lambda data: _used(data, paid),
    )
    streams = _streams(done)
    for stream in streams:
        if stream.error:
            job.notice(f"Stream {stream.definition or stream.id} failed ({stream.error}).")
    is_workflow = not done.get("TranscodeTaskId")
    return Outputs(
        streams=VodStreams(
            video_id=video_id,
            job_id=str(done.get("TranscodeTaskId") or done.get("TaskId")),
            state=str(done.get("TaskStatus") or done.get("Status")),
            streams=streams,
            workflow=dict(done) if is_workflow else {},
        )
    )


def _wanted(params: Params, video_id: str, job: Job) -> "Transcoding":
    from media_ai.clients.vod_processing import Transcoding, default_template_group

    group = params.template_group
    if not group and not params.workflow:
        group = job.keep("group", lambda: {"id": default_template_group(open_calls(job))})["id"]
    return Transcoding(
        video_id=video_id,
        template_group=group,
        workflow=params.workflow,
        priority=params.urgency,
        user_data=user_data_text(params.user_data),
    )


def _used(done: Mapping[str, Any], paid: Usage) -> tuple[Usage, ...]:
    """Return what each stream that was made is paid for; a workflow does not tell its streams, and counts as one."""
    made = [stream for stream in _streams(done) if not stream.error]
    lengths = [stream.duration_s or paid.audio_seconds for stream in made] or [paid.audio_seconds]
    return tuple(paid.model_copy(update={"audio_seconds": length}) for length in lengths)


def _streams(done: Mapping[str, Any]) -> tuple[VodStream, ...]:
    return tuple(_stream(info) for info in done.get("TranscodeJobInfoList") or ())


def _stream(info: Mapping[str, Any]) -> VodStream:
    file = info.get("OutputFile") or {}
    has_failed = info.get("TranscodeJobStatus") == "TranscodeFail"
    return VodStream(
        id=str(info.get("TranscodeJobId") or ""),
        definition=str(info.get("Definition") or ""),
        format=str(file.get("Format") or ""),
        width=_whole(file.get("Width")),
        height=_whole(file.get("Height")),
        bitrate_kbps=_number(file.get("Bitrate")),
        duration_s=_number(file.get("Duration")),
        size=_whole(file.get("Filesize")),
        url=without_signatures(str(file.get("OutputFileUrl") or "")) or None,
        error=str(info.get("ErrorCode") or "unknown") if has_failed else "",
    )


def _number(text: Any) -> float | None:
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def _whole(text: Any) -> int | None:
    number = _number(text)
    return None if number is None else int(number)


def fingerprint(params: Params, job: Job) -> str:
    """Identify the account that pays."""
    return account_digest(job)


def foresee(params: Params, expected: Expected) -> Work:
    """How many streams a template group makes is known when they are made: one is foreseen."""
    return foreseen_length(TRANSCODE, expected)


NODE = NodeType(
    id="transcode_vod_media",
    version=1,
    title="Transcode in VOD",
    category="Cloud media",
    params=Params,
    inputs=Inputs,
    outputs=Outputs,
    run=run,
    foresee=foresee,
    services=lambda params, run_input: ("vod",),
    help=__doc__,
    fingerprint=fingerprint,
    preload=("alibabacloud_vod20170321.client", "media_ai.clients.vod"),
)
