"""`media-ai people`: who appears in a task's video, and names for those whom nobody knew."""

from typing import Annotated

import typer

from media_ai.catalog.results import RunKey
from media_ai.cli import context
from media_ai.cli.printing import say, show_people
from media_ai.cli.task import RunId, Workflow
from media_ai.tasks.people import list_people, name_person

app = typer.Typer(no_args_is_help=True, help="See who appears in a video, and name people later.")


@app.command("list")
def list_(workflow: Workflow, run_id: RunId) -> None:
    """List the people of a task, those who appear longest first."""
    people = list_people(context.results(), context.store(), RunKey(dag_id=workflow, run_id=run_id))
    if not people:
        say("Nobody was found.")
        return
    show_people(people)


@app.command()
def name(
    workflow: Workflow,
    run_id: RunId,
    person: Annotated[str, typer.Argument(help="Id of the person, as `people list` shows it.", show_default=False)],
    name: Annotated[str, typer.Argument(help="The name, 1 to 200 characters.", show_default=False)],
    role: Annotated[str, typer.Option(help="Such as 'host'.")] = "",
) -> None:
    """Name a person. Nothing runs again; searches find the name at once."""
    run = RunKey(dag_id=workflow, run_id=run_id)
    named = name_person(context.results(), context.store(), run, person, name=name, role=role, by=context.user())
    say(f"{named.person_id} is {named.name}{f' ({named.role})' if named.role else ''}.")
