"""The deployment's key: a newer one takes over everything that an older one has encrypted."""

import pytest
from airflow.models.crypto import get_fernet
from cryptography.fernet import Fernet

from media_ai.catalog.member_keys import MemberKeys
from media_ai.catalog.receivers import Receivers
from media_ai.catalog.sealed import renew_secrets
from media_ai.errors import ConfigurationError
from operators.deployment import cipher, renewed

pytestmark = [pytest.mark.postgres, pytest.mark.airflow]
OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture
def use(monkeypatch):
    """Have the process start with other keys."""

    def use(*keys):
        monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", ",".join(keys))
        get_fernet.cache_clear()

    yield use
    get_fernet.cache_clear()


def test_the_old_key_can_be_dropped_after_a_renewal(database, use):
    """Secrets of access keys and webhooks are the same; again there is nothing to do; without a renewal the error says what to do."""
    use(OLD)
    keys, receivers = MemberKeys(database, cipher()), Receivers(database)
    issued, secret = keys.issue("1", "ann")
    given = {"target": "x", "language": None, "timezone": None, "by": "ann"}
    hook = receivers.add(name="a", kind="webhook", secret=cipher().encrypt("视频"), **given)
    receivers.add(name="b", kind="email", secret="", **given)

    use(NEW, OLD)
    assert renew_secrets(database, renewed) == {"renewed": 2, "unreadable": 0}
    assert renew_secrets(database, renewed) == {"renewed": 0, "unreadable": 0}
    use(NEW)
    assert keys.secret_of(issued.access_key)[1] == secret and receivers.secret_of(hook.id, cipher()) == "视频"

    use(OTHER)
    assert renew_secrets(database, renewed) == {"renewed": 0, "unreadable": 2}
    with pytest.raises(ConfigurationError, match="make a new secret"):
        receivers.secret_of(hook.id, cipher())
    use(NEW)
    assert keys.secret_of(issued.access_key)[1] == secret
