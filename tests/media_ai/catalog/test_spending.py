"""What is spent, counted once, and never more than a budget lets."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text, update

from media_ai.catalog import tables
from media_ai.catalog.budgets import BudgetKey, Budgets, Payer
from media_ai.catalog.costs import Costs
from media_ai.catalog.prices import Prices
from media_ai.catalog.results import RunKey
from media_ai.catalog.spending import CatalogSpending
from media_ai.clients.prices import PriceTable
from media_ai.clients.spending import paying
from media_ai.errors import BudgetError, ConflictError, ErrorKind, InputError, NotFoundError, StaleError
from media_ai.store.artifacts import Usage

pytestmark = pytest.mark.postgres

MODEL = "modelstudio/qwen3-vl-plus"
PAYER = Payer(dag_id="w", run_id="r", node_id="analyses", source="archive")
MONTH = BudgetKey(scope="month")
CALLING = """
import sys, time
from media_ai.catalog.budgets import Payer
from media_ai.catalog.database import Database
from media_ai.catalog.spending import CatalogSpending
from media_ai.clients.spending import paying
from media_ai.store.artifacts import Usage
with paying(CatalogSpending(Database(sys.argv[1]), Payer()), Usage(model="modelstudio/qwen3-vl-plus", output_tokens=1000000)):
    print("calling", flush=True)
    time.sleep(60)
"""


def usage(output=1_000_000, model=MODEL, **more):
    """Return a call that costs 10 for each million tokens of its answer."""
    return Usage(model=model, output_tokens=output, **more)


def spend(database, used, *, payer=PAYER, foreseen=None):
    """Make a call that uses this."""
    with paying(CatalogSpending(database, payer), foreseen or used) as bill:
        bill.add(used)


def spent(database, by="month"):
    """Return what was spent, by its key."""
    return {item.key: item.cost for item in Costs(database).by(by)}


def promised(database):
    """Return how much is promised."""
    with database.transaction() as connection:
        return connection.execute(select(func.coalesce(func.sum(tables.promises.c.cost), 0))).scalar_one()


def test_a_call_is_counted_for_all_that_it_is_of(database):
    """The task, its node, workflow and source, the model, the month; and nothing stays promised."""
    spend(database, usage(), foreseen=usage(3_000_000))
    spend(database, usage(), payer=Payer(dag_id="w", run_id="r2", node_id="analyses"))
    for by, key in (("workflow", "w"), ("node", "analyses"), ("model", MODEL)):
        assert spent(database, by) == {key: 20}
    assert spent(database, "source") == {"archive": 10, "": 10}
    assert spent(database, "task") == {"r": 10, "r2": 10}
    assert list(spent(database).values()) == [20]
    assert promised(database) == 0
    assert [item.cost for item in Costs(database).of_nodes(RunKey(dag_id="w", run_id="r"))] == [10]


def test_a_batch_costs_half(database):
    """As the service's price list says."""
    spend(database, usage(is_batch=True))
    assert list(spent(database).values()) == [5]


def test_a_model_without_a_price_costs_nobody_knows_what(database):
    """Not nothing: the cost is absent, and the calls without a price are told."""
    spend(database, usage(model="openai/own"))
    (item,) = Costs(database).by("task")
    assert (item.cost, item.unpriced, item.output_tokens) == (None, 1, 1_000_000)


def test_a_model_without_a_price_is_not_asked_under_a_budget(database):
    """A budget that cannot be kept would be none; with a price of 0 it is asked."""
    Budgets(database).set(MONTH, Decimal(1))
    with pytest.raises(BudgetError, match="it has no price") as caught:
        spend(database, usage(model="openai/own"))
    assert caught.value.kind is ErrorKind.QUOTA
    Prices(database).save(PriceTable(prices={"openai/*": {}}))
    spend(database, usage(model="openai/own"))
    assert list(spent(database).values()) == [0]


@pytest.mark.parametrize(
    "key",
    [
        MONTH,
        BudgetKey(scope="source", name="archive"),
        BudgetKey(scope="workflow", dag_id="w"),
        BudgetKey(scope="task", dag_id="w", name="r"),
    ],
    ids=lambda key: key.scope,
)
def test_a_budget_is_used_up_and_not_crossed(database, key):
    """To the last bit; the sentence says of what, how much it is and what the call may cost."""
    Budgets(database).set(key, Decimal(25))
    spend(database, usage())
    spend(database, usage(1_500_000))
    with pytest.raises(BudgetError, match=r"is 25\.0000 CNY, 25\.0000 are spent.* may cost 0\.0010"):
        spend(database, usage(100))
    spend(database, usage(0))
    (budget,) = Budgets(database).all()
    assert (budget.spent, budget.left) == ((0, 25) if key.scope == "workflow" else (25, 0))


def test_the_budget_of_a_task_goes_before_that_of_its_workflow(database):
    """It may be larger; other tasks have the workflow's."""
    Budgets(database).set(BudgetKey(scope="workflow", dag_id="w"), Decimal(5))
    Budgets(database).set(BudgetKey(scope="task", dag_id="w", name="r"), Decimal(15))
    spend(database, usage())
    with pytest.raises(BudgetError, match="a task of 'w'"):
        spend(database, usage(), payer=Payer(dag_id="w", run_id="other"))


