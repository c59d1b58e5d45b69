"""Naming people later: on a real PostgreSQL, without running anything again."""

import threading
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.catalog.search import search
from media_ai.errors import InputError, NotFoundError
from media_ai.model.people import Appearance, People, Person
from media_ai.model.run import RunInput
from media_ai.model.text import Box
from media_ai.model.time import Timecode, TimeRange
from media_ai.model.vision import Coverage
from media_ai.store.artifacts import ArtifactStore, StoredResult
from media_ai.store.file_store import FileStore
from media_ai.tasks.people import list_people, name_person
from media_ai.tasks.result import read_result

pytestmark = pytest.mark.postgres

RUN = RunKey(dag_id="faces", run_id="r1")
STRANGER, KNOWN = "ab" * 8, "cd" * 8


def span(start: float, end: float) -> TimeRange:
    return TimeRange(start=Timecode.of_seconds(str(start)), end=Timecode.of_seconds(str(end)))


def people(store: ArtifactStore, **changes) -> People:
    face = store.put_bytes(b"\xff\xd8 a face", "image/jpeg")
    box = Box(left=0.1, top=0.1, width=0.2, height=0.3)

    def person(key: str, name: str | None, *times: tuple[float, float]) -> Person:
        seen = tuple(Appearance(time=span(*time), best=span(*time).start, box=box, confidence=0.7) for time in times)
        return Person(
            id=key, name=name, is_known=name is not None, confidence=0.7, faces=3, appearances=seen, best_face=face
        )

    fields = {
        "model": "local/sface",
        "persons": (person(STRANGER, None, (1.5, 4), (20, 21)), person(KNOWN, "Ada Lovelace", (0, 2))),
        "min_face": 24,
        "max_gap": 3.0,
        "faces_found": 6,
        "coverage": Coverage(span=span(0, 30), sampled=15, kept=15, largest_gap=Fraction(2)),
    }
    return People(**(fields | changes))


@pytest.fixture
def store(tmp_path) -> ArtifactStore:
    return ArtifactStore(FileStore(tmp_path / "store"))


@pytest.fixture
def results(database) -> ResultRepository:
    return ResultRepository(database)


def finish(results, store, run: RunKey = RUN, *, video_id="v", published=True, **changes) -> None:
    """Record a task that found people."""
    artifact = people(store, **changes)
    run_input = RunInput(video="/v.mp4", video_id=video_id)
    results.record_run(run, run_input, version=1, overrides={})
    stored = StoredResult(
        node_type="recognize_faces", type_version=1, key="k", outputs={"people": store.save(artifact)}, seconds=1, finished=datetime.now(UTC)
    )  # fmt: skip
    results.record_node(run, "faces", stored, is_reused=False)
    if published:
        results.publish(run, run_input.asset(), [artifact])


def test_people_are_listed_with_their_times(results, store):
    """Those who appear longest come as the artifact has them."""
    finish(results, store)
    stranger, known = list_people(results, store, RUN)

    assert (stranger.person_id, stranger.name, stranger.is_known, stranger.faces) == (STRANGER, None, False, 3)
    assert [(one.start_s, one.end_s) for one in stranger.appearances] == [(1.5, 4.0), (20.0, 21.0)]
    assert (known.name, known.named_by) == ("Ada Lovelace", None)
    assert stranger.best_face.startswith("file://")


def test_people_of_the_gallery_are_found_by_name_at_their_second(results, store, database):
    """The hit can be played; an unknown person is no hit."""
    finish(results, store)

    assert [(hit.kind, hit.start_s, hit.end_s) for hit in search(database, "lovelace")] == [("person", 0.0, 2.0)]


def test_a_name_given_later_is_shown_and_found_at_once(results, store, database):
    """Nothing runs again: the list, the result and the search have the name, with who gave it and when."""
    finish(results, store)
    named = name_person(results, store, RUN, STRANGER, name=" Grace Hopper ", role="admiral", by="eve")
    shown = {person.person_id: person for person in read_result(results, store, RUN).people}

    assert (named.name, named.role, named.named_by, named.is_known) == ("Grace Hopper", "admiral", "eve", False)
    assert (datetime.now(UTC) - named.named_at).total_seconds() < 60
    assert (shown[STRANGER].name, shown[KNOWN].name) == ("Grace Hopper", "Ada Lovelace")
    assert sorted(hit.start_s for hit in search(database, "hopper")) == [1.5, 20.0]
    assert {hit.text for hit in search(database, "admiral")} == {"Grace Hopper (admiral)"}


