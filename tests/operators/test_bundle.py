"""The versioned bundle: files follow the catalog, versions stay, a catalog that is down changes nothing."""

import pytest

from media_ai.workflows.library import WorkflowLibrary
from tests.system.helpers import graph

pytestmark = [pytest.mark.airflow, pytest.mark.postgres]


@pytest.fixture
def library(database) -> WorkflowLibrary:
    """An empty library."""
    return WorkflowLibrary(database)


@pytest.fixture
def open_bundle(database, postgres, tmp_path, monkeypatch):
    """Open the bundle, newest or at a version, with storage of this test's own."""
    from operators.bundle import PublishedWorkflowBundle

    monkeypatch.setenv("MEDIA_AI_DATABASE_URL", postgres.url("catalog"))

    def open_(version: str | None = None, *, slug: str | None = None, database_url: str | None = None):
        if database_url:
            monkeypatch.setenv("MEDIA_AI_DATABASE_URL", database_url)
        if slug:
            monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", slug)
        bundle = PublishedWorkflowBundle(name="workflows", version=version)
        bundle.base_dir, bundle.versions_dir = tmp_path / "b", tmp_path / "b" / "versions"
        bundle.initialize()
        return bundle

    return open_


def accept(_) -> None:
    """Stands for a DAG that can be built."""


def files(bundle) -> list[str]:
    return sorted(path.name for path in bundle.path.glob("*.py"))


def test_published_workflows_are_files(library, open_bundle):
    """One for each workflow, and the version is the number of the last publication."""
    library.publish(graph("a"), check=accept)
    last = library.publish(graph("b"), check=accept)
    bundle = open_bundle()

    assert files(bundle) == ["a.py", "b.py"]
    assert bundle.get_current_version().version.startswith(f"{last.seq}-")


def test_only_what_changed_is_written(library, open_bundle):
    """A thousand workflows are not rewritten because one changed: Airflow would parse them all."""
    library.publish(graph("a"), check=accept)
    library.publish(graph("b"), check=accept)
    bundle = open_bundle()
    before = {path.name: path.stat().st_mtime_ns for path in bundle.path.glob("*.py")}
    library.publish(graph("b", interval=2), check=accept)
    bundle.refresh()
    after = {path.name: path.stat().st_mtime_ns for path in bundle.path.glob("*.py")}

    assert [name for name in before if before[name] != after[name]] == ["b.py"]


def test_a_version_is_as_it_was(library, open_bundle):
    """An old version has the old text, whatever was published since."""
    first = library.publish(graph("a", interval=1), check=accept)
    library.publish(graph("a", interval=2), check=accept)

    assert "'interval': 1}" in (open_bundle(f"{first.seq}-x").path / "a.py").read_text()
    assert "'interval': 2}" in (open_bundle().path / "a.py").read_text()


def test_a_worker_writes_only_its_own_workflow(library, open_bundle):
    """One file for a task, not all of them."""
    library.publish(graph("a"), check=accept)
    last = library.publish(graph("b"), check=accept)

    assert files(open_bundle(f"{last.seq}-x", slug="a")) == ["a.py"]


def test_removed_workflows_lose_their_file(library, open_bundle):
    """A tombstone keeps it, removal takes it away."""
    library.publish(graph("a"), check=accept)
    library.unpublish("a")
    bundle = open_bundle()
    assert "is_unpublished=True" in (bundle.path / "a.py").read_text()
    library.remove("a")
    bundle.refresh()

    assert files(bundle) == []


def test_a_catalog_that_is_down_leaves_the_files(library, open_bundle):
    """The last good state stays, and nothing is raised into the DAG processor."""
    library.publish(graph("a"), check=accept)
    open_bundle()
    down = open_bundle(database_url="postgresql://u:p@127.0.0.1:1/x")

    assert files(down) == ["a.py"]


def test_a_version_that_cannot_be_fetched_does_not_fail_the_task(open_bundle):
    """Airflow then finds no DAG and tries the task again later."""
    bundle = open_bundle("7-x", slug="a", database_url="postgresql://u:p@127.0.0.1:1/x")

    assert files(bundle) == []
