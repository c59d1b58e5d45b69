"""The bundle of sources: files follow the catalog; a catalog that is down changes nothing."""

import pytest

from media_ai.errors import ConflictError, GraphError, NotFoundError, StaleError
from media_ai.sources.library import SourceLibrary, parse_source
from media_ai.sources.schema import Source

pytestmark = [pytest.mark.airflow, pytest.mark.postgres]


def source(slug, **fields) -> Source:
    return Source(**{"slug": slug, "name": slug.title(), "location": "/videos/in", "workflow": "w", **fields})


@pytest.fixture
def library(database) -> SourceLibrary:
    return SourceLibrary(database)


@pytest.fixture
def bundle(library, postgres, tmp_path, monkeypatch):
    """Open the bundle with storage of this test's own."""
    from operators.source_bundle import SourceBundle

    def open_(url=None):
        monkeypatch.setenv("MEDIA_AI_DATABASE_URL", url or postgres.url("catalog"))
        opened = SourceBundle(name="sources")
        opened.base_dir = tmp_path / "b"
        opened.initialize()
        return opened

    return open_


def times(bundle):
    return {path.name: path.stat().st_mtime_ns for path in bundle.path.glob("*.py")}


def test_sources_are_files_that_follow_the_catalog(library, bundle):
    """Only what changed is written again; what is deleted goes."""
    library.save(source("a"))
    library.save(source("b"))
    opened = bundle()
    before = times(opened)
    library.save(source("b", name='Другое \'имя\' """'))
    opened.refresh()
    assert [name for name, at in times(opened).items() if before[name] != at] == ["b.py"]
    library.delete("a")
    opened.refresh()
    assert list(times(opened)) == ["b.py"]


def test_a_catalog_that_is_down_leaves_the_files(library, bundle, postgres):
    """So that what is scheduled goes on."""
    library.save(source("a"))
    opened = bundle()
    down = bundle("postgresql://nobody:x@127.0.0.1:9/none")
    assert times(down) == times(opened)


@pytest.mark.parametrize(
    "more", [{}, {"assets": ["x-other://place"]}, {"schedule": "@daily", "timezone": "Europe/Berlin"}]
)
def test_the_file_is_a_dag_that_can_be_backfilled(library, bundle, more):
    """It is parsed and serialised as the DAG processor does it."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    library.save(source("a", **more))
    bag = DagBag(dag_folder=str(bundle().path / "a.py"), safe_mode=True)
    assert bag.import_errors == {}
    read = DagSerialization.from_dict(DagSerialization.to_dict(bag.dags["source.a"]))
    assert read.timetable.periodic
    assert [task.task_id for task in read.tasks] == ["ingest"]


def test_a_change_is_made_to_what_was_read(library):
    """Otherwise it is refused, and nothing is changed."""
    first = library.save(source("a"), expected="")
    second = library.save(source("a", name="Two"), by="eve", expected=first.etag)
    with pytest.raises(StaleError, match="eve saved 'a'") as caught:
        library.save(source("a", name="Three"), expected=first.etag)
    assert caught.value.etag == second.etag
    with pytest.raises(ConflictError, match="is taken"):
        library.save(source("a"), expected="")
    assert library.get("a").source.name == "Two"
    assert (second.created_at, second.since) == (first.created_at, first.since)
    with pytest.raises(NotFoundError, match="Did you mean 'a'"):
        library.get("aa")


@pytest.mark.parametrize(
    ("fields", "issue"),
    [
        ({"location": "videos"}, "whole path"),
        ({"location": "/videos/../etc"}, "whole path"),
        ({"location": "oss:///x"}, "name the bucket"),
        ({"schedule": "every day"}, "cron"),
        ({"schedule": "* * * * * *"}, "cron"),
        ({"schedule": "@once"}, "cron"),
        ({"timezone": "Mars/Phobos"}, "timezone"),
        ({"metadata": {"path": "("}}, "regular expression"),
        ({"metadata": {"path": "abc"}}, "names no group"),
        ({"min_bytes": 5, "max_bytes": 4}, "less than"),
        ({"limits": {"max_active": 0}}, "max_active"),
        ({"patterns": []}, "patterns"),
        ({"patern": "x"}, "Did you mean 'patterns'"),
    ],
)
def test_a_source_that_cannot_be_is_refused_with_the_place(fields, issue):
    """Every field that is wrong is named."""
    given = {"slug": "a", "name": "A", "location": "/v", "workflow": "w", **fields}
    with pytest.raises(GraphError) as caught:
        parse_source(given)
    assert issue in caught.value.message
