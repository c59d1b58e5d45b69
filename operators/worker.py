"""What happens in the process that runs a node's task: from Airflow's context to a step, and its errors back."""

import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.context import Context
from pydantic import ValidationError

from media_ai.catalog.budgets import NOBODY, Payer
from media_ai.catalog.database import Database
from media_ai.catalog.failures import FailedNode, Failures
from media_ai.catalog.preferences import PreferenceRecords
from media_ai.catalog.prices import Prices
from media_ai.catalog.rate_limits import CatalogLimits
from media_ai.catalog.results import ResultRepository, RunKey, RunPublisher
from media_ai.catalog.review_marks import ReviewMarks
from media_ai.catalog.spending import CatalogSpending
from media_ai.clients.access import Access
from media_ai.clients.credentials import ALL
from media_ai.errors import ErrorKind, InputError, MediaAIError, ServiceError, StoppedError
from media_ai.execution import InputRefs, Services, StepResult, check_services, run_step
from media_ai.failures import cause_of
from media_ai.graph.address import did_you_mean, issues_of
from media_ai.model.artifacts import ArtifactKind, ArtifactRef
from media_ai.model.preferences import LANGUAGE_TAG, OF_VIDEO
from media_ai.model.quality import QualityReport
from media_ai.model.run import RunInput
from media_ai.nodes import node_type
from media_ai.reviewing import ReviewPending
from media_ai.settings import Settings, load_settings
from media_ai.store.lending import Lending
from media_ai.store.opening import open_store
from media_ai.waiting import RemoteJobPending, leave
from operators.credentials import credentials_of
from operators.failing import failing_fast
from operators.metrics import task_metrics
from operators.reviews import PersonAsker

if TYPE_CHECKING:
    from operators.base import NodeOperator

log = logging.getLogger(__name__)

_PATIENCE_S = 4.5
"""With a service, before the process ends and the triggerer waits: to come back costs a second or more of a processor."""
_REFUSED = frozenset({ErrorKind.AUTH, ErrorKind.PERMISSION, ErrorKind.OVERDUE})


def run_node(operator: "NodeOperator", context: Context) -> dict[str, Any]:
    """
    Run the operator's node and record what it did.

    Returns:
        A reference as JSON for each output port that is not empty.

    Raises:
        AirflowFailException: Trying again cannot help.
        MediaAIError: Trying again may help; Airflow retries.
        RemoteJobPending: A service works on it; the triggerer waits.
        ReviewPending: A person is asked; Airflow waits.
    """
    with failing_fast():
        try:
            return _run(operator, context)
        except (RemoteJobPending, ReviewPending):
            raise
        except Exception as exc:
            if isinstance(exc, ServiceError):
                exc.message = _with_connection(exc)
            record_failure(operator, context, exc)
            raise


def _run(operator: "NodeOperator", context: Context) -> dict[str, Any]:
    run = _run_of(context)
    run_input, overrides = _given(operator, context)
    settings = load_settings()
    results = _results(settings.catalog_url)
    if not operator.upstream_task_ids:
        results.record_run(
            run,
            run_input,
            version=operator.workflow_version,
            overrides=dict(overrides),
            began=context["ti"].start_date,
        )
        _check_services(operator, run_input, overrides)
    language = _language(operator, context, results)
    asker = PersonAsker(context)
    result = run_step(
        operator.step(),
        run_input=run_input,
        overrides=overrides.get(operator.task_id, {}),
        inputs=_arrived(operator.inputs),
        services=_services(operator, settings, RunPublisher(results, run), language, _payer(operator, context), asker),
    )
    results.record_node(
        run, operator.task_id, result.stored, is_reused=result.is_reused, version=operator.workflow_version
    )
    asker.forget()
    _judge(run, operator.task_id, result)
    _measure(operator, result)
    if context["ti"].try_number > 1:
        Failures(catalog()).passed(run, operator.task_id)
    return _as_json(result)


def _judge(run: RunKey, node_id: str, result: StepResult) -> None:
    """Mark the task for review if this node has found its results wanting, or take its mark away."""
    for ref in result.outputs.values():
        if ref is not None and ref.kind is ArtifactKind.QUALITY_REPORT:
            settings = load_settings()
            report = open_store(settings.store_address, credentials_of).load(ref)
            if isinstance(report, QualityReport):
                reasons = [f"{item.subject}, {item.rule}: {item.message}" for item in report.failed]
                ReviewMarks(catalog()).judge(run, node_id, reasons)


def _measure(operator: "NodeOperator", result: StepResult) -> None:
    """Send the metrics of a node that has succeeded; what it used was counted by the run that did it."""
    metrics = task_metrics()
    metrics.node_done(operator.node_type_id, result.stored.seconds, is_reused=result.is_reused)
    if result.is_reused or not result.stored.usage:
        return
    with suppress(MediaAIError):
        table = Prices(catalog()).current().table
        for usage in result.stored.usage:
            cost = table.cost_of(usage)
            metrics.used(usage, None if cost is None else float(cost), table.currency)


def record_failure(operator: "NodeOperator", context: Context, error: Exception) -> None:
    """Record why a try failed; that it cannot be recorded must not hide why."""
    if isinstance(error, StoppedError):
        return
    cause = cause_of(error)
    node = FailedNode(
        run=_run_of(context), node_id=operator.task_id, node_type=operator.node_type_id, cause_id=cause.id, kind=cause.kind,
        service=cause.service, code=cause.code, title=cause.title, message=str(error),
    )  # fmt: skip
    try:
        Failures(catalog()).record(node, context["ti"].try_number)
    except MediaAIError as exc:
        log.warning("Why it failed was not recorded: %s", exc.message)


