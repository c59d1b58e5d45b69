"""
Have Alibaba Cloud VOD review what a video shows and says: pass, block, or let people look.

The verdict comes with labels and the moments they were seen at. An AI template of type AIMediaAudit says what is looked for;
without one VOD's default does. A block by the template also blocks the video in VOD. Billed by VOD for each minute. RAM
actions: vod:SubmitAIMediaAuditJob, vod:GetAIMediaAuditJob, vod:GetMediaAuditResult, vod:GetMediaAuditResultTimeline,
vod:GetMediaAuditResultDetail, vod:ListJobInfo.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field

from media_ai.clients.vod_rules import user_data_text
from media_ai.graph.foresight import Expected, Work
from media_ai.graph.node_type import NodeParams, NodePorts, NodeType
from media_ai.job import Job
from media_ai.model.services import ServiceAsset
from media_ai.model.time import MILLISECONDS, Timecode
from media_ai.model.vod import Review, ReviewMoment, Suggestion
from media_ai.nodes._paid_length import REVIEW, foreseen_length, whole_length
from media_ai.nodes._vod_account import account_digest, now, open_calls, ready_video

_NOTHING = frozenset({"", "normal"})


class Params(NodeParams):
    """What is looked for."""

    ai_template: str = Field(
        default="", max_length=64, title="AI template id", description="Of type AIMediaAudit. Empty: VOD's default one."
    )
    moments: Literal["timeline", "pictures", "none"] = Field(
        default="timeline",
        title="Moments",
        description="timeline: what VOD lists in the order of time. pictures: every picture that it looked at and found "
        "something in, which takes more calls.",
    )
    user_data: dict[str, Any] = Field(
        default_factory=dict, title="User data", description="JSON object with MessageCallback and Extend."
    )
    longest_wait: float = Field(default=21_600, ge=60, le=86_400, title="Longest wait", description="Seconds.")


class Inputs(NodePorts):
    """A video in VOD."""

    asset: ServiceAsset = Field(title="VOD asset")


class Outputs(NodePorts):
    """The verdict."""

    review: Review = Field(title="Review")


def run(params: Params, inputs: Inputs, job: Job) -> Outputs:
    """
    Submit, wait and collect.

    Raises:
        InputError: The asset is not in this account's VOD.
        ServiceError: VOD refused or failed.
    """
    from media_ai.clients.vod_reviews import ReviewJob, find_review, review_verdict, submit_review

    video, calls = ready_video(inputs.asset, job), open_calls(job)
    video_id, paid = video.id, whole_length(REVIEW, video)
    wanted = ReviewJob(video_id=video_id, template=params.ai_template, user_data=user_data_text(params.user_data))
    done = job.remote(
        "review",
        lambda: job.pay(paid, lambda: submit_review(calls, wanted, now())),
        recover=lambda since: find_review(calls, wanted, since),
        longest_s=params.longest_wait,
        used=lambda data: (paid,),
    )
    verdict = done["verdict"] or review_verdict(calls, video_id)
    suggestion = _suggestion(verdict, job)
    return Outputs(
        review=Review(
            video_id=video_id,
            job_id=done["job_id"],
            suggestion=suggestion,
            labels=_labels(verdict),
            modules=tuple(part for part in str(verdict.get("AbnormalModules") or "").split(",") if part),
            moments=_moments(params, video_id, job),
            raw=verdict,
        )
    )


def _suggestion(verdict: Mapping[str, Any], job: Job) -> Suggestion:
    said = str(verdict.get("Suggestion") or "").lower()
    if said == "pass":
        return "pass"
    if said == "block":
        return "block"
    if said != "review":
        job.notice(f"VOD's suggestion is '{said}', which is unknown here; people should look.")
    return "review"


def _labels(verdict: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the labels of the whole and of each thing that was looked for."""
    video = verdict.get("VideoResult") or {}
    results = [part for name, part in video.items() if name.endswith("Result") and isinstance(part, Mapping)]
    lists = [item for name in ("AudioResult", "TextResult", "ImageResult") for item in verdict.get(name) or ()]
    said = [label for part in (verdict, video, *results, *lists) for label in str(part.get("Label") or "").split(",")]
    return tuple(dict.fromkeys(label for label in said if label not in _NOTHING))


def _moments(params: Params, video_id: str, job: Job) -> tuple[ReviewMoment, ...]:
    from media_ai.clients.vod_reviews import review_details, review_timeline

    if params.moments == "none":
        return ()
    calls = open_calls(job)
    found: Iterable[dict[str, Any]] = (
        review_timeline(calls, video_id) if params.moments == "timeline" else review_details(calls, video_id)
    )
    moments = [
        ReviewMoment(
            time=Timecode(pts=moment["time_ms"], time_base=MILLISECONDS),
            scene=moment["scene"],
            label=moment["label"],
            score=min(max(moment["score"] / 100, 0.0), 1.0),
        )
        for moment in found
        if moment["label"] not in _NOTHING
    ]
    return tuple(sorted(moments, key=lambda moment: moment.time))


def fingerprint(params: Params, job: Job) -> str:
    """Identify the account that pays."""
    return account_digest(job)


def foresee(params: Params, expected: Expected) -> Work:
    """The whole video is reviewed."""
    return foreseen_length(REVIEW, expected)


NODE = NodeType(
    id="review_vod_media",
    version=1,
    title="Review in VOD",
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
