"""Drafts, versions and publications on a real PostgreSQL."""

import threading

import pytest

from media_ai.catalog.publications import Publication, PublicationLog
from media_ai.errors import ConflictError, GraphError, NotFoundError
from media_ai.workflows.library import WorkflowLibrary
from tests.system.helpers import graph

pytestmark = pytest.mark.postgres


@pytest.fixture
def library(database) -> WorkflowLibrary:
    """An empty library."""
    return WorkflowLibrary(database)


def accept(_: Publication) -> None:
    """Stands for a DAG that can be built."""


def refuse(_: Publication) -> None:
    """Stands for a DAG that cannot."""
    raise GraphError("it cannot become a DAG")


def states(library) -> list[tuple[int, str]]:
    return [(item.number, item.state) for item in library.versions("w")]


def test_a_draft_is_saved_over_until_it_is_published(library):
    """Saving twice keeps one draft; publishing makes it a version; saving again begins the next."""
    library.create(graph("w"))
    library.save(graph("w", interval=2))
    library.publish(graph("w", interval=3), check=accept)
    library.save(graph("w", interval=4))

    assert states(library) == [(2, "draft"), (1, "published")]
    assert library.workflow("w", 1).nodes[1].params == {"interval": 3}


def test_a_slug_that_is_taken_is_refused(library):
    """Creating never overwrites."""
    library.create(graph("w"))

    with pytest.raises(ConflictError, match="'w' is taken"):
        library.create(graph("w"))


def test_publishing_archives_the_version_before(library):
    """One version is live at a time; older ones stay readable."""
    first = library.publish(graph("w", interval=1), check=accept)
    second = library.publish(graph("w", interval=2), check=accept)

    assert (first.number, second.number) == (1, 2)
    assert second.seq > first.seq
    assert states(library) == [(2, "published"), (1, "archived")]


def test_publishing_the_same_again_changes_nothing(library):
    """A second `make demo` makes no new version."""
    first = library.publish(graph("w"), check=accept)

    assert library.publish(graph("w"), check=refuse) == first


def test_a_broken_workflow_is_not_published(library):
    """Neither a wrong graph nor one that cannot become a DAG leaves a trace."""
    broken = graph("w", more=({"id": "x", "type": "nothing"},))
    for workflow, check in ((broken, accept), (graph("w"), refuse)):
        with pytest.raises(GraphError):
            library.publish(workflow, check=check)

    assert library.names() == []
    assert library.published() == []


def test_an_unpublished_workflow_leaves_a_tombstone_then_goes(library):
    """First it takes no new tasks, later it is gone; each step once."""
    library.publish(graph("w"), check=accept)
    tombstone = library.unpublish("w")

    assert (tombstone.kind, library.unpublish("w").seq) == ("tombstone", tombstone.seq)
    library.remove("w")
    assert library.published() == []
    with pytest.raises(NotFoundError, match="'w' is not published"):
        library.unpublish("w")


def test_publishing_again_after_unpublishing_works(library):
    """A workflow can come back."""
    library.publish(graph("w"), check=accept)
    library.unpublish("w")

    assert library.publish(graph("w"), check=accept).kind == "published"


def test_an_unknown_workflow_suggests_a_near_one(library):
    """The sentence has the name that was probably meant."""
    library.create(graph("summary"))

    with pytest.raises(NotFoundError, match="Did you mean 'summary'"):
        library.workflow("sumary")


def test_a_version_is_as_it_was_at_its_publication(library, database):
    """The log answers for any moment, and for what changed since."""
    log = PublicationLog(database)
    first = library.publish(graph("w", interval=1), check=accept)
    library.publish(graph("other"), check=accept)
    second = library.publish(graph("w", interval=2), check=accept)

    assert [item.number for item in log.as_of(first.seq)] == [1]
    assert {item.slug: item.number for item in log.as_of(second.seq)} == {"w": 2, "other": 1}
    assert [item.slug for item in log.newest_after(first.seq)] == ["other", "w"]
    assert [item.seq for item in log.as_of(second.seq, slug="w")] == [second.seq]


def test_writers_at_the_same_time_leave_no_gap_unseen(library, database):
    """Somebody who has seen entry n has seen every entry below n."""
    log, seen = PublicationLog(database), 0
    done = threading.Event()

    def write(name: str) -> None:
        for number in range(5):
            library.publish(graph(name, interval=number + 1), check=accept)

    writers = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(3)]
    total = 0

    def read() -> None:
        nonlocal seen, total
        while not done.is_set() or log.newest_after(seen):
            with database.transaction() as connection:
                rows = (
                    connection.exec_driver_sql(f"SELECT seq FROM media_ai.publications WHERE seq > {seen} ORDER BY seq")
                    .scalars()
                    .all()
                )
            total += len(rows)
            seen = max([seen, *rows])

    reader = threading.Thread(target=read)
    for thread in [*writers, reader]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()

    assert total == 15
