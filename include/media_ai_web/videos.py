"""The video of a task, to play beside what was found in it."""

import mimetypes
from functools import partial

from fastapi import Depends, Response
from fastapi.responses import FileResponse, RedirectResponse
from pydantic import SecretStr

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.store.lending import Lending
from media_ai.tasks.events import VIDEO_ENDINGS
from media_ai.tasks.video_files import LINK_LIVES_S, video_file
from media_ai_web.permissions import Permission, needs
from media_ai_web.routing import apart, make_router, problems
from media_ai_web.services import Conf, Db, credentials_of
from media_ai_web.task_views import DagId, RunId

router = make_router("Results")


@router.get(
    "/tasks/{dag_id}/{run_id}/video",
    summary="Play a task's video",
    dependencies=[Depends(needs(Permission.READ_TASKS))],
    response_class=Response,
    responses={
        200: {"content": {"video/*": {}}, "description": "The video."},
        206: {"content": {"video/*": {}}, "description": "A part of it (Range)."},
        307: {"description": "It is in OSS: a link that lives for six hours."},
        **problems(404),
    },
)
@apart
def play_video(dag_id: DagId, run_id: RunId, database: Db, conf: Conf) -> Response:
    """Return the video that the task was started with, whole or in parts (Range), or a link to where it is."""
    credentials = credentials_of()
    link = partial(Lending(conf.store_address, credentials).link, ttl_s=LINK_LIVES_S)
    run = RunKey(dag_id=dag_id, run_id=run_id)
    found = video_file(ResultRepository(database), run, conf.media_files(credentials), link)
    if isinstance(found, SecretStr):
        return RedirectResponse(found.get_secret_value(), 307, headers={"Cache-Control": "no-store"})
    return FileResponse(found, media_type=_media_type(found.name), headers=_HEADERS)


# It is a user's file: whatever is in it, no browser may take it for a page of ours.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-cache",
    "Content-Disposition": "inline",
}


def _media_type(name: str) -> str:
    known = mimetypes.guess_type(name)[0] if name.lower().endswith(VIDEO_ENDINGS) else None
    return known or "application/octet-stream"
