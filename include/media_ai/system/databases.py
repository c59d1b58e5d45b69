"""Databases on any PostgreSQL server: made when missing, brought to this version."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from media_ai.errors import ConfigurationError, SystemStateError

ADMIN = "admin"
"""Name of the first user."""


def ensure_database(url: str, *, owner: str | None = None) -> None:
    """
    Make the database that `url` names, if its server does not have it.

    Raises:
        SystemStateError: The server does not answer, or its user may not make databases.
    """
    from psycopg2 import sql
    from sqlalchemy.engine import make_url

    target = make_url(url)
    server = target.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with _cursor(server, f"The database '{target.database}' is not there and could not be made") as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (target.database,))
        if cursor.fetchone() is None:
            statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(target.database or ""))
            cursor.execute(statement + sql.SQL(" OWNER {}").format(sql.Identifier(owner)) if owner else statement)


def ensure_extension(url: str, name: str) -> None:
    """Make an extension in the database that `url` names, by a user who may, if its server has it and the database does not."""
    from psycopg2 import sql

    with _cursor(url, f"The extension '{name}' could not be made") as cursor:
        cursor.execute("SELECT installed_version FROM pg_available_extensions WHERE name = %s", (name,))
        if cursor.fetchone() == (None,):
            cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


def ensure_role(server: str, name: str, password: str) -> None:
    """Make a role that may sign in and nothing else, if there is none of this name."""
    from psycopg2 import sql

    with _cursor(server, f"The database user '{name}' could not be made") as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
        if cursor.fetchone() is None:
            statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD %s").format(sql.Identifier(name))
            cursor.execute(statement, (password,))


@contextmanager
def _cursor(server: str, problem: str) -> Iterator[Any]:
    import psycopg2

    try:
        connection = psycopg2.connect(server, connect_timeout=10)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()
    except psycopg2.Error as exc:
        reason = str(exc).strip().splitlines()[0]
        raise SystemStateError(f"{problem} ({reason}). Is the server running, and may its user do this?") from exc


def migrate_airflow(environment: Mapping[str, str], admin_password: str) -> None:
    """
    Bring Airflow's own database to the installed version, and make the first user if there is none.

    Raises:
        ConfigurationError: Airflow refuses; holds its last line.
    """
    with_permissions = {**environment, "AIRFLOW__FAB__UPDATE_FAB_PERMS": "True"}
    run_airflow(with_permissions, "db", "migrate")
    run_airflow(with_permissions, "sync-perm")
    # Asked for on standard input: a password on a command line can be read by every user of the machine.
    answers = f"{admin_password}\n{admin_password}\n"
    said = run_airflow(
        with_permissions, "users", "create", "--username", ADMIN, "--role", "Admin",
        "--firstname", "Media", "--lastname", "AI", "--email", "admin@localhost", answers=answers,
    )  # fmt: skip
    if "already exist" in said:
        # A user who was there keeps the old password when "created": make the given one true.
        run_airflow(with_permissions, "users", "reset-password", "--username", ADMIN, answers=answers)


def run_airflow(environment: Mapping[str, str], *arguments: str, answers: str = "") -> str:
    """Run an Airflow command to its end and return what it printed; `answers` is what it reads where it would ask a person."""
    command = [sys.executable, "-P", "-W", "ignore", "-m", "airflow", *arguments]
    done = subprocess.run(
        command,
        env=dict(environment),
        input=answers,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise ConfigurationError(f"'airflow {' '.join(arguments[:2])}' failed: {' '.join(last)}")
    return done.stdout + done.stderr
