"""Start tasks for callers of the API: files are checked with the eyes of the workers, and a request is done once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from media_ai.catalog.budgets import BudgetKey, Budgets
from media_ai.catalog.database import Database
from media_ai.catalog.idempotency import IdempotencyKeys, Once
from media_ai.catalog.publications import PublicationLog
from media_ai.catalog.receivers import Receivers
from media_ai.catalog.results import RunKey
from media_ai.catalog.task_records import TaskDetails, TaskRecords
from media_ai.clients.airflow_api import AirflowApi
from media_ai.errors import ConflictError, ErrorKind, InputError, NotFoundError, SystemStateError
from media_ai.graph.plan import ExecutionPlan
from media_ai.model.base import digest_of
from media_ai.model.run import RunInput
from media_ai.runner import check_overrides
from media_ai.store.media_files import MediaFiles
from media_ai.tasks.create import SUBTITLE_ENDINGS, Started, parse_input, published_plan, readable_run_id
from media_ai.tasks.quote_views import Quote
from media_ai.tasks.quotes import Quotes, Videos
from media_ai.tasks.quoting import look_into


@dataclass(frozen=True, kw_only=True)
class NewTask:
    """
    What somebody wants to be started.

    Attributes:
        given: The fields of RunInput.
        overrides: Params by node.
        language: What its models write in, a tag or "video"; the server's choice if None.
        budget: What it may cost at most, in the currency of the prices; what its workflow says if None.
        is_quoted: It is quoted first; the quote is kept with it.
        notify: Names of endpoints that are told how it ends, and when it waits for a person.
    """

    workflow: str
    given: Mapping[str, Any]
    overrides: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    parent_run_id: str | None = None
    language: str | None = None
    budget: Decimal | None = None
    is_quoted: bool = False
    notify: tuple[str, ...] = ()

    def digest(self) -> str:
        """Return what tells this request from any other."""
        asked: list[Any] = [self.workflow, dict(self.given), dict(self.overrides), self.name, self.parent_run_id]
        asked += [str(self.budget)] if self.budget is not None else []
        return digest_of([*asked, {"notify": self.notify}] if self.notify else asked)


class TaskStarter:
    """Starts tasks for one caller, with that caller's way to Airflow."""

    def __init__(self, database: Database, files: MediaFiles, api: AirflowApi, *, owner: str) -> None:
        self._log = PublicationLog(database)
        self._records = TaskRecords(database)
        self._keys = IdempotencyKeys(database)
        self._files = files
        self._receivers = Receivers(database)
        self._quotes, self._budgets = Quotes(database), Budgets(database)
        self._api = api
        self._owner = owner

    def start(self, new: NewTask) -> Started:
        """
        Start a task.

        Raises:
            InputError: The input, a file or an override cannot be used.
            NotFoundError: The workflow is not published.
            ConflictError: The workflow is paused in Airflow.
        """
        return self._start(new, None)

    def start_once(self, new: NewTask, *, key: str, owner_id: str) -> tuple[Started, bool]:
        """
        Start a task, or return the one that the same request started within a day.

        Args:
            new: The task.
            key: The caller's name of the request.
            owner_id: Whose key it is.

        Returns:
            The task, and whether it had been started before.

        Raises:
            ConflictError: The key was used for another request; or as for `start`.
        """

        def work(once: Once) -> Mapping[str, Any]:
            started = self._start(new, once)
            return {"dag_id": started.dag_id, "run_id": started.run_id}

        answer, is_kept = self._keys.run(owner_id, key, new.digest(), work)
        return Started(**answer), is_kept

    def _start(self, new: NewTask, once: Once | None) -> Started:
        plan = published_plan(new.workflow, self._log)
        run_input = parse_input(new.given)
        check_overrides(plan, new.overrides)
        self._check_files(run_input)
        self._check_dag(new.workflow)
        run = RunKey(dag_id=new.workflow, run_id=_run_id(run_input, once))
        told = self._receivers.choose(new.notify)
        quote = self._quote(new, run_input, plan)
        if new.budget is not None:
            self._limit(run, new.budget)
        self._receivers.follow(told, **run.columns(), by=self._owner)
        try:
            self._api.trigger(run.dag_id, run_id=run.run_id, conf=_conf(new, run_input), note=new.name)
        except ConflictError:
            # An attempt with this key started it, and could not say so.
            if once is None:
                raise
        self._record(run, new, run_input, plan)
        if quote is not None:
            self._quotes.keep(run, quote)
        return Started(dag_id=run.dag_id, run_id=run.run_id)

    def _limit(self, run: RunKey, budget: Decimal) -> None:
        allowed = self._budgets.amount_of(BudgetKey(scope="workflow", dag_id=run.dag_id))
        if allowed is not None and budget > allowed:
            raise InputError(
                f"A task of '{run.dag_id}' may cost {allowed}, not {budget}. Whoever may change the settings can raise it.",
                kind=ErrorKind.PERMISSION,
            )
        self._budgets.set(BudgetKey(scope="task", dag_id=run.dag_id, name=run.run_id), budget, by=self._owner)

    def _quote(self, new: NewTask, run_input: RunInput, plan: ExecutionPlan) -> Quote | None:
        if not new.is_quoted:
            return None
        return self._quotes.make(plan, Videos(each=look_into(self._files, run_input)), new.overrides)

    def _check_files(self, run_input: RunInput) -> None:
        for name, what in (("video", "video"), ("subtitles", "subtitle file")):
            address = getattr(run_input, name)
            if address is None:
                continue
            if name == "subtitles" and not address.lower().endswith(SUBTITLE_ENDINGS):
                raise InputError(f"The subtitle file '{address[-60:]}' is none; give a .srt or .vtt file.")
            self._files.identity(address, what=what)

    def _check_dag(self, slug: str) -> None:
        dag = self._api.dag(slug)
        if dag is None:
            raise SystemStateError(f"Airflow has not picked up '{slug}' yet, which was just published. Try again.")
        if dag["is_paused"]:
            raise ConflictError(
                f"Workflow '{slug}' is paused in Airflow: its tasks would wait. Unpause it there first."
            )

    def _record(self, run: RunKey, new: NewTask, run_input: RunInput, plan: ExecutionPlan) -> None:
        details = TaskDetails(name=new.name, owner=self._owner, parent_run_id=new.parent_run_id)
        known = {
            "video_id": run_input.asset().video_id,
            "workflow_version": plan.version,
            "input": run_input.model_dump(mode="json", exclude_none=True),
            "overrides": dict(new.overrides),
        }
        self._records.describe(run, details, known)


