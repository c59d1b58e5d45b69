"""Databases on any PostgreSQL server: made when missing, brought to this version."""

import subprocess
import sys
from collections.abc import Mapping

from media_ai.errors import ConfigurationError, SystemStateError

ADMIN = "admin"
"""Name of the first user."""


def ensure_database(url: str) -> None:
    """
    Make the database that `url` names, if its server does not have it.

    Raises:
        SystemStateError: The server does not answer, or its user may not make databases.
    """
    import psycopg2
    from psycopg2 import sql
    from sqlalchemy.engine import make_url

    target = make_url(url)
    server = target.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    place = f"{target.host}:{target.port or 5432}"
    try:
        connection = psycopg2.connect(server, connect_timeout=10)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (target.database,))
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(target.database or "")))
        finally:
            connection.close()
    except psycopg2.Error as exc:
        reason = str(exc).strip().splitlines()[0]
        raise SystemStateError(
            f"The database '{target.database}' at {place} is not there and could not be made ({reason}). Make it, then try again."
        ) from exc


def migrate_airflow(environment: Mapping[str, str], admin_password: str) -> None:
    """
    Bring Airflow's own database to the installed version, and make the first user if there is none.

    Raises:
        ConfigurationError: Airflow refuses; holds its last line.
    """
    run_airflow(environment, "db", "migrate")
    run_airflow(
        environment, "users", "create", "--username", ADMIN, "--password", admin_password, "--role", "Admin",
        "--firstname", "Media", "--lastname", "AI", "--email", "admin@localhost",
    )  # fmt: skip


def run_airflow(environment: Mapping[str, str], *arguments: str) -> None:
    """Run an Airflow command to its end."""
    command = [sys.executable, "-m", "airflow", *arguments]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise ConfigurationError(f"'airflow {' '.join(arguments[:2])}' failed: {' '.join(last)}")
