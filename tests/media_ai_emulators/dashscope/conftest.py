"""The SDK's 1.x half keeps an address and connections for the whole process; every test gives them back."""

from collections.abc import Iterator

import dashscope
import pytest
from dashscope.api_entities.http_request import close_shared_sync_session


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    before = dashscope.base_http_api_url
    yield
    dashscope.base_http_api_url = before
    close_shared_sync_session()
