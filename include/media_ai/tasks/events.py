"""What events lead to: an object in OSS starts a task, anything else wakes whoever waits for it."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from media_ai.catalog.service_events import ServiceEvents
from media_ai.clients.airflow_api import AirflowApi
from media_ai.clients.credentials import CredentialsOf, OssCredentials
from media_ai.errors import ConflictError, ErrorKind, MediaAIError, ServiceError
from media_ai.events.reading import ServiceEvent
from media_ai.model.run import RunInput
from media_ai.settings import EventStart, Settings
from media_ai.tasks.create import SUBTITLE_ENDINGS

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient
    from media_ai.clients.oss_objects import OssObject

log = logging.getLogger(__name__)

VIDEO_ENDINGS = (".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".ts", ".flv", ".wmv", ".mpg", ".mpeg", ".3gp")
_WOKEN = "hint"

StartRun = Callable[[str, str, Mapping[str, Any]], None]
"""Starts a run: DAG id, run id, configuration. Raises ConflictError if there is one of this id."""


def starter(settings: Settings) -> StartRun:
    """Return what starts runs through Airflow's REST API, with the account of this deployment; nothing is asked before that."""

    def start(dag_id: str, run_id: str, conf: Mapping[str, Any]) -> None:
        api = AirflowApi(*settings.server)
        try:
            api.trigger(dag_id, run_id=run_id, conf=conf, note="Started by an event")
        finally:
            api.close()

    return start


class EventHandler:
    """Keeps events and acts on them; the same event twice, or after a crash, leads to one task."""

    def __init__(
        self, events: ServiceEvents, settings: Settings, credentials_of: CredentialsOf, start_run: StartRun
    ) -> None:
        self._events = events
        self._settings = settings
        self._credentials_of = credentials_of
        self._start_run = start_run

    def keep(self, event: ServiceEvent) -> int | None:
        """Keep an event; return its number, or None if it is known. Whoever waits for its subject is woken by that."""
        return self._events.add(event.model_dump(mode="json"))

    def act(self, number: int, event: ServiceEvent) -> str:
        """
        Do what an event asks for and note it; an error that may pass leaves it to `act_on_rest`.

        Returns:
            What came of it, for people.
        """
        try:
            outcome = self._object_arrived(event) if event.source == "oss" else _WOKEN
        except MediaAIError as exc:
            if exc.kind.is_retryable:
                log.warning("Event %d (%s): %s It is tried again later.", number, event.subject, exc.message)
                return ""
            outcome = f"failed: {exc.message}"
        self._events.settle(number, outcome)
        log.info("Event %d (%s %s): %s", number, event.kind, event.subject, outcome)
        return outcome

    def act_on_rest(self, *, older_than_s: float = 60) -> int:
        """Act on events that a crash or a trouble left; return how many are settled now."""
        rest = self._events.unsettled(older_than_s=older_than_s)
        fields = set(ServiceEvent.model_fields)
        events = [
            (row["id"], ServiceEvent.model_validate({name: row[name] for name in fields & set(row)})) for row in rest
        ]
        return sum(bool(self.act(number, event)) for number, event in events)

    def _object_arrived(self, event: ServiceEvent) -> str:
        rule = next((one for one in self._settings.event_starts if event.subject.startswith(one.prefix)), None)
        if rule is None:
            return "ignored: no MEDIA_AI_EVENT_STARTS has its prefix"
        if not event.subject.lower().endswith(VIDEO_ENDINGS):
            return "ignored: not a video"
        found = self._look(event.subject)
        if found is None:
            return "ignored: there is no such object any more"
        client, item = found
        if not item.size:
            return "ignored: it is empty"
        return self._start(rule, client, item)

    def _look(self, address: str) -> "tuple[OssClient, OssObject] | None":
        """Ask for the object itself: the event may be forged, late, or spell the key in its own way."""
        from media_ai.clients.oss import OssClient
        from media_ai.clients.oss_address import split_address

        bucket, key = split_address(address)
        client = OssClient(self._credentials_of(OssCredentials), bucket)
        for spelling in dict.fromkeys((key, unquote(key), unquote(key.replace("+", " ")))):
            if (item := client.find(spelling)) is not None:
                return client, item
        return None

    def _start(self, rule: EventStart, client: "OssClient", item: "OssObject") -> str:
        address = f"oss://{client.bucket}/{item.key}"
        run_input = RunInput(video=address, subtitles=_subtitles(client, item.key))
        # Made from the content: the same object never starts a second task, another content under its name does.
        digest = hashlib.sha256(f"{address}@{item.etag}".encode()).hexdigest()[:16]
        run_id = f"{run_input.asset().video_id}__event_{digest}"
        conf = {"input": run_input.model_dump(mode="json", exclude_none=True), "overrides": {}}
        try:
            self._start_run(rule.workflow, run_id, conf)
        except ConflictError:
            return f"known: {rule.workflow} {run_id}"
        except ServiceError as exc:
            if exc.kind is ErrorKind.INVALID:
                return f"failed: {exc.message}"
            raise
        return f"started: {rule.workflow} {run_id}"


def _subtitles(client: "OssClient", key: str) -> str | None:
    """Return the subtitles that lie beside a video under its name."""
    for ending in SUBTITLE_ENDINGS:
        name = str(PurePosixPath(key).with_suffix(ending))
        if client.find(name) is not None:
            return f"oss://{client.bucket}/{name}"
    return None
