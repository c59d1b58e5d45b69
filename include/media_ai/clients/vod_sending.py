"""Sending a file to a video of VOD: with keys that are renewed on the way, once, and on from where a killed process was."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from media_ai.clients.access_keys import AccessKeys, Renewed
from media_ai.clients.credentials import OssCredentials
from media_ai.clients.vod_calls import VodCalls
from media_ai.clients.vod_uploads import Created, Ticket, refresh
from media_ai.clients.vod_videos import UPLOAD_FAILED, UPLOADING, get_video
from media_ai.errors import ErrorKind, ServiceError

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient

ARRIVES_WITHIN_S = 30.0
"""VOD hears from OSS that a file has arrived; it takes a moment."""
_KEYS_DIED = frozenset({"SecurityTokenExpired", "InvalidSecurityToken", "InvalidAccessKeyId"})
_TRIES = 3
_POLL_S = 1.0


@dataclass(kw_only=True)
class Sending:
    """
    Sends a file to a video that waits for it. May be called again after any interruption: it goes on where it was.

    Attributes:
        calls: The way to VOD.
        path: The file.
        part_size: Bytes of a part, for files that go in parts.
        in_parts_above: Bytes; smaller files go in one request.
        checkpoints: Folder of what was sent already; by default one of this user's below the temporary folder.
        clock: By which the keys' life is counted.
    """

    calls: VodCalls
    path: Path
    part_size: int | None = None
    in_parts_above: int | None = None
    checkpoints: Path | None = None
    clock: Callable[[], float] = time.time

    def send(self, video: Created) -> bool:
        """
        Send the file; return False if it had arrived before.

        Raises:
            ServiceError: OSS or VOD refused or failed; the next call goes on from there.
        """
        ticket, is_replaced = video.ticket, False
        if ticket is None:
            status = get_video(self.calls, video.video_id).status
            if status not in {UPLOADING, UPLOAD_FAILED}:
                return False
            is_replaced = status == UPLOAD_FAILED
        for left in reversed(range(_TRIES)):
            ticket = ticket or refresh(self.calls, video.video_id, clock=self.clock)
            try:
                self._put(ticket, is_replaced=is_replaced)
            except ServiceError as exc:
                has_died = exc.code in _KEYS_DIED
                # What is in the way may be what an earlier request put there, whose answer was lost: these keys cannot look.
                if not has_died and exc.kind is ErrorKind.PERMISSION and self._has_arrived(video.video_id):
                    return True
                if not left or not (has_died or exc.kind is ErrorKind.PERMISSION):
                    raise
                ticket = None
            else:
                break
        return True

    def _put(self, ticket: Ticket, *, is_replaced: bool) -> None:
        from media_ai.clients.oss import SMALL
        from media_ai.clients.oss_upload import PART_SIZE, upload

        client = self._client(ticket)
        large = SMALL if self.in_parts_above is None else self.in_parts_above
        if self.path.stat().st_size > large:
            parts = self.part_size or PART_SIZE
            upload(client, ticket.key, self.path, part_size=parts, checkpoints=self.checkpoints)
        else:
            # What has arrived is not replaced: VOD would process the same file again.
            client.put_file(ticket.key, self.path, replace=is_replaced)

    def _client(self, ticket: Ticket) -> "OssClient":
        from media_ai.clients.oss import OssClient

        unused = [ticket.keys]

        def issue() -> AccessKeys:
            return unused.pop() if unused else refresh(self.calls, ticket.media_id, clock=self.clock).keys

        renewed = Renewed(issue, clock=self.clock)

        def keys() -> AccessKeys:
            self.calls.check_stopped()
            return renewed()

        credentials = OssCredentials(
            region=ticket.region,
            endpoint=ticket.endpoint,
            bucket=ticket.bucket,
            key_id=ticket.keys.key_id,
            secret=SecretStr(ticket.keys.secret),
        )
        return OssClient(credentials, retry=self.calls.retry, keys=keys)

    def _has_arrived(self, video_id: str) -> bool:
        left = ARRIVES_WITHIN_S
        while get_video(self.calls, video_id).status == UPLOADING:
            if left <= 0:
                return False
            self.calls.check_stopped()
            self.calls.retry.sleep(_POLL_S)
            left -= _POLL_S
        return True
