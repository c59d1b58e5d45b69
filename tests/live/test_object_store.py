"""The contract of object stores, on the real OSS."""

import pytest

from media_ai.clients.oss import OssClient
from media_ai.store.oss_store import OssStore
from tests.contracts import test_object_store as contract

# pytest collects what is a name of this module.
globals().update({name: test for name, test in vars(contract).items() if name.startswith("test_")})


@pytest.fixture
def store(oss, live_prefix, tmp_path):
    """An empty store in a folder of its own; the session removes it."""
    return OssStore(OssClient(oss), f"{live_prefix}/{tmp_path.name}")
