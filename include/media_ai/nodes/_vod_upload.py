"""The two ways of a video into VOD: its file is sent, or VOD fetches it from OSS. Both leave one video for one content."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from media_ai.clients.credentials import OssCredentials
from media_ai.clients.service_text import reference_id
from media_ai.clients.vod_rules import FETCH_REGIONS, PreparedTexts, user_data_text
from media_ai.errors import ConfigurationError, ErrorKind, InputError, ServiceError
from media_ai.job import Job
from media_ai.model.media import Video
from media_ai.nodes._vod_account import now

if TYPE_CHECKING:
    from media_ai.clients.vod_calls import VodCalls
    from media_ai.clients.vod_uploads import Created
    from media_ai.clients.vod_url_uploads import UrlUpload
    from media_ai.nodes.upload_vod_media import Params

SEND, FETCH = "send", "fetch"
_LINK_LIVES_S = 7 * 24 * 3600
_SIGNED_ANEW_S = 6 * 24 * 3600
_DIGEST_DIGITS = 12
_STEPS = ("known", "create", "file", "signed", "fetch", "texts", "subtitles")


@dataclass(frozen=True, kw_only=True)
class Upload:
    """
    One video on its way into VOD.

    Attributes:
        reference_id: VOD's unique name for this video with this content: whoever uploads it again finds it.
        texts: As they are prepared for VOD.
    """

    params: "Params"
    video: Video
    reference_id: str
    texts: PreparedTexts
    calls: "VodCalls"
    job: Job

    def run(self) -> str:
        """Bring the video in, once, and return its id."""
        known = self.job.keep("known", self._known)
        if known["way"] == SEND:
            return self._send()
        if known["video_id"]:
            return self._take(known["video_id"])
        return self._fetch()

    def _known(self) -> dict[str, Any]:
        """Choose the way, and look whether VOD has the video already."""
        from media_ai.clients.vod_videos import ARRIVED, find_video

        way = self._way()
        found = find_video(self.calls, self.reference_id) if way == FETCH else None
        return {"way": way, "video_id": found.id if found and found.status in ARRIVED else ""}

    def _way(self) -> str:
        is_in_oss = self.video.uri.startswith("oss://")
        if self.params.source == "file" or (self.params.source == "auto" and not is_in_oss):
            return SEND
        if not is_in_oss:
            raise InputError("VOD can fetch what is in OSS; this video is a local file. Set 'Source' to auto or file.")
        problem = self._cannot_be_fetched()
        if not problem:
            # Also refuses what this deployment may not read.
            self.job.files.identity(self.video.uri, what="video")
            return FETCH
        if self.params.source == "address":
            raise ConfigurationError(problem)
        return SEND

    def _cannot_be_fetched(self) -> str:
        from media_ai.clients.oss_links import require_permanent
        from media_ai.clients.vod_url_uploads import MOST_BYTES

        region = self.calls.credentials.region
        if self.params.source == "auto" and region not in FETCH_REGIONS:
            return f"VOD tells of fetched files in {' and '.join(FETCH_REGIONS)} only, not in {region}."
        if self.video.info.size > MOST_BYTES:
            return f"The video has {self.video.info.size / 1e9:.0f} GB; VOD fetches at most 20 GB. Send the file."
        try:
            require_permanent(self.job.access.credentials_of(OssCredentials))
        except ConfigurationError as exc:
            return exc.message
        return ""

    # Sent by this machine.

    def _send(self) -> str:
        from media_ai.clients.vod_uploads import create_video

        made: list[Created] = []

        def create() -> dict[str, Any]:
            made.append(create_video(self.calls, self._parameters()))
            return {"video_id": made[0].video_id, "was_there": made[0].was_there}

        created = self.job.once("create", create, recover=lambda since: self._find())
        file = self.job.keep("file", lambda: self._send_file(created["video_id"], made))
        if created.get("was_there") and not file["was_sent"]:
            return self._take(created["video_id"])
        return str(created["video_id"])

    def _find(self) -> dict[str, Any] | None:
        from media_ai.clients.vod_videos import find_video

        found = find_video(self.calls, self.reference_id)
        return {"video_id": found.id} if found else None

    def _send_file(self, video_id: str, made: "list[Created]") -> dict[str, Any]:
        from media_ai.clients.vod_sending import Sending
        from media_ai.clients.vod_uploads import Created

        path = self.job.files.local_path(self.video.uri, what="video")
        was_sent = Sending(calls=self.calls, path=path).send(made[0] if made else Created(video_id=video_id))
        return {"was_sent": was_sent}

    def _parameters(self) -> dict[str, Any]:
        name = _file_name(self.video)
        given = {"FileName": name, "FileSize": self.video.info.size, "ReferenceId": self.reference_id}
        texts = self.texts.parameters
        return {**texts, "Title": texts.get("Title") or name, **given, **self._more()}

    def _more(self) -> dict[str, Any]:
        given = {
            "AppId": self.calls.credentials.app_id,
            "StorageLocation": self.params.storage,
            "TemplateGroupId": self.params.template_group,
            "WorkflowId": self.params.workflow,
            "UserData": user_data_text(self.params.user_data),
        }
        return {name: value for name, value in given.items() if value}

    # Fetched by VOD.

    def _fetch(self) -> str:
        from media_ai.clients.vod_url_uploads import find_url_upload, submit_url_upload

        done = self.job.remote(
            "fetch",
            lambda: submit_url_upload(self.calls, self._url_upload(), now()),
            recover=lambda since: find_url_upload(self.calls, self._url_upload(), since),
            longest_s=self.params.longest_fetch,
        )
        video_id = str(done["video_id"])
        self.job.once("texts", lambda: self._update(video_id))
        return video_id

    def _url_upload(self) -> "UrlUpload":
        from media_ai.clients.oss_address import split_address
        from media_ai.clients.oss_links import link_signed_at
        from media_ai.clients.vod_url_uploads import UrlUpload

        signed_at = self.job.keep("signed", lambda: {"at": int(time.time())})["at"]
        if time.time() - signed_at > _SIGNED_ANEW_S:
            # Nothing was submitted in all this time, or it would not be asked for.
            signed_at = int(time.time())
        link = link_signed_at(
            self.job.access.credentials_of(OssCredentials),
            *split_address(self.video.uri),
            signed_at=datetime.fromtimestamp(signed_at, UTC),
            ttl_s=_LINK_LIVES_S,
        )
        return UrlUpload(link=link, texts=self.texts.parameters, more=self._more())

    def _update(self, video_id: str) -> dict[str, Any]:
        """Write the texts and our name; of two works that had the same file fetched at once, one keeps the name."""
        from media_ai.clients.vod_videos import update_video

        try:
            update_video(self.calls, video_id, {**self.texts.parameters, "ReferenceId": self.reference_id})
        except ServiceError as exc:
            if exc.kind not in {ErrorKind.INVALID, ErrorKind.CONFLICT} or self._find() in (
                None,
                {"video_id": video_id},
            ):
                raise
            update_video(self.calls, video_id, self.texts.parameters)
        return {}

    def _take(self, video_id: str) -> str:
        """Use a video that VOD had before."""
        self.job.notice(
            f"VOD had this file as {video_id}, which was taken; its texts were brought up to date. Storage, template group and "
            "workflow are those of its first upload."
        )
        self.job.once("texts", lambda: self._update(video_id))
        return video_id


@contextmanager
def begun_anew(job: Job) -> Iterator[None]:
    """Let a restart send again what VOD could not read, and begin anew where the video was deleted meanwhile."""
    try:
        yield
    except ServiceError as exc:
        lost = _STEPS if exc.kind is ErrorKind.NOT_FOUND else ("file",) if exc.code == "UploadFail" else ()
        for name in lost:
            job.forget(name)
        raise


def reference_of(video: Video, video_id: str) -> str:
    """Return the ReferenceId of a video with this content."""
    return reference_id(f"{video_id}-{video.sha256[:_DIGEST_DIGITS]}")


def _file_name(video: Video) -> str:
    """
    Return the file's name, by whose ending VOD tells the format.

    Raises:
        InputError: It has none.
    """
    path = video.uri if video.uri.startswith(("oss://", "/")) else unquote(urlsplit(video.uri).path)
    name = PurePosixPath(path).name
    if not PurePosixPath(name).suffix:
        raise InputError(
            f"VOD tells formats by the file's ending, and '{name}' has none. Rename it, such as {name}.mp4."
        )
    return name
