"""The result of a task as people and programs read it, put together from the catalog and the store."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.errors import NotFoundError
from media_ai.model.artifacts import Artifact, ArtifactRef
from media_ai.model.human_review import HumanReview
from media_ai.model.media import MediaAsset, Video
from media_ai.model.people import People
from media_ai.model.quality import Finding, QualityReport
from media_ai.model.run import RunInput
from media_ai.model.services import Labels, ServiceAsset
from media_ai.model.speech import Sound, Transcript
from media_ai.model.text import Summary, TextContent
from media_ai.model.time import TimeRange
from media_ai.model.vision import Analyses, Coverage, FrameSet
from media_ai.store.artifacts import ArtifactStore, Usage
from media_ai.tasks.people_views import PersonView, person_views, with_names


class Span(BaseModel):
    """A stretch of the video in seconds."""

    start_s: float
    end_s: float


class VideoView(BaseModel):
    """The video of the task."""

    video_id: str
    title: str
    description: str
    metadata: dict[str, str]
    uri: str | None = None
    sha256: str | None = None
    technical: dict[str, Any] | None = Field(default=None, description="What probing found; see MediaInfo.")


class NodeView(BaseModel):
    """What one node did."""

    node_id: str
    node_type: str
    type_version: int
    reused: bool = Field(description="The work had been done before and was not done again.")
    seconds: float = Field(description="Time that the work took when it was done.")
    outputs: dict[str, ArtifactRef | None]
    notices: list[str]
    usage: list[Usage]


class ChapterView(Span):
    """A chapter."""

    title: str
    text: str


class SummaryView(BaseModel):
    """What the video is about."""

    method: str = Field(description="extractive: quotes from the video; generative: written by a model.")
    model: str
    language: str | None
    text: str
    keywords: list[str]
    chapters: list[ChapterView]
    notices: list[str]


class FrameView(BaseModel):
    """A kept frame."""

    time_s: float
    image: str = Field(description="Address of the JPEG in the artifact store.")
    similarity: float | None = Field(description="SSIM against the frame kept before it.")


class CoverageView(Span):
    """What was looked at and what was not."""

    sampled: int
    kept: int
    largest_gap_s: float
    decode_errors: int
    is_truncated: bool
    dropped_by_limit: int
    shots: int | None = Field(description="Shots found; absent where samples are too far apart to tell.")
    shots_unseen: int | None = Field(description="Shots of which no kept frame shows what they show.")


class FramesView(BaseModel):
    """Frames of a node."""

    node_id: str
    width: int
    height: int
    frames: list[FrameView]
    coverage: CoverageView


class LineView(Span):
    """A line of speech, of text on screen, or of an analysis."""

    source: str
    text: str
    speaker: str | None = None
    confidence: float | None = None


class AnalysisView(BaseModel):
    """Statements about a frame."""

    time_s: float
    model: str
    text: str
    attributes: dict[str, Any]


class SoundView(BaseModel):
    """What a sound track holds besides words."""

    track: int
    duration_s: float
    loudness_lufs: float | None
    peak_dbfs: float | None
    speech: list[Span]
    silence: list[Span]


class AssetView(BaseModel):
    """A media asset that a cloud service keeps."""

    service: str
    region: str
    id: str
    uri: str
    reference_id: str | None
    state: str
    url: str | None


class LabelView(BaseModel):
    """Something that a service recognized, and where."""

    name: str
    category: str
    source: str
    confidence: float | None
    times: list[Span]


class HumanReviewView(BaseModel):
    """What a person said of the results."""

    node_id: str
    by: str = Field(description="Name of the member; empty when nobody answered in time.")
    at: datetime
    comment: str
    is_late: bool
    is_corrected: bool = Field(description="The summary is as the reviewer wrote it.")


class QualityView(BaseModel):
    """What a check of the results found."""

    node_id: str
    findings: list[Finding]


class TaskResult(BaseModel):
    """Everything a task produced; parts that its workflow does not make are empty."""

    dag_id: str
    run_id: str
    state: str
    workflow_version: int | None
    created_at: datetime
    ended_at: datetime | None
    video: VideoView | None
    nodes: list[NodeView]
    summaries: list[SummaryView]
    frames: list[FramesView]
    people: list[PersonView]
    transcript: list[LineView]
    sound: list[SoundView]
    text: list[LineView]
    analyses: list[AnalysisView]
    assets: list[AssetView]
    labels: list[LabelView]
    reviews: list[HumanReviewView]
    quality: list[QualityView]
    needs_review: bool = Field(description="A check of its quality failed, and nobody has looked at it since.")


def read_result(results: ResultRepository, store: ArtifactStore, run: RunKey) -> TaskResult:
    """
    Return what a task produced so far.

    Raises:
        NotFoundError: Nothing is known of the run.
    """
    row = results.run(run)
    nodes = [NodeView.model_validate(_node_fields(node)) for node in results.nodes(run)]
    found = assemble(row, video=_video(row), nodes=nodes, store=store)
    if found.people and row["video_id"]:
        found.people = with_names(found.people, results.names.of_video(row["video_id"]))
    return found


def assemble(
    row: Mapping[str, Any], *, video: VideoView | None, nodes: list[NodeView], store: ArtifactStore
) -> TaskResult:
    """Put a result together from the row of a run and what its nodes did."""
    found = _Collector(store)
    for node in nodes:
        found.collect(node)
    return TaskResult(
        **{name: row[name] for name in ("dag_id", "run_id", "state", "workflow_version", "created_at", "ended_at")},
        video=_as_this_run_saw_it(video, found.video),
        nodes=nodes,
        summaries=[view for digest, view in found.summaries.items() if digest not in found.corrected],
        frames=found.frames,
        people=found.people,
        transcript=found.transcript,
        sound=found.sound,
        text=found.text,
        analyses=found.analyses,
        assets=found.assets,
        labels=found.labels,
        reviews=found.reviews,
        quality=found.quality,
        needs_review=bool(row.get("needs_review")),
    )


def _node_fields(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in NodeView.model_fields}


def _video(row: dict[str, Any]) -> VideoView | None:
    if row["video_id"] is None:
        return None
    if row["title"] is None:
        return _as_given(row)
    return VideoView(**{name: row[name] for name in VideoView.model_fields})


def _as_given(row: Mapping[str, Any]) -> VideoView:
    """Return the video of a task that has just begun: what is known of it is what it was started with."""
    try:
        known = RunInput.model_validate(row["input"]).asset()
    except ValidationError:
        # Airflow starts a run with any input; its first node will refuse this one.
        known = MediaAsset(video_id=row["video_id"])
    return VideoView(video_id=row["video_id"], **known.model_dump(include={"title", "description", "metadata"}))


def _as_this_run_saw_it(video: VideoView | None, seen: Video | None) -> VideoView | None:
    """A later run over another file of the same id changes the video's record, not this result."""
    if video is None or seen is None:
        return video
    technical = seen.info.model_dump(mode="json")
    return video.model_copy(update={"uri": seen.uri, "sha256": seen.sha256, "technical": technical})


