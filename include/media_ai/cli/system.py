"""`media-ai up`, `down`, `demo`, `migrate`: the embedded system."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from media_ai.catalog.member_links import MemberLinks
from media_ai.catalog.results import RunKey
from media_ai.cli import context
from media_ai.cli.printing import console, heading, say, show_result
from media_ai.cli.task import explain_failure, follow
from media_ai.errors import ConfigurationError
from media_ai.members.invitations import first_link
from media_ai.members.passwords import missing
from media_ai.settings import PROJECT
from media_ai.system.embedded import EmbeddedSystem
from media_ai.tasks.create import create_task
from media_ai.tasks.result import read_result
from media_ai.workflows.files import read_template
from media_ai.workflows.publishing import check_dag, wait_until_runnable

DEMO_WORKFLOW = "summarize-without-account"


def up() -> None:
    """Start PostgreSQL and Airflow in the background, and wait until they are healthy."""
    started = time.monotonic()
    url = EmbeddedSystem(context.settings()).up(say)
    _, user, password = context.settings().server
    say(f"Healthy after {time.monotonic() - started:.0f} s: {url}  (user {user}, password {password})")
    if link := first_link(MemberLinks(context.database()), context.doors(), by=context.user()):
        say(f"Make your own account, the first administrator's (once, within 7 days): {link}")


def down() -> None:
    """Stop what `up` started."""
    stopped = EmbeddedSystem(context.settings()).down()
    say(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")


def migrate() -> None:
    """Bring the catalog's database to the schema of this version."""
    from media_ai.catalog.migrate import migrate as upgrade

    changed = upgrade(context.settings().catalog_url)
    say("The catalog was upgraded." if changed else "The catalog is up to date.")


def prepare() -> None:
    """Make and upgrade both databases of a deployment, and its first user; safe to repeat. Compose runs it before the rest."""
    from media_ai.catalog.migrate import migrate as upgrade
    from media_ai.system.databases import ensure_database, migrate_airflow

    password = os.environ.get("MEDIA_AI_ADMIN_PASSWORD", "")
    if problem := missing(password):
        raise ConfigurationError(f"Set MEDIA_AI_ADMIN_PASSWORD, the first user's password. {problem}")
    catalog_url = context.settings().catalog_url
    ensure_database(catalog_url)
    upgrade(catalog_url)
    migrate_airflow(os.environ, password)
    say("The databases are ready.")


def demo(
    video: Annotated[str | None, typer.Option(envvar="VIDEO", help="Your video; a sample if absent.")] = None,
    subtitles: Annotated[str | None, typer.Option(envvar="SUBTITLES", help="Its .srt or .vtt file.")] = None,
    stay: Annotated[bool, typer.Option(help="Leave the system running until Ctrl-C.")] = True,
) -> None:
    """Start everything, run a workflow on a video, print the result and the addresses to open."""
    given = _demo_input(video or None, subtitles or None)
    _refuse_unreadable(given)
    system = EmbeddedSystem(context.settings())
    was_running = system.is_running()
    try:
        ok = _demo(system, given)
        if stay and ok and not was_running:
            say("\nThe system is running. Press Ctrl-C to stop it.")
            _sleep_until_interrupted()
    finally:
        if not was_running:
            say("Stopping ...")
            system.down()
    if not ok:
        raise typer.Exit(1)


def _demo(system: EmbeddedSystem, given: dict[str, str | None]) -> bool:
    url = system.up(say)
    api = context.airflow()
    say(f"Publishing the workflow '{DEMO_WORKFLOW}' ...")
    publication = context.library().publish(read_template(DEMO_WORKFLOW), check=check_dag, by=context.user())
    wait_until_runnable(api, publication)
    started = create_task(
        slug=publication.slug,
        given=given,
        overrides={},
        settings=context.settings(),
        log=context.publication_log(),
        api=api,
    )
    say(f"Running it as task {started.run_id} ...")
    state = follow(api, started.dag_id, started.run_id)
    if state != "success":
        explain_failure(api, started.dag_id, started.run_id)
    else:
        show_result(
            read_result(context.results(), context.store(), RunKey(dag_id=started.dag_id, run_id=started.run_id))
        )
    _, user, password = context.settings().server
    heading("Open")
    say(f"The pages:           {url}/plugin/media-ai")
    say(f"The run in Airflow:  {url}/dags/{started.dag_id}/runs/{started.run_id}")
    say(f"The result as JSON:  {url}/media-ai/api/v1/tasks/{started.dag_id}/{started.run_id}/result")
    say(f"Sign in as:          {user} / {password}")
    console.file.flush()
    return state == "success"


def _refuse_unreadable(given: dict[str, str | None]) -> None:
    """Look into the video before anything is started: a mistake costs a second then, not a minute."""
    from media_ai.media.probe import probe

    settings = context.settings()
    # The files are this user's own, read with this user's rights.
    files = settings.media_files(settings.credentials_of, roots=[Path("/")])
    video = files.local_path(str(given["video"]), what="video")
    probe(video, name=video.name)
    if given["subtitles"]:
        files.local_path(given["subtitles"], what="subtitle file")


def _demo_input(video: str | None, subtitles: str | None) -> dict[str, str | None]:
    if video is not None:
        return {
            "video": str(Path(video).absolute()),
            "subtitles": str(Path(subtitles).absolute()) if subtitles else None,
        }
    samples = PROJECT / "include" / "samples"
    return {
        "video": str(samples / "honeybees.mp4"),
        "subtitles": str(samples / "honeybees.srt"),
        "video_id": "honeybees",
        "title": "The honeybee",
        "description": "A short lesson; the sample of this project.",
    }


def _sleep_until_interrupted() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        say("")
