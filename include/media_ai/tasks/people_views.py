"""People as programs read them."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from media_ai.catalog.people import GivenName, PersonKey
from media_ai.model.people import Appearance, People, Person
from media_ai.model.text import Box
from media_ai.store.artifacts import ArtifactStore


class AppearanceView(BaseModel):
    """A stretch of the video in which a person is seen."""

    start_s: float
    end_s: float
    best_s: float = Field(description="Second of the frame that `box` is in.")
    box: Box = Field(description="The face, as fractions of the frame.")
    confidence: float


class PersonView(BaseModel):
    """A person of a video."""

    person_id: str
    name: str | None
    role: str
    is_known: bool = Field(description="Recognised by a picture of the gallery.")
    named_by: str | None = Field(default=None, description="Who gave the name later.")
    named_at: datetime | None = None
    confidence: float
    faces: int
    model: str
    best_face: str = Field(description="Address of a JPEG in the artifact store.")
    appearances: list[AppearanceView]
    artifact: str = Field(description="Digest of the result that the person is part of.")


def person_views(artifact: People, store: ArtifactStore) -> list[PersonView]:
    """Return the people of an artifact as it knows them."""
    digest = artifact.identity()
    return [_view(person, artifact.model, digest, store) for person in artifact.persons]


def with_names(people: list[PersonView], names: Mapping[PersonKey, GivenName]) -> list[PersonView]:
    """Return the people with the names that were given to them later."""
    return [_named(person, names.get((person.artifact, person.person_id))) for person in people]


def _view(person: Person, model: str, digest: str, store: ArtifactStore) -> PersonView:
    fields = person.model_dump(include={"name", "role", "is_known", "confidence", "faces"})
    return PersonView(
        person_id=person.id,
        model=model,
        best_face=store.uri(person.best_face),
        appearances=[_appearance(item) for item in person.appearances],
        artifact=digest,
        **fields,
    )


def _appearance(item: Appearance) -> AppearanceView:
    return AppearanceView(
        start_s=float(item.time.start.seconds),
        end_s=float(item.time.end.seconds),
        best_s=float(item.best.seconds),
        box=item.box,
        confidence=item.confidence,
    )


def _named(person: PersonView, given: GivenName | None) -> PersonView:
    if given is None:
        return person
    changes = {"name": given.name, "role": given.role, "named_by": given.named_by, "named_at": given.named_at}
    return person.model_copy(update=changes)
