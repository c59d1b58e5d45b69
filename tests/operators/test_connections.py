"""Connections in a real database of Airflow: written encrypted, found where tasks find them."""

import pytest
from airflow import settings
from airflow.models.base import Base
from airflow.models.connection import Connection
from airflow.models.crypto import get_fernet
from airflow.models.team import Team
from airflow.secrets.metastore import MetastoreBackend
from airflow.utils.session import create_session
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, delete, text
from sqlalchemy.orm import scoped_session, sessionmaker

from media_ai.clients.credentials import ModelStudioCredentials, OssCredentials, VodCredentials
from operators.connections import AirflowConnections
from operators.credentials import credentials_of, from_connection

pytestmark = pytest.mark.airflow
VALUES = {
    "region": "cn-shanghai", "endpoint": "https://oss.example:8443/path", "key_id": "id", "secret": "sentinel-s%/ÄŸ🔑",
    "bucket": "b", "security_token": "sentinel-token",
}  # fmt: skip


@pytest.fixture
def connections(postgres, monkeypatch):
    """Those of an Airflow whose database has the tables of connections only."""
    postgres.create_database("connections")
    engine = create_engine(postgres.url("connections").replace("postgresql://", "postgresql+psycopg2://", 1))
    Base.metadata.create_all(engine, tables=[Team.__table__, Connection.__table__])
    monkeypatch.setattr(settings, "Session", scoped_session(sessionmaker(engine)))
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", Fernet.generate_key().decode())
    get_fernet.cache_clear()
    yield AirflowConnections()
    settings.Session.remove()
    with create_session() as session:
        session.execute(delete(Connection))
    engine.dispose()
    get_fernet.cache_clear()


def as_tasks_read(kind):
    return from_connection(kind, MetastoreBackend().get_connection(kind.connection_id))


def test_what_is_saved_is_what_tasks_find(connections):
    """Also with odd letters and an address with a port; a second save replaces all of it."""
    connections.save(OssCredentials, VALUES)
    found = as_tasks_read(OssCredentials)
    assert found.secret.get_secret_value() == VALUES["secret"] and found.io_endpoint == VALUES["endpoint"]
    assert connections.find(OssCredentials).values == VALUES
    assert connections.find(OssCredentials).place == "connection"
    fewer = {name: value for name, value in VALUES.items() if name not in ("bucket", "security_token", "endpoint")}
    connections.save(OssCredentials, fewer)
    assert connections.find(OssCredentials).values == fewer
    connections.save(VodCredentials, {"region": "cn-shanghai", "calls_per_second": 2.5, "key_id": "k", "secret": "s"})
    assert as_tasks_read(VodCredentials).calls_per_second == 2.5
    assert connections.identity("alibaba_oss_default") == {"key_id": "id", "secret": VALUES["secret"]}
    assert connections.remove(OssCredentials) and not connections.remove(OssCredentials)
    assert connections.find(OssCredentials) is None


def test_secrets_lie_encrypted(connections):
    """Password and extra in the database's row, whatever the service calls them."""
    connections.save(OssCredentials, VALUES)
    connections.save(ModelStudioCredentials, {"api_key": "sentinel-key", "region": "cn-beijing"})
    with create_session() as session:
        rows = session.execute(text("SELECT * FROM connection")).all()
    assert len(rows) == 2 and "sentinel" not in str(rows)


def test_one_that_the_deployment_defines_comes_first(connections, monkeypatch):
    """It is found as such, and hides the one in the database from tasks too."""
    connections.save(ModelStudioCredentials, {"api_key": "stored"})
    monkeypatch.setenv("AIRFLOW_CONN_MODEL_STUDIO_DEFAULT", "model-studio://:given@")
    found = connections.find(ModelStudioCredentials)
    assert (found.place, found.values) == ("elsewhere", {"api_key": "given"})
    assert credentials_of(ModelStudioCredentials).api_key.get_secret_value() == "given"
    assert "given" not in repr(found)


def test_two_who_save_at_once_leave_one_whole_connection(connections):
    """Never fields of both."""
    from concurrent.futures import ThreadPoolExecutor

    from media_ai.errors import ConflictError

    def save(number):
        try:
            connections.save(OssCredentials, {**VALUES, "key_id": f"id{number}", "secret": f"secret{number}"})
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert any(pool.map(save, range(24)))
    values = connections.find(OssCredentials).values
    assert values["key_id"].removeprefix("id") == values["secret"].removeprefix("secret")
