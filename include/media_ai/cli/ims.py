"""`media-ai ims`: what tasks registered with Alibaba Cloud IMS."""

from typing import Annotated

import typer

from media_ai.catalog.results import RunKey
from media_ai.cli import context
from media_ai.cli.printing import say, table
from media_ai.clients.access import Access
from media_ai.clients.ims_library import delete_media, open_media
from media_ai.errors import InputError
from media_ai.tasks.result import read_result

app = typer.Typer(no_args_is_help=True, help="Media assets in Alibaba Cloud IMS.")

Ids = Annotated[list[str] | None, typer.Argument(help="Media ids.", show_default=False)]
Task = Annotated[
    tuple[str, str] | None,
    typer.Option("--task", help="WORKFLOW TASK: all assets that this task registered.", show_default=False),
]


@app.command()
def show(ids: Ids = None, task: Task = None) -> None:
    """Show how assets stand now."""
    wanted = _wanted(ids, task)
    found = open_media(_access()).get_all(wanted)
    rows = [
        (media_id, found[media_id].status, found[media_id].basic.get("Title", ""), found[media_id].input_url)
        if media_id in found
        else (media_id, "(not there)", "", "")
        for media_id in wanted
    ]
    table(["asset", "status", "title", "address"], rows)


@app.command()
def delete(
    ids: Ids = None,
    task: Task = None,
    files: Annotated[
        bool, typer.Option("--files", help="Delete the videos in OSS as well, for good; IMS needs the right to.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete assets from the library of IMS; their files stay unless --files is given."""
    wanted = _wanted(ids, task)
    if files and not yes:
        typer.confirm(f"Delete {len(wanted)} assets and their files in OSS for good?", abort=True)
    deleted = delete_media(_access(), wanted, delete_files=files)
    for media_id in deleted.done:
        say(f"Deleted {media_id}{' and its file' if files else ''}")
    for media_id in deleted.missing:
        say(f"{media_id} was not there")


def _wanted(ids: list[str] | None, task: tuple[str, str] | None) -> list[str]:
    found = list(ids or ())
    if task is not None:
        result = read_result(context.results(), context.store(), RunKey(dag_id=task[0], run_id=task[1]))
        found += [asset.id for asset in result.assets if asset.service == "ims"]
    if not found:
        where = f"The task {task[1]} registered nothing with IMS" if task else "No asset is named"
        raise InputError(f"{where}; give media ids, or --task WORKFLOW TASK.")
    return list(dict.fromkeys(found))


def _access() -> Access:
    return Access(credentials_of=context.settings().credentials_of)