class _Collector:
    """Sorts artifacts into the parts of a result; an artifact that passed through several nodes counts once."""

    def __init__(self, store: ArtifactStore) -> None:
        self._store = store
        self._seen: set[str] = set()
        self.video: Video | None = None
        self.summaries: dict[str, SummaryView] = {}
        self.corrected: set[str] = set()
        self.frames: list[FramesView] = []
        self.people: list[PersonView] = []
        self.transcript: list[LineView] = []
        self.sound: list[SoundView] = []
        self.text: list[LineView] = []
        self.analyses: list[AnalysisView] = []
        self.assets: list[AssetView] = []
        self.labels: list[LabelView] = []
        self.reviews: list[HumanReviewView] = []
        self.quality: list[QualityView] = []

    def collect(self, node: NodeView) -> None:
        """Add what a node produced; what retention has deleted is left out."""
        for ref in node.outputs.values():
            if ref is None or ref.digest in self._seen:
                continue
            self._seen.add(ref.digest)
            try:
                self._add(node.node_id, self._store.load(ref))
            except NotFoundError:
                continue

    def _add(self, node_id: str, artifact: Artifact) -> None:
        match artifact:
            case Video():
                self.video = artifact
            case FrameSet():
                self.frames.append(_frames(node_id, artifact, self._store))
            case People():
                self.people += person_views(artifact, self._store)
            case Transcript():
                self.transcript += [
                    LineView(
                        **_span(line.time),
                        source="speech",
                        text=line.text,
                        speaker=line.speaker,
                        confidence=line.confidence,
                    )
                    for line in artifact.segments
                ]
            case Sound():
                self.sound.append(_sound(artifact))
            case TextContent():
                self.text += [
                    LineView(
                        **_span(line.time),
                        source=line.source,
                        text=line.text,
                        speaker=line.speaker,
                        confidence=line.confidence,
                    )
                    for line in artifact.regions
                ]
            case Summary():
                self.summaries[artifact.identity()] = _summary(artifact)
            case Analyses():
                self.analyses += [
                    AnalysisView(
                        time_s=float(item.time.seconds),
                        model=artifact.model,
                        text=item.text,
                        attributes=item.attributes,
                    )
                    for item in artifact.items
                ]
            case _:
                self._add_of_services(artifact)
                self._add_of_people(node_id, artifact)

    def _add_of_services(self, artifact: Artifact) -> None:
        match artifact:
            case ServiceAsset():
                self.assets.append(AssetView(**artifact.model_dump(include=set(AssetView.model_fields))))
            case Labels():
                self.labels += [
                    LabelView(
                        **label.model_dump(exclude={"times"}), times=[Span(**_span(time)) for time in label.times]
                    )
                    for label in artifact.labels
                ]

    def _add_of_people(self, node_id: str, artifact: Artifact) -> None:
        match artifact:
            case HumanReview():
                if artifact.corrects:
                    self.corrected.add(artifact.corrects)
                fields = artifact.model_dump(include={"by", "at", "comment", "is_late"})
                is_corrected = artifact.corrects is not None
                self.reviews.append(HumanReviewView(node_id=node_id, is_corrected=is_corrected, **fields))
            case QualityReport():
                self.quality.append(QualityView(node_id=node_id, findings=list(artifact.findings)))


