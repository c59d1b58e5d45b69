"""`media-ai workflow`: list, show, validate, import, export, publish, unpublish, clone."""

from pathlib import Path
from typing import Annotated

import typer

from media_ai.cli import context
from media_ai.cli.printing import say, table
from media_ai.errors import GraphError, InputError, NotFoundError
from media_ai.graph.schema import Workflow
from media_ai.graph.upgrade import upgrade_nodes
from media_ai.graph.validate import errors_in, validate
from media_ai.nodes import node_types
from media_ai.workflows.files import parse_workflow, read_template, read_workflow, template_names, write_workflow
from media_ai.workflows.publishing import check_dag, wait_until_runnable
from media_ai.workflows.publishing import unpublish as unpublish_workflow

app = typer.Typer(no_args_is_help=True, help="Draw, check, publish and exchange workflows.")

File = Annotated[Path, typer.Argument(help="A workflow as JSON.", show_default=False)]
Slug = Annotated[str, typer.Argument(help="The workflow's slug.", show_default=False)]
Number = Annotated[int | None, typer.Option("--version", help="A version; the newest if absent.")]


@app.command("list")
def list_workflows() -> None:
    """List presets, and the workflows in the catalog with their versions."""
    rows = [("preset", slug, read_template(slug).name, "", "") for slug in template_names()]
    for item in context.library().versions():
        rows.append((item.state, item.slug, item.name, str(item.number), item.note))
    table(["state", "slug", "name", "version", "note"], rows)


@app.command()
def show(slug: Slug, version: Number = None) -> None:
    """Show a workflow's nodes and wires."""
    workflow = _find(slug, version)
    say(f"{workflow.name}: {workflow.description}")
    wires = {
        node.id: [f"{edge.target_port} <- {edge.source}" for edge in workflow.edges if edge.target_node == node.id]
        for node in workflow.nodes
    }
    rows = [(node.id, node.type, node.params or "", ", ".join(wires[node.id])) for node in workflow.nodes]
    table(["node", "type", "parameters", "inputs"], rows)


@app.command("validate")
def validate_file(file: File) -> None:
    """Check a file; exit status 2 and one line per issue if it cannot run."""
    workflow = read_workflow(file)
    issues = validate(upgrade_nodes(workflow, node_types()), node_types())
    for issue in issues:
        say(f"{issue.severity}: {issue}")
    if errors_in(issues):
        raise typer.Exit(2)
    say(f"'{workflow.slug}' is valid: {len(workflow.nodes)} nodes, {len(workflow.edges)} wires.")


@app.command("import")
def import_file(
    file: File, replace: Annotated[bool, typer.Option(help="Save as a new draft of an existing workflow.")] = False
) -> None:
    """Put a workflow from a file into the catalog, as a draft."""
    workflow = read_workflow(file)
    library = context.library()
    number = library.save(workflow, by=context.user()) if replace else library.create(workflow, by=context.user())
    say(f"Saved '{workflow.slug}' as draft {number}.")


@app.command()
def export(
    slug: Slug,
    to: Annotated[Path | None, typer.Option(help="File to write; the terminal if absent.")] = None,
    version: Number = None,
) -> None:
    """Write a workflow, or a preset, as JSON."""
    text = write_workflow(_find(slug, version))
    if to is None:
        typer.echo(text, nl=False)
        return
    try:
        to.write_text(text)
    except OSError as exc:
        raise InputError(f"'{to}' cannot be written: {exc.strerror}.") from exc
    say(f"Wrote {to}.")


@app.command()
def publish(
    what: Annotated[str, typer.Argument(help="A file, a slug in the catalog, or a preset.", show_default=False)],
    note: Annotated[str, typer.Option(help="What changed.")] = "",
    wait: Annotated[bool, typer.Option(help="Return when Airflow can run it.")] = True,
) -> None:
    """Publish a workflow: new tasks run this version, tasks in flight stay on theirs."""
    workflow = read_workflow(Path(what)) if what.endswith(".json") or "/" in what else _find(what, None)
    publication = context.library().publish(workflow, check=check_dag, note=note, by=context.user())
    if wait:
        wait_until_runnable(context.airflow(), publication)
    say(f"Published '{publication.slug}' version {publication.number}.")


@app.command()
def unpublish(slug: Slug) -> None:
    """Let a workflow take no new tasks; tasks in flight finish."""
    if unpublish_workflow(context.library(), context.airflow(), slug, by=context.user()):
        say(f"'{slug}' is no longer published.")
    else:
        say(f"'{slug}' takes no new tasks. It leaves Airflow when its last task has ended.")


@app.command()
def clone(
    source: Annotated[str, typer.Argument(help="A preset or a workflow.", show_default=False)],
    slug: Annotated[str, typer.Argument(help="The new slug.", show_default=False)],
    name: Annotated[str | None, typer.Option(help="The new name.")] = None,
) -> None:
    """Copy a preset or a workflow under a new slug, as a draft."""
    original = _find(source, None)
    data = original.model_dump(mode="json") | {"slug": slug, "name": name or f"{original.name} (copy)"}
    context.library().create(parse_workflow(data, name=slug), by=context.user())
    say(f"Saved '{slug}' as draft 1. Publish it with: media-ai workflow publish {slug}")


def _find(slug: str, number: int | None) -> Workflow:
    """Return a workflow of the catalog, or a preset of that name."""
    if number is None and slug in template_names():
        try:
            return context.library().workflow(slug)
        except (NotFoundError, GraphError):
            return read_template(slug)
    return context.library().workflow(slug, number)