def test_a_person_can_be_named_again(results, store, database):
    """The later name replaces the earlier one everywhere; the gallery's names can be corrected too."""
    finish(results, store)
    name_person(results, store, RUN, STRANGER, name="Wrong", by="a")
    name_person(results, store, RUN, STRANGER, name="Right", by="b")
    name_person(results, store, RUN, KNOWN, name="Augusta Ada King", by="b")

    assert [(person.name, person.named_by) for person in list_people(results, store, RUN)] == [
        ("Right", "b"),
        ("Augusta Ada King", "b"),
    ]
    assert [search(database, word) for word in ("wrong", "lovelace")] == [[], []]


def test_a_name_survives_a_restart_and_a_second_task(results, store, database):
    """Publishing again, and another task with the same people of the same video, have the name by themselves."""
    finish(results, store)
    name_person(results, store, RUN, STRANGER, name="Grace Hopper", by="eve")
    finish(results, store)
    again = RunKey(dag_id="faces", run_id="r2")
    finish(results, store, again)

    assert list_people(results, store, again)[0].name == "Grace Hopper"
    assert [hit.run_id for hit in search(database, "hopper")] == ["r2", "r2"]


def test_a_name_belongs_to_one_video_and_one_result(results, store, database):
    """Another video, or other people of the same video, do not take the name."""
    finish(results, store)
    other, changed = RunKey(dag_id="faces", run_id="other"), RunKey(dag_id="faces", run_id="changed")
    finish(results, store, other, video_id="w")
    finish(results, store, changed, max_gap=9.0)
    name_person(results, store, RUN, STRANGER, name="Grace Hopper", by="eve")

    assert [list_people(results, store, run)[0].name for run in (other, changed)] == [None, None]
    assert {hit.video_id for hit in search(database, "hopper")} == {"v"}


def test_a_task_that_publishes_nothing_can_be_named(results, store):
    """The name is kept; publishing later writes it."""
    finish(results, store, published=False)
    name_person(results, store, RUN, STRANGER, name="Grace", by="eve")

    assert list_people(results, store, RUN)[0].name == "Grace"


@pytest.mark.parametrize(
    "name", ["李小龍", "Zoë 👩‍🚀", "' OR 1=1 --", "<script>", "[red]x[/red]", "x" * 200, "a\0b", "\ud800z"]
)
def test_odd_names_are_data(results, store, name):
    """Any script and sign; only what PostgreSQL cannot store is taken out."""
    finish(results, store)

    assert name_person(results, store, RUN, STRANGER, name=name, by="eve").name in (name, "ab", "?z")


@pytest.mark.parametrize(("name", "role"), [("", ""), ("   ", ""), ("\0", ""), ("x" * 201, ""), ("x", "y" * 201)])
def test_names_of_a_wrong_length_are_refused(results, store, name, role):
    """The sentence has the length seen and the limits."""
    finish(results, store)

    with pytest.raises(InputError, match=r"has (0|201) characters; it must have [01] to 200"):
        name_person(results, store, RUN, STRANGER, name=name, role=role, by="eve")


def test_who_does_not_exist_cannot_be_named(results, store):
    """A near id is suggested; an unknown task says so."""
    finish(results, store)

    with pytest.raises(NotFoundError, match=f"has no person '{STRANGER[:-1]}x'. Did you mean '{STRANGER}'"):
        name_person(results, store, RUN, f"{STRANGER[:-1]}x", name="A", by="eve")
    with pytest.raises(NotFoundError, match="No task 'none'"):
        list_people(results, store, RunKey(dag_id="faces", run_id="none"))


def test_naming_and_publishing_at_once_lose_nothing(results, store, database):
    """Whoever is first, the published rows have the name in the end, and neither waits for the other for good."""
    finish(results, store)
    artifact, asset = people(store), RunInput(video="/v.mp4", video_id="v").asset()
    for number in range(10):
        publishing = threading.Thread(target=results.publish, args=(RUN, asset, [artifact]))
        publishing.start()
        name_person(results, store, RUN, STRANGER, name=f"Name{number}", by="eve")
        publishing.join()

        assert len(search(database, f"Name{number}")) == 2