def _span(time: TimeRange) -> dict[str, float]:
    return {"start_s": float(time.start.seconds), "end_s": float(time.end.seconds)}


def _summary(artifact: Summary) -> SummaryView:
    chapters = [ChapterView(**_span(item.time), title=item.title, text=item.text) for item in artifact.chapters]
    fields = artifact.model_dump(mode="json", include={"method", "model", "language", "text", "keywords", "notices"})
    return SummaryView(**fields, chapters=chapters)


def _frames(node_id: str, artifact: FrameSet, store: ArtifactStore) -> FramesView:
    frames = [
        FrameView(time_s=float(frame.time.seconds), image=store.uri(frame.image), similarity=frame.similarity)
        for frame in artifact.frames
    ]
    return FramesView(
        node_id=node_id,
        width=artifact.width,
        height=artifact.height,
        frames=frames,
        coverage=_coverage(artifact.coverage),
    )


def _sound(artifact: Sound) -> SoundView:
    return SoundView(
        **artifact.model_dump(include={"track", "loudness_lufs", "peak_dbfs"}),
        duration_s=float(artifact.duration),
        speech=[Span(**_span(part)) for part in artifact.speech],
        silence=[Span(**_span(part)) for part in artifact.silence],
    )


def _coverage(coverage: Coverage) -> CoverageView:
    counts = coverage.model_dump(exclude={"span", "largest_gap"})
    return CoverageView(**_span(coverage.span), **counts, largest_gap_s=float(coverage.largest_gap))
