"""Who appears in a task's video: read the people, and name one without running anything again."""

from collections.abc import Mapping
from typing import Any

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.errors import InputError, NotFoundError
from media_ai.graph.address import did_you_mean
from media_ai.model.artifacts import ArtifactRef
from media_ai.model.base import storable_text
from media_ai.model.people import People
from media_ai.store.artifacts import ArtifactStore
from media_ai.tasks.people_views import PersonView, person_views, with_names

LONGEST = 200
"""Characters of a name or a role."""


def list_people(results: ResultRepository, store: ArtifactStore, run: RunKey) -> list[PersonView]:
    """
    Return the people of a task, those who appear longest first.

    Raises:
        NotFoundError: Nothing is known of the run.
    """
    row = results.run(run)
    refs = {ref.digest: ref for node in results.nodes(run) for ref in _refs(node)}
    found = []
    for ref in refs.values():
        try:
            artifact = store.load(ref)
        except NotFoundError:
            # Retention has deleted it.
            continue
        found += person_views(artifact, store) if isinstance(artifact, People) else []
    return with_names(found, results.names.of_video(row["video_id"])) if row["video_id"] else found


def name_person(
    results: ResultRepository, store: ArtifactStore, run: RunKey, person_id: str, *, name: str, role: str = "", by: str
) -> PersonView:
    """
    Name a person; every task over the video that has this person shows the name, and a search finds it.

    Args:
        results: The catalog.
        store: The artifact store.
        run: A task that shows the person.
        person_id: As `list_people` has it.
        name: 1 to 200 characters.
        role: 200 characters at most.
        by: Who gives the name.

    Raises:
        InputError: The name or the role has a length out of its range.
        NotFoundError: The task or the person is not known.
    """
    name, role = _clean("name", name, least=1), _clean("role", role, least=0)
    people = list_people(results, store, run)
    ids = [person.person_id for person in people]
    if person_id not in ids:
        raise NotFoundError(f"Task '{run.run_id}' has no person '{person_id[:60]}'.{did_you_mean(person_id, ids)}")
    video_id = str(results.run(run)["video_id"])
    for person in people:
        # Two nodes that found the same person mean the same one.
        if person.person_id == person_id:
            results.names.give(video_id, (person.artifact, person_id), name=name, role=role, by=by)
    named = with_names(people, results.names.of_video(video_id))
    return next(person for person in named if person.person_id == person_id)


def _refs(node: Mapping[str, Any]) -> list[ArtifactRef]:
    refs = [ArtifactRef.model_validate(value) for value in node["outputs"].values() if value is not None]
    return [ref for ref in refs if ref.kind is People.kind]


def _clean(what: str, value: str, *, least: int) -> str:
    """Return text without what PostgreSQL cannot store and without space around it."""
    text = storable_text(value).strip()
    if not least <= len(text) <= LONGEST:
        raise InputError(f"The {what} has {len(text)} characters; it must have {least} to {LONGEST}.")
    return text
