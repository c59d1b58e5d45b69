"""What events lead to: an object in OSS starts a task, anything else wakes whoever waits for it."""

import hashlib
import logging
import traceback
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from media_ai.catalog.service_events import ServiceEvents
from media_ai.clients.airflow_api import AirflowApi
from media_ai.clients.credentials import CredentialsOf, OssCredentials
from media_ai.errors import ConflictError, ErrorKind, MediaAIError, ServiceError
from media_ai.events.reading import ServiceEvent
from media_ai.model.base import storable_text
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

Arrive = Callable[[str], str | None]
"""Tells others of an object that has arrived; returns what came of it, None if it concerns nobody."""


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
        self,
        events: ServiceEvents,
        settings: Settings,
        credentials_of: CredentialsOf,
        start_run: StartRun,
        arrive: Arrive = lambda _: None,
    ) -> None:
        self._events = events
        self._settings = settings
        self._credentials_of = credentials_of
        self._start_run = start_run
        self._arrive = arrive

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
        except Exception as exc:
            # An edge: one event that nobody thought of must not keep those behind it from being acted on.
            log.error("Event %d (%s) failed: %s at %s", number, event.subject, type(exc).__name__, _place_of(exc))
            outcome = f"failed: an unexpected {type(exc).__name__}; start the task of this object by hand"
        outcome = storable_text(outcome)
        self._events.settle(number, outcome)
        log.info("Event %d (%s %s): %s", number, event.kind, event.subject, outcome)
        return outcome

    def act_on_rest(self, *, older_than_s: float = 60) -> int:
        """Act on events that a crash or a trouble left; return how many are settled now."""
        return sum(self._act_on(row) for row in self._events.unsettled(older_than_s=older_than_s))

    def _act_on(self, row: Mapping[str, Any]) -> bool:
        try:
            event = ServiceEvent.model_validate({name: row[name] for name in ServiceEvent.model_fields if name in row})
        except ValueError as exc:
            log.error("Event %d cannot be read: %s", row["id"], type(exc).__name__)
            self._events.settle(row["id"], "failed: it was kept in a form that is not known here")
            return True
        return bool(self.act(row["id"], event))

    def _object_arrived(self, event: ServiceEvent) -> str:
        # An event may spell a key in its own way; what counts is the one that the object is found under.
        meant = [(rule, address) for address in _spellings(event.subject) if (rule := self._rule_of(address))]
        if not meant:
            return self._told(event) or "ignored: no source has its folder, and no MEDIA_AI_EVENT_STARTS its prefix"
        videos = [(rule, address) for rule, address in meant if address.lower().endswith(VIDEO_ENDINGS)]
        if not videos:
            return "ignored: not a video"
        for rule, address in videos:
            if (found := self._look(address)) is not None:
                client, item = found
                return self._start(rule, client, item) if item.size else "ignored: it is empty"
        return "ignored: there is no such object any more"

    def _told(self, event: ServiceEvent) -> str:
        """Tell sources, which look for themselves: an event that is forged leads to a look that finds nothing."""
        try:
            return next((told for address in _spellings(event.subject) if (told := self._arrive(address))), "")
        except ServiceError as exc:
            if exc.kind is ErrorKind.INVALID:
                return f"failed: {exc.message}"
            raise

    def _rule_of(self, address: str) -> EventStart | None:
        return next((rule for rule in self._settings.event_starts if address.startswith(rule.prefix)), None)

    def _look(self, address: str) -> "tuple[OssClient, OssObject] | None":
        """Ask for the object itself: the event may be forged or late."""
        from media_ai.clients.oss import OssClient
        from media_ai.clients.oss_address import split_address

        bucket, key = split_address(address)
        client = OssClient(self._credentials_of(OssCredentials), bucket)
        item = client.find(key)
        return None if item is None else (client, item)

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


def _spellings(address: str) -> list[str]:
    """Return an address as events of OSS may mean it: some spell the key percent-encoded, some with '+' for a space."""
    bucket, _, key = address.removeprefix("oss://").partition("/")
    return [f"oss://{bucket}/{one}" for one in dict.fromkeys((key, unquote(key), unquote(key.replace("+", " "))))]


def _place_of(exc: Exception) -> str:
    """Return the innermost line; not the message, which may hold a signed address."""
    frame = traceback.extract_tb(exc.__traceback__)[-1]
    return f"{frame.name} ({PurePosixPath(frame.filename).name}:{frame.lineno})"
