"""What each client promises, pays and gives back, with the emulated services and a real catalog."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from media_ai.asking import ask_ahead
from media_ai.catalog import tables
from media_ai.catalog.budgets import BudgetKey, Budgets, Payer
from media_ai.catalog.costs import Costs
from media_ai.catalog.spending import CatalogSpending
from media_ai.clients.embedding import open_embedder
from media_ai.clients.model_studio_ocr import read_picture
from media_ai.clients.models import ModelRequest, open_model
from media_ai.errors import BudgetError, ServiceError
from media_ai.model.base import digest_of
from media_ai.testing import make_job
from media_ai_emulators.faults import Fault
from tests.emulated import cloud_access, model_studio_credentials, quick
from tests.media_ai.clients.test_model_studio_ocr import JPEG
from tests.media_ai.nodes.test_transcribe_speech_by_task import transcribe

pytestmark = pytest.mark.postgres

MODEL = "modelstudio/qwen-plus"


@pytest.fixture
def access(database, emulator):
    """The way to the services, on whose calls money is spent."""
    return cloud_access(emulator, spending=CatalogSpending(database, Payer(dag_id="w", run_id="r", node_id="n")))


def question(number=0):
    """Return a question."""
    schema = {"type": "object", "properties": {"said": {"type": "string"}}, "required": ["said"]}
    return ModelRequest(instructions="Answer.", text=f"Question {number}", output_schema=schema, max_output_tokens=1000)


def counted(database):
    """Return the sums of the only model that was asked, and how much is still promised."""
    with database.transaction() as connection:
        promised = connection.execute(select(func.count()).select_from(tables.promises)).scalar_one()
    found = Costs(database).by("model")
    return (found[0] if found else None), promised


def test_a_chat_is_counted_as_the_service_counts_it(database, access):
    """Each call once; nothing stays promised."""
    replies = [open_model(MODEL, access).answer(question(number)) for number in range(3)]
    cost, promised = counted(database)
    used = [usage for reply in replies for usage in reply.usage]
    assert (cost.calls, cost.input_tokens) == (3, sum(usage.input_tokens for usage in used))
    assert cost.cost == sum((usage.input_tokens * Decimal("0.8") + usage.output_tokens * 2) / 10**6 for usage in used)
    assert promised == 0


def test_tries_that_fail_cost_nothing(database, emulator, access):
    """Two are throttled, the third is answered and counted."""
    emulator.faults().replace([Fault(service="dashscope", kind="throttle", times=2)])
    open_model(MODEL, access).answer(question())
    cost, promised = counted(database)
    assert (cost.calls, promised) == (1, 0)
    assert len(emulator.calls("dashscope")) == 3


def test_a_call_beyond_the_budget_is_not_made(database, emulator, access):
    """The service never hears of it, whatever is asked."""
    Budgets(database).set(BudgetKey(scope="month"), Decimal("0.0001"))
    for call in (
        lambda: open_model(MODEL, access).answer(question()),
        lambda: open_embedder("modelstudio/text-embedding-v4", access).embed_texts(["word " * 900]),
        lambda: read_picture("qwen-vl-ocr", JPEG, access),
    ):
        with pytest.raises(BudgetError):
            call()
    assert emulator.calls("dashscope") == []


def test_embeddings_and_readings_are_counted(database, emulator, access):
    """A model without a price is counted without a cost."""
    open_embedder("modelstudio/text-embedding-v4", access).embed_texts(["one", "two"])
    read_picture("qwen-vl-ocr", JPEG, access, retry=quick())
    costs = {item.key: item for item in Costs(database).by("model")}
    assert costs["modelstudio/text-embedding-v4"].cost > 0
    assert costs["modelstudio/qwen-vl-ocr"].cost is None
    assert costs["modelstudio/qwen-vl-ocr"].input_tokens > 0


def test_a_batch_is_counted_at_half_the_price_and_once(database, emulator, access, tmp_path):
    """What it may cost is promised while it runs; a try after it finds everything answered and pays nothing."""

    def asked():
        job = make_job(tmp_path, access=access)
        job.steps = job.store.steps_of("node", digest_of("batch"))
        ask_ahead(job, MODEL, lambda: map(question, range(3)))
        return [job.ask(MODEL, question(number)) for number in range(3)]

    used = [usage for reply in asked() for usage in reply.usage]
    asked()
    cost, promised = counted(database)
    assert (cost.calls, promised) == (3, 0)
    full = sum((usage.input_tokens * Decimal("0.8") + usage.output_tokens * 2) / 10**6 for usage in used)
    assert cost.cost == full / 2


def test_a_batch_beyond_the_budget_is_not_submitted(database, emulator, access, tmp_path):
    """All its questions together count, at half the price."""
    Budgets(database).set(BudgetKey(scope="month"), Decimal("0.002"))
    with pytest.raises(BudgetError):
        ask_ahead(make_job(tmp_path, access=access), MODEL, lambda: map(question, range(3)))
    assert not [call.operation for call in emulator.calls("dashscope") if "batch" in call.operation.lower()]


def test_speech_is_promised_when_it_is_submitted_and_counted_when_it_is_collected(
    database, emulator, samples, tmp_path, access
):
    """By its seconds, once, however often it is collected."""
    for _ in range(2):
        transcribe(tmp_path, samples, emulator, access=access)
    cost, promised = counted(database)
    assert (cost.key, cost.calls, promised) == ("modelstudio/fun-asr", 1, 0)
    assert cost.cost == (Decimal(repr(cost.audio_seconds)) * Decimal("0.792") / 3600).quantize(Decimal("1e-12"))
    assert cost.audio_seconds > 0


def test_a_call_that_is_refused_for_good_gives_back(database, emulator, access):
    """What the service did not answer is not paid for."""
    with pytest.raises(ServiceError):
        open_model(MODEL, _strangers(emulator, access)).answer(question())
    assert counted(database) == (None, 0)


def _strangers(emulator, access):
    """Return a way in with a key that the service does not know."""
    wrong = model_studio_credentials(emulator, api_key="sk-unknown")
    return replace(access, credentials_of=lambda kind: wrong)