def repeated(
    api: AirflowApi, run: RunKey, *, changes: Mapping[str, Any], keeps: bool = True, name: str | None, title_of: str
) -> NewTask:
    """
    Return a task that repeats another one with other params; results that the changes do not touch are reused.

    Args:
        api: The caller's way to Airflow, which holds what the task was started with.
        run: The task to repeat.
        changes: Node id -> params, merged into the overrides of that task; null for a node drops its overrides.
        keeps: Whether the overrides of that task are kept; else the changes are all.
        name: Of the new task; that of the old one if None.
        title_of: The name of the old task.

    Raises:
        NotFoundError: Airflow does not know the task any more.
    """
    conf = api.run(run.dag_id, run.run_id)["conf"] or {}
    given, overrides = conf.get("input"), dict(conf.get("overrides") or {}) if keeps else {}
    if not isinstance(given, Mapping):
        raise NotFoundError(f"Task '{run.run_id}' has no input that could be used again.")
    for node, params in changes.items():
        if params is None:
            overrides.pop(node, None)
        else:
            overrides[node] = {**overrides.get(node, {}), **params}
    return NewTask(
        workflow=run.dag_id,
        given=given,
        overrides=overrides,
        name=title_of if name is None else name,
        parent_run_id=run.run_id,
    )


def _run_id(run_input: RunInput, once: Once | None) -> str:
    if once is None:
        return readable_run_id(run_input)
    return f"{run_input.asset().video_id}__{once.began_at:%Y%m%dT%H%M%SZ}_{once.token}"


def _conf(new: NewTask, run_input: RunInput) -> dict[str, Any]:
    conf = {"input": run_input.model_dump(mode="json", exclude_none=True), "overrides": dict(new.overrides)}
    task = {"name": new.name, "parent_run_id": new.parent_run_id, "language": new.language}
    given = {name: value for name, value in task.items() if value}
    return conf | ({"task": given} if given else {})
