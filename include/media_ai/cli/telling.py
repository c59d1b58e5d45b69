"""Has those told who were named how a run of this process ends; the running system delivers it."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import typer

from media_ai.catalog.outbox import tell
from media_ai.catalog.receivers import Receivers
from media_ai.cli import context
from media_ai.errors import MediaAIError
from media_ai.failures import cause_of
from media_ai.model.base import storable_text
from media_ai.model.media import MediaAsset
from media_ai.model.notifications import Event, Happening


@contextmanager
def telling(names: Sequence[str], workflow: str, asset: MediaAsset) -> Iterator[None]:
    """
    Work inside, and have endpoints of notifications told what came of it.

    Raises:
        NotFoundError: A name is that of no endpoint; nothing was done inside.
        CatalogError: There is no system that could tell anybody; likewise.
    """
    if not names:
        yield
        return
    endpoints = [endpoint.id for endpoint in Receivers(context.database()).choose(names)]
    title = storable_text(asset.title)
    known = {"video_id": asset.video_id, "title": title, "owner": context.user(), "created_at": _now()}
    try:
        yield
    except KeyboardInterrupt:
        _tell(endpoints, Event.TERMINATED, workflow, known | {"stopped_by": context.user()})
        raise
    except Exception as exc:
        cause = {"kind": cause_of(exc).kind, "message": storable_text(str(exc))[:1000]}
        _tell(endpoints, Event.FAILED, workflow, known | {"cause": cause})
        raise
    _tell(endpoints, Event.COMPLETED, workflow, known)


def _tell(endpoints: Sequence[str], event: Event, workflow: str, known: dict[str, Any]) -> None:
    happening = Happening(
        event=event, identity=f"{event} {uuid.uuid4()}", dag_id=workflow, data=known | {"ended_at": _now()}
    )
    try:
        with context.database().transaction() as connection:
            tell(connection, happening, endpoints)
    except MediaAIError as exc:
        # The work is done, or has failed for a reason of its own.
        typer.secho(f"Nobody was told: {exc.message}", fg=typer.colors.RED, err=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
