"""What calls cost by a table of prices."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from media_ai.clients.foreseeing import foreseen_chat, picture_tokens
from media_ai.clients.prices import PriceTable, listed_prices
from media_ai.store.artifacts import Usage


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        (Usage(model="modelstudio/qwen3-vl-plus", input_tokens=1_000_000, output_tokens=100_000), "2"),
        (Usage(model="modelstudio/qwen3-vl-plus-2025-12-19", output_tokens=100_000, is_batch=True), "0.5"),
        (Usage(model="modelstudio/fun-asr", audio_seconds=100), "0.022"),
        (Usage(model="modelstudio/paraformer-v2", audio_seconds=3600), "0.288"),
        (Usage(model="modelstudio/text-embedding-v4", input_tokens=1), "0.0000005"),
        (Usage(model="modelstudio/qwen-plus"), "0"),
    ],
)
def test_a_call_costs_what_the_list_says(usage, cost):
    """To the last bit: tokens by the million, sound by the hour, a batch half."""
    assert PriceTable().cost_of(usage) == Decimal(cost)


def test_what_has_no_price_has_no_cost():
    """Not in the list, or in another currency than the list's; of several calls one is enough."""
    known, unknown = Usage(model="modelstudio/qwen-plus"), Usage(model="openai/gpt")
    assert PriceTable().cost_of(unknown) is None
    assert PriceTable().cost_of_all([known, unknown]) is None
    assert PriceTable(currency="EUR").cost_of(known) is None


def test_the_nearest_pattern_counts():
    """An exact name, then the longest pattern, then the list."""
    own = {"*/*": {"input": 1}, "modelstudio/*": {"input": 2}, "modelstudio/qwen-plus": {"input": 3}}
    table = PriceTable(prices=own)
    for model, price in (("openai/x", 1), ("modelstudio/qwen-flash", 2), ("modelstudio/qwen-plus", 3)):
        assert table.cost_of(Usage(model=model, input_tokens=1_000_000)) == price


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "cny"},
        {"prices": {"qwen": {}}},
        {"prices": {"a/b": {"input": -1}}},
        {"prices": {"a/b": {"output": "NaN"}}},
        {"prices": {"a/b": {"output": 10**9}}},
        {"prices": {"a/b": {"batch_share": 2}}},
        {"prices": {"a/b": {"per_call": 1}}},
    ],
)
def test_a_table_that_is_wrong_is_refused(wrong):
    """A name without a provider, a price below nothing, a word that is unknown."""
    with pytest.raises(ValidationError):
        PriceTable.model_validate(wrong)


def test_every_listed_price_is_of_something():
    """A pattern with a price that is nothing would make its model free."""
    assert all(price.input + price.output + price.audio_hour > 0 for price in listed_prices().values())


def test_large_pictures_are_foreseen_as_large(jpegs):
    """By their own size, up to what services shrink them to; what is no picture is taken for a usual one."""
    small, large = jpegs
    assert (picture_tokens(small), picture_tokens(large), picture_tokens(b"no picture")) == (3, 10_766, 0)
    usual = foreseen_chat("m/m", [message(small)], 10)
    assert foreseen_chat("m/m", [message(b"")], 10) == usual
    assert foreseen_chat("m/m", [message(large)], 10).input_tokens - usual.input_tokens == 10_766 - 1300
    assert usual.output_tokens == 10


def message(jpeg):
    """Return a message with a picture, as clients send it."""
    import base64

    url = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
    return {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}


@pytest.fixture
def jpegs():
    """A small and a large picture."""
    import cv2
    import numpy as np

    return [cv2.imencode(".jpg", np.zeros(size, np.uint8))[1].tobytes() for size in ((20, 20), (2160, 3840))]