def _run_of(context: Context) -> RunKey:
    return RunKey(dag_id=context["dag_run"].dag_id, run_id=context["dag_run"].run_id)


def _with_connection(error: ServiceError) -> str:
    """Name the connection where a service refuses who we are."""
    if error.kind in _REFUSED:
        known = {kind.service: kind.connection_id for kind in ALL}
        if connection := known.get(error.service):
            return f"{error.message} It is the connection '{connection}'."
    return error.message


def _check_services(operator: "NodeOperator", run_input: RunInput, overrides: Mapping[str, Any]) -> None:
    """Have the first node refuse what a later one could not do, before anything is worked on."""
    from operators.base import NodeOperator

    dag = operator.get_dag()
    nodes = [task for task in dag.tasks if isinstance(task, NodeOperator)] if dag else [operator]
    check_services([node.step() for node in nodes], run_input, overrides, credentials_of)


def _language(operator: "NodeOperator", context: Context, results: ResultRepository) -> str | None:
    """Return what models write in where a node does not say: settled by the first node, the same for the whole run."""
    if operator.upstream_task_ids and not node_type(operator.node_type_id).language_params:
        return None
    wanted = _wanted_language(context["dag_run"].conf)
    if wanted is None:
        wanted = PreferenceRecords(catalog()).of_server().language
    settled = results.settle_language(_run_of(context), wanted)
    return None if settled == OF_VIDEO else settled


def _wanted_language(conf: Mapping[str, Any] | None) -> str | None:
    task = (conf or {}).get("task")
    found = task.get("language") if isinstance(task, Mapping) else None
    if found is not None and not (isinstance(found, str) and re.fullmatch(LANGUAGE_TAG, found)):
        raise InputError(f"The task's language {found!r:.60} is none; write a BCP 47 tag such as en, or 'video'.")
    return found


def _payer(operator: "NodeOperator", context: Context) -> Payer:
    task = (context["dag_run"].conf or {}).get("task")
    source = task.get("source") if isinstance(task, Mapping) else None
    return Payer(
        **_run_of(context).columns(),
        node_id=operator.task_id,
        source=source.replace("\0", "")[:250] if isinstance(source, str) else "",
    )


def _services(
    operator: "NodeOperator",
    settings: Settings,
    publisher: RunPublisher,
    language: str | None,
    payer: Payer,
    asker: PersonAsker,
) -> Services:
    def check_stopped() -> None:
        if operator.is_stopped:
            raise StoppedError("told to end, by a stop or by the shutdown of its worker.")

    return Services(
        store=open_store(settings.store_address, credentials_of),
        files=settings.media_files(credentials_of, check_stopped=check_stopped),
        access=access(check_stopped, payer),
        lending=Lending(settings.store_address, credentials_of),
        publisher=publisher,
        wait=partial(leave, patience_s=_PATIENCE_S),
        review=asker,
        run=f"{publisher.run.dag_id}/{publisher.run.run_id}",
        language=language,
    )


def access(check_stopped: Callable[[], None] = lambda: None, payer: Payer = NOBODY) -> Access:
    """Return the way to remote services: identities from connections, turns and budgets from the catalog."""
    limits, spending = CatalogLimits(catalog()), CatalogSpending(catalog(), payer)
    return Access(credentials_of=credentials_of, limits=limits, check_stopped=check_stopped, spending=spending)


def catalog() -> Database:
    """Return the catalog, as this process is connected to it."""
    return _database(load_settings().catalog_url)


@cache
def _results(url: str) -> ResultRepository:
    return ResultRepository(_database(url))


@cache
def _database(url: str) -> Database:
    return Database(url)


def _given(operator: "NodeOperator", context: Context) -> tuple[RunInput, Mapping[str, Any]]:
    params: Mapping[str, Any] = context["params"]
    issues = issues_of(RunInput, dict(params.get("input") or {}))
    if issues:
        raise InputError("The task's input cannot be used: " + " ".join(issue.message for issue in issues))
    overrides = params.get("overrides") or {}
    # Airflow accepts any key in a run's configuration: a misspelt one must not be silently without effect.
    dag = operator.get_dag()
    known = [task.task_id for task in dag.tasks] if dag else [operator.task_id]
    for name in overrides:
        if name not in known:
            raise InputError(f"Overrides name node '{name}', which does not exist.{did_you_mean(name, known)}")
    return RunInput.model_validate(params["input"]), overrides


def _arrived(inputs: Mapping[str, Any]) -> InputRefs:
    arrived: dict[str, tuple[ArtifactRef, ...]] = {}
    for port, value in inputs.items():
        values = value if isinstance(value, list | tuple) else [value]
        try:
            arrived[port] = tuple(ArtifactRef.model_validate(item) for item in values if item is not None)
        except ValidationError as exc:
            raise InputError(f"Input '{port}' got {value!r:.80}; connect another node's output port.") from exc
    return arrived


def _as_json(result: StepResult) -> dict[str, Any]:
    return {port: ref.model_dump(mode="json") for port, ref in result.outputs.items() if ref}
