"""Routes that read who appears in a task's video, and name people."""

from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field

from media_ai.catalog.results import RunKey
from media_ai.tasks.people import LONGEST, list_people, name_person
from media_ai.tasks.people_views import PersonView
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import make_router, problems
from media_ai_web.services import services

router = make_router("People")


class PersonName(BaseModel):
    """The name of a person."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=LONGEST)
    role: str = Field(default="", max_length=LONGEST)


@router.get(
    "/tasks/{dag_id}/{run_id}/people",
    summary="List a task's people",
    dependencies=[Depends(needs(Permission.READ_TASKS))],
    responses=problems(404),
)
def task_people(dag_id: str, run_id: str) -> list[PersonView]:
    """Return who appears when, those who appear longest first."""
    results, store = services()
    return list_people(results, store, RunKey(dag_id=dag_id, run_id=run_id))


@router.put(
    "/tasks/{dag_id}/{run_id}/people/{person_id}",
    summary="Name a person",
    dependencies=[Depends(needs(Permission.READ_TASKS))],
    responses=problems(404),
)
def name_task_person(
    dag_id: str,
    run_id: str,
    person_id: str,
    given: PersonName,
    caller: Annotated[Caller, Depends(needs(Permission.CHANGE_TASKS))],
) -> PersonView:
    """Name a person, without running anything again; searches find the name at once."""
    results, store = services()
    run = RunKey(dag_id=dag_id, run_id=run_id)
    return name_person(results, store, run, person_id, name=given.name, role=given.role, by=caller.name)
