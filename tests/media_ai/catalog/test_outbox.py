"""What happened is written for who wants to know, in the transaction that records it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from media_ai.catalog.budgets import BudgetKey, Budgets, Payer
from media_ai.catalog.deliveries import Deliveries
from media_ai.catalog.failures import Failures
from media_ai.catalog.outbox import announce
from media_ai.catalog.prices import Prices
from media_ai.catalog.receivers import Receivers
from media_ai.catalog.results import MARKED_FAILED, ResultRepository, RunKey
from media_ai.catalog.spending import CatalogSpending
from media_ai.catalog.task_records import TaskDetails, TaskRecords
from media_ai.clients.prices import PriceTable
from media_ai.errors import BudgetError, ConflictError, MediaAIError, NotFoundError
from media_ai.model.notifications import CHOICES, Event, Happening
from media_ai.model.run import RunInput
from media_ai.store.artifacts import Usage

pytestmark = pytest.mark.postgres

RUN = RunKey(dag_id="w", run_id="r")


def tell(database, *, name="ops", events=CHOICES, **rule):
    receivers = Receivers(database)
    made = receivers.add(
        name=name, kind="email", target="a@b.example", secret="", language=None, timezone=None, by="eve"
    )
    receivers.set_rule(made.id, events, by="eve", **rule)
    return made


def told(database):
    return [(each.event, each.data) for each in reversed(Deliveries(database).list())]


def test_each_end_of_a_run_is_told_once(database):
    """However often it is recorded, by however many at once; after a restart it ends anew."""
    tell(database)
    results = ResultRepository(database)
    results.record_run(RUN, RunInput(video="/a.mp4", title="Bees"), version=1, overrides={})
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: results.record_state(RUN, "success"), range(12)))
    results.record_state(RUN, "running")
    results.record_state(RUN, "failed", "task_failure")
    results.record_state(RUN, "failed", "task_failure")
    results.record_state(RUN, "running")
    assert results.record_state(RUN, "failed", MARKED_FAILED)
    # The scheduler, which was looking at the run meanwhile, or finds that all its nodes were skipped.
    assert not results.record_state(RUN, "failed", "task_failure")
    assert not results.record_state(RUN, "success", by_scheduler=True)
    assert results.run(RUN)["cause"] == MARKED_FAILED
    # It began again, and nobody has heard of that.
    began = results.run(RUN)["ended_at"] + timedelta(seconds=1)
    assert not results.record_state(RUN, "failed", "task_failure", began=began - timedelta(hours=1))
    TaskRecords(database).stopped(RUN, by="eve", cause=MARKED_FAILED)
    found = told(database)
    assert [event for event, _ in found] == ["task.completed", "task.failed", "task.terminated"]
    assert found[0][1]["title"] == "Bees" and found[0][1]["workflow"] == "w" and found[0][1]["ended_at"]
    # A person may change their mind.
    assert results.record_state(RUN, "success")


def test_a_stop_that_no_listener_has_seen_is_told(database):
    """The catalog did not answer it, say."""
    tell(database)
    records = TaskRecords(database)
    records.describe(RUN, TaskDetails(name="my task", owner="eve"), {"state": "running"})
    records.stopped(RUN, by="bob", cause=MARKED_FAILED)
    ((event, data),) = told(database)
    assert (event, data["name"], data["owner"], data["stopped_by"]) == ("task.terminated", "my task", "eve", "bob")


def test_a_run_that_is_none_of_ours_is_not_told(database):
    """Nothing is recorded of it."""
    tell(database)
    ResultRepository(database).record_state(RunKey(dag_id="upkeep", run_id="x"), "success", insert_missing=False)
    assert told(database) == []


def test_what_is_undone_is_not_told(database):
    """The outbox is part of the transaction."""
    tell(database)

    def fail():
        with database.transaction() as connection:
            assert announce(connection, Happening(event=Event.FAILED, identity="1", dag_id="w", run_id="r")) == 1
            raise MediaAIError("undone")

    with pytest.raises(MediaAIError, match="undone"):
        fail()
    assert told(database) == []


def test_rules_are_of_everything_a_workflow_or_a_task(database):
    """An endpoint with several of them is told once."""
    everything = tell(database, name="all", events=[Event.FAILED])
    workflow = tell(database, name="workflow", dag_id="w")
    task = tell(database, name="task", dag_id="w", run_id="r")
    tell(database, name="other", dag_id="x")
    tell(database, name="completed", events=[Event.COMPLETED])
    Receivers(database).set_rule(everything.id, [Event.FAILED], dag_id="w", by="eve")
    with database.transaction() as connection:
        assert announce(connection, Happening(event=Event.FAILED, identity="1", dag_id="w", run_id="r")) == 3
        assert announce(connection, Happening(event=Event.FAILED, identity="2", dag_id="w", run_id="s")) == 2
        assert announce(connection, Happening(event=Event.FAILED, identity="1", dag_id="w", run_id="r")) == 0
    assert {each.endpoint_id for each in Deliveries(database).list()} == {everything.id, workflow.id, task.id}
    assert len(Receivers(database).rules()) == 5 and len(Receivers(database).rules(of_tasks=True)) == 6


def test_quarantine_is_told_once_for_each_time(database):
    """With how often the task has failed."""
    tell(database, events=[Event.QUARANTINED])
    results, failures = ResultRepository(database), Failures(database)
    results.record_run(RUN, RunInput(video="/a.mp4"), version=1, overrides={})
    for _ in range(4):
        failures.run_failed(RUN, most=2)
    failures.release(RUN, by="eve")
    failures.run_failed(RUN, most=1)
    assert [(event, data["failures"]) for event, data in told(database)] == [
        ("task.quarantined", 2),
        ("task.quarantined", 1),
    ]


def test_a_budget_says_once_that_it_is_near_its_end_and_once_that_it_is_reached(database):
    """By what was counted, or by a call that was refused; another amount is another budget."""
    tell(database, events=[Event.BUDGET_NEAR, Event.BUDGET_REACHED])
    Prices(database).save(PriceTable(prices={"m/x": {"input": 1_000_000}}))
    budgets = Budgets(database)
    budgets.set(BudgetKey(scope="month"), Decimal(10))
    spending = CatalogSpending(database, Payer(dag_id="w", run_id="r", node_id="n"))

    def call(tokens):
        promise = spending.reserve(Usage(model="m/x", input_tokens=tokens))
        spending.settle(promise, [Usage(model="m/x", input_tokens=tokens)])

    call(7)
    assert told(database) == []
    call(1)
    call(1)
    assert [event for event, _ in told(database)] == ["budget.near"]
    with pytest.raises(BudgetError):
        call(2)
    with pytest.raises(BudgetError):
        call(2)
    found = told(database)
    assert [event for event, _ in found] == ["budget.near", "budget.reached"]
    assert (found[1][1]["spent"], found[1][1]["amount"], found[1][1]["percent"]) == ("9", "10", 90)
    budgets.set(BudgetKey(scope="month"), Decimal(11))
    call(2)
    # Both at one moment, in no order.
    assert sorted(event for event, _ in told(database)) == sorted(["budget.near", "budget.reached"] * 2)


def test_a_name_is_taken_once_and_what_is_not_there_is_named(database):
    """By add and by rename."""
    made = tell(database)
    receivers = Receivers(database)
    with pytest.raises(ConflictError, match="ops"):
        tell(database)
    other = tell(database, name="other")
    with pytest.raises(ConflictError):
        receivers.change(other.id, {"name": "ops"})
    receivers.remove(made.id)
    for work in (
        lambda: receivers.remove(made.id),
        lambda: receivers.endpoint(made.id),
        lambda: receivers.set_rule(made.id, CHOICES, by=""),
        lambda: receivers.remove_rule(made.id),
        lambda: Deliveries(database).replay(made.id),
        lambda: receivers.choose(["ops"]),
    ):
        with pytest.raises(NotFoundError):
            work()


def test_the_oldest_that_is_due_tells_how_far_behind_deliveries_are(database):
    """What waits for its next try is not behind."""
    tell(database)
    deliveries = Deliveries(database)
    assert deliveries.lag_s() == 0
    with database.transaction() as connection:
        announce(connection, Happening(event=Event.FAILED, identity="1"))
        connection.execute(text("UPDATE media_ai.notification_deliveries SET next_at = now() - interval '90 s'"))
    assert 90 <= deliveries.lag_s() < 100
    deliveries.put_off(deliveries.claim(), 60, status_code=None, reason="x")
    assert deliveries.lag_s() == 0


def test_what_ended_long_ago_is_forgotten(database):
    """With the rules of tasks that are as old; what waits stays."""
    made = tell(database)
    Receivers(database).set_rule(made.id, CHOICES, dag_id="w", run_id="r", by="eve")
    deliveries = Deliveries(database)
    with database.transaction() as connection:
        for identity in "ab":
            announce(connection, Happening(event=Event.FAILED, identity=identity, dag_id="w", run_id="r"))
    deliveries.delivered(deliveries.claim(), status_code=200)
    assert deliveries.forget(older_than_days=1) == 0
    with database.transaction() as connection:
        connection.execute(text("UPDATE media_ai.notification_deliveries SET ended_at = ended_at - interval '2 days'"))
        connection.execute(text("UPDATE media_ai.notification_rules SET created_at = now() - interval '2 days'"))
    assert deliveries.forget(older_than_days=1) == 1
    assert len(Receivers(database).rules(of_tasks=True)) == 1
