"""`media-ai doctor`: what works, what does not, and how to fix it."""

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version

import typer

from media_ai.cli import context
from media_ai.cli.doctor_cloud import cloud_checks
from media_ai.cli.printing import say
from media_ai.errors import MediaAIError
from media_ai.system.embedded import read_health

Check = Callable[[], str]


def doctor() -> None:
    """Check versions, database, store, models, credentials and the running system; exit status 1 if something is wrong."""
    failed = 0
    for name, check in _checks():
        try:
            say(f"ok    {name}: {check()}")
        except MediaAIError as exc:
            failed += 1
            say(f"FAIL  {name}: {exc.message}")
    if failed:
        raise typer.Exit(1)


def _checks() -> Iterator[tuple[str, Check]]:
    yield "Versions", _versions
    yield "Settings", lambda: f"home {context.settings().home}"
    yield "Catalog", _catalog
    yield "Artifact store", _store
    yield "On-screen text", _ocr
    yield "System", _system
    yield "Sign-in", _sign_in
    yield "openai/ models", _openai
    yield from cloud_checks(context.settings())


def _versions() -> str:
    from media_ai.errors import ConfigurationError

    try:
        found = {name: version(name) for name in ("apache-airflow", "av", "opencv-python-headless", "scikit-image")}
    except PackageNotFoundError as exc:
        raise ConfigurationError(f"The package {exc.name} is missing. Run 'make install'.") from exc
    return f"Python {sys.version.split()[0]}, " + ", ".join(f"{name} {number}" for name, number in found.items())


def _catalog() -> str:
    from media_ai.catalog.migrate import current_revision, head_revision
    from media_ai.errors import CatalogError, ErrorKind

    database = context.database()
    with database.transaction() as connection:
        current = current_revision(connection)
    if current != head_revision():
        raise CatalogError(
            f"{database.place} is at revision {current}, this version needs {head_revision()}. Run 'media-ai migrate'.",
            kind=ErrorKind.INVALID,
        )
    return f"{database.place}, revision {current}"


def _store() -> str:
    store = context.store()
    ref = store.put_bytes(b"media-ai doctor", "text/plain")
    store.read(ref)
    return f"{context.settings().store_address}, written and read"


def _ocr() -> str:
    from importlib.util import find_spec

    from media_ai.errors import ConfigurationError

    if find_spec("rapidocr") is None:
        raise ConfigurationError("The package rapidocr is missing. Run 'make install'.")
    return "local/rapidocr, its models are in the package"


def _system() -> str:
    from media_ai.errors import SystemStateError

    url, _, _ = context.settings().server
    health = read_health(url)
    bad = [f"{name} is {state}" for name, state in health.items() if state != "healthy"]
    if not health or bad:
        raise SystemStateError(f"{url}: {', '.join(bad) or 'no answer'}. Start it with 'make up'.")
    return f"{url}: {', '.join(sorted(health))} healthy"


def _sign_in() -> str:
    _, user, _ = context.settings().server
    api = context.airflow()
    return f"as {user}; {len(api.runs(limit=1))} run visible" if api.runs(limit=1) else f"as {user}; no runs yet"


def _openai() -> str:
    from media_ai.clients.credentials import OpenAICredentials

    if not context.settings().has_credentials(OpenAICredentials):
        return (
            "not set up (optional): set MEDIA_AI_OPENAI_BASE_URL and MEDIA_AI_OPENAI_API_KEY, or the Airflow connection"
        )
    from media_ai.clients.openai_compatible import list_models

    credentials = context.settings().credentials_of(OpenAICredentials)
    return f"{credentials.base_url} offers {len(list_models(credentials))} models"