def test_sixteen_at_once_never_cross_a_budget(database):
    """Each may use as much as it promised; the promises of all stay below the budget at every moment."""
    Budgets(database).set(MONTH, Decimal(70))
    start = threading.Barrier(16)

    def call(number):
        start.wait()
        for _ in range(4):
            try:
                spend(database, usage(), payer=Payer(dag_id="w", run_id=f"r{number}", node_id="n"))
            except BudgetError:
                return "refused"
        return "done"

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(call, range(16)))
    assert "refused" in outcomes
    assert list(spent(database).values()) == [70]
    assert promised(database) == 0


def test_a_call_that_uses_more_than_was_foreseen_crosses_by_itself_alone(database):
    """The next one is refused."""
    Budgets(database).set(MONTH, Decimal(10))
    spend(database, usage(1_100_000), foreseen=usage(1000))
    with pytest.raises(BudgetError):
        spend(database, usage(1))
    assert list(spent(database).values()) == [11]


def test_a_call_that_fails_gives_back_what_it_promised(database):
    """What was answered before it failed is counted."""
    spending = CatalogSpending(database, PAYER)
    with pytest.raises(ValueError, match="cut"), paying(spending, usage()):
        raise ValueError("cut")
    assert (promised(database), spent(database)) == (0, {})
    with pytest.raises(ValueError, match="odd"), paying(spending, usage()) as bill:
        bill.add(usage())
        raise ValueError("odd")
    assert list(spent(database).values()) == [10]


def test_the_promise_of_a_killed_process_ends(database):
    """Until then it counts; afterwards the money can be spent."""
    Budgets(database).set(MONTH, Decimal(10))
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    killed = subprocess.Popen([sys.executable, "-c", CALLING, url], stdout=subprocess.PIPE)
    assert killed.stdout.readline() == b"calling\n"
    killed.kill()
    killed.communicate()
    with pytest.raises(BudgetError, match="promised to calls under way"):
        spend(database, usage())
    with database.transaction() as connection:
        connection.execute(update(tables.promises).values(expires_at=func.now()))
    spend(database, usage())
    assert Costs(database).reconcile() == {"sums": 0, "promises": 1}


def test_a_job_is_promised_until_it_is_collected_and_counted_once(database):
    """By whoever collects it, however often; one that failed costs nothing."""
    spending = CatalogSpending(database, PAYER)
    for job in ("kind/1", "kind/2"):
        with paying(spending, usage()) as bill:
            bill.job = job
    assert promised(database) == 20
    for _ in range(2):
        CatalogSpending(database, Payer(dag_id="w", run_id="other")).collect("kind/1", [usage(), usage()])
    spending.give_up("kind/2")
    assert (promised(database), list(spent(database).values())) == (0, [20])


def test_requests_of_the_same_id_are_two(database):
    """Some servers number their answers with the same number."""
    for _ in range(2):
        spend(database, usage(request_id="chatcmpl-1"))
    assert list(spent(database).values()) == [20]


def test_sums_that_are_wrong_are_made_again_from_the_calls(database):
    """Those of days, tasks, sources and months; those that are of no call go."""
    spend(database, usage())
    right = [Costs(database).by(by) for by in ("task", "source", "month", "workflow")]
    with database.transaction() as connection:
        connection.execute(text("UPDATE media_ai.cost_sums SET cost = cost + 1"))
        connection.execute(text("UPDATE media_ai.cost_days SET calls = 7"))
        connection.execute(text("INSERT INTO media_ai.cost_sums (scope, dag_id, name, month, currency, last_at) VALUES ('source', '', 'ghost', '9999-01', 'CNY', now())"))  # fmt: skip
    assert Costs(database).reconcile()["sums"] == 5
    assert [Costs(database).by(by) for by in ("task", "source", "month", "workflow")] == right
    assert Costs(database).reconcile() == {"sums": 0, "promises": 0}


def test_what_a_service_claims_can_always_be_counted(database):
    """More tokens than there are, and names that no database holds."""
    odd = Usage(model="modelstudio/qwen-plus\0", request_id="a\ud800\0", input_tokens=10**30, audio_seconds=1e300)
    spend(database, odd)
    spend(database, odd)
    (item,) = Costs(database).by("task")
    assert item.input_tokens == 2 * 10**15


def test_prices_have_one_currency_and_their_history_stays(database):
    """A change needs the prices that it was made to; what was counted keeps its currency; listed prices are in CNY only."""
    prices = Prices(database)
    spend(database, usage())
    dollars = PriceTable(currency="USD", prices={MODEL: {"output": "2"}})
    saved = prices.save(dollars, by="eve", expected="0")
    with pytest.raises(StaleError, match="Somebody else"):
        prices.save(dollars, expected="0")
    spend(database, usage())
    assert sorted((item.currency, item.cost) for item in Costs(database).by("month")) == [("CNY", 10), ("USD", 2)]
    assert (saved.saved_by, saved.table.price_of("modelstudio/qwen-plus")) == ("eve", None)
    Budgets(database).set(MONTH, Decimal(1))
    with pytest.raises(ConflictError, match="1 budgets are in USD"):
        prices.save(PriceTable())


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e13"])
def test_a_budget_that_is_no_amount_is_refused(database, amount):
    """Before it is stored."""
    with pytest.raises(InputError, match="A budget is an amount"):
        Budgets(database).set(MONTH, Decimal(amount))


def test_a_budget_is_of_something(database):
    """Of a month and a task at once it is of nothing; one that is not there cannot be removed."""
    with pytest.raises(InputError, match="A budget is for"):
        BudgetKey(scope="month", name="x")
    with pytest.raises(NotFoundError):
        Budgets(database).remove(MONTH)
    Budgets(database).set(MONTH, Decimal(0))
    Budgets(database).remove(MONTH)
    assert Budgets(database).all() == []
