"""How a run without Airflow ends is told by the system that runs."""

import pytest

from media_ai.catalog.deliveries import Deliveries
from media_ai.catalog.receivers import Receivers
from media_ai.cli import context
from media_ai.cli.telling import telling
from media_ai.errors import InputError, NotFoundError
from media_ai.model.media import MediaAsset
from media_ai.system.postgres import free_port
from tests.media_ai.catalog.test_outbox import tell
from tests.media_ai.cli.test_commands import cli

pytestmark = pytest.mark.postgres
BEES = MediaAsset(video_id="bees", title="Bees\0")


@pytest.fixture
def catalog(database, monkeypatch):
    """A catalog that commands find, with an endpoint that has asked for nothing."""
    monkeypatch.setattr(context, "database", lambda: database)
    tell(database, events=[])
    return database


def told(database):
    return [(each.event, each.data) for each in Deliveries(database).list()]


def test_who_is_named_is_told_and_nobody_else(catalog):
    """Named twice, once; where nobody is named the catalog is not even asked."""
    tell(catalog, name="everything")
    with telling(["ops", "ops"], "w", BEES):
        assert told(catalog) == []
    ((event, data),) = told(catalog)
    assert (event, data["workflow"], data["title"], data["video_id"]) == ("task.completed", "w", "Bees", "bees")
    assert data["ended_at"] >= data["created_at"] and "task" not in data
    catalog.engine.dispose()
    with telling([], "w", BEES):
        pass


@pytest.mark.parametrize(
    ("error", "event"), [(InputError("a\0b"), "task.failed"), (KeyboardInterrupt(), "task.terminated")]
)
def test_a_bad_end_is_told_and_stays_one(catalog, error, event):
    """With its cause, or who stopped it."""
    with pytest.raises(type(error)), telling(["ops"], "w", BEES):
        raise error
    ((found, data),) = told(catalog)
    assert found == event and (data["cause"]["message"] == "ab" if event == "task.failed" else "stopped_by" in data)


def test_an_unknown_name_is_refused_before_anything_is_done(catalog):
    """With the name that was meant."""
    with (
        pytest.raises(NotFoundError, match="no endpoint of notifications 'opps'. Did you mean 'ops'"),
        telling(["opps"], "w", BEES),
    ):
        pytest.fail("The work has begun.")


def test_the_command_tells(catalog, samples, tmp_path):
    """And says at once that nobody could be told where no system runs."""
    film = (
        "run",
        "analyze-frames",
        "--video",
        str(samples / "honeybees.mp4"),
        "--set",
        "frames.interval=15",
        "--notify",
        "ops",
    )
    url = catalog.engine.url.render_as_string(hide_password=False).replace("+psycopg2", "")
    done = cli(*film, MEDIA_AI_HOME=str(tmp_path), MEDIA_AI_DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert [(event, data["title"]) for event, data in told(catalog)] == [("task.completed", "honeybees")]

    lost = cli(*film, MEDIA_AI_HOME=str(tmp_path), MEDIA_AI_DATABASE_URL=f"postgresql://127.0.0.1:{free_port()}/x")
    assert lost.returncode == 3 and "does not answer" in lost.stderr and "Node" not in lost.stdout


def test_who_was_removed_meanwhile_is_told_nothing(catalog):
    """The run ends as it ends."""
    receivers = Receivers(catalog)
    with telling(["ops"], "w", BEES):
        receivers.remove(receivers.choose(["ops"])[0].id)
    assert told(catalog) == []
