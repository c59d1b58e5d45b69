"""Save credentials that people enter, tested first; what is secret goes in and never comes out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import SecretStr

from media_ai.clients.checks import Report
from media_ai.clients.credentials import (
    IDENTITY_FIELDS,
    Credentials,
    read_credentials,
    wrong_fields,
)
from media_ai.clients.service_checks import check_service
from media_ai.errors import ConflictError, MediaAIError, NotFoundError
from media_ai.graph.address import Issue

Place = Literal["connection", "environment", "elsewhere"]
"""A connection that can be changed here, MEDIA_AI_* variables, or a connection that the deployment itself defines."""

MASK = "***"
_ADDRESSES = ("endpoint", "sts_endpoint", "base_url")
_LONGEST = 500
"""Characters of a field that Airflow keeps in a column."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is kept of a service, with its secrets: never an answer."""

    values: Mapping[str, Any]
    place: Place

    def __repr__(self) -> str:
        return f"Kept({sorted(self.values)}, place={self.place!r})"


class Connections(Protocol):
    """Reads and writes connections; whoever runs the application gives it."""

    def find(self, kind: type[Credentials]) -> Kept | None:
        """Return what the service's connection says."""
        ...

    def identity(self, connection_id: str) -> Mapping[str, Any] | None:
        """Return the keys and the role of any connection."""
        ...

    def save(self, kind: type[Credentials], values: Mapping[str, Any]) -> None:
        """Replace the service's connection."""
        ...

    def remove(self, kind: type[Credentials]) -> bool:
        """Remove the service's connection; tell whether there was one."""
        ...


class CredentialsRefusedError(MediaAIError):
    """Credentials that lack something or did not pass their test; nothing was saved."""

    def __init__(self, message: str, issues: Sequence[Issue]) -> None:
        super().__init__(message)
        self.issues = tuple(issues)


class CredentialKeeping:
    """
    Tests, saves and removes the credentials of services.

    Args:
        connections: Where they are kept.
        environment: Returns what the environment says of a service; used where there is no connection.
    """

    def __init__(self, connections: Connections, environment: Callable[[type[Credentials]], Mapping[str, Any]]) -> None:
        self._connections = connections
        self._environment = environment

    def find(self, kind: type[Credentials]) -> Kept | None:
        """Return what is in use."""
        if (found := self._connections.find(kind)) is not None:
            return Kept(values=_known(kind, found.values), place=found.place)
        values = _known(kind, self._environment(kind))
        values.pop("identity", None)
        return Kept(values=values, place="environment") if values else None

    def check(self, kind: type[Credentials], given: Mapping[str, Any]) -> Report:
        """
        Test what a person has entered, with the stored secrets where none was entered.

        Raises:
            CredentialsRefusedError: A field is missing or wrong; there is an issue for each.
        """
        return self._check(kind, self._complete(kind, given, self.find(kind)))

    def save(self, kind: type[Credentials], given: Mapping[str, Any]) -> Report:
        """
        Test what a person has entered, and save it if everything works.

        Raises:
            CredentialsRefusedError: A field or the test says no; there is an issue for each permission that failed.
            ConflictError: The deployment itself defines the connection.
        """
        kept = self.find(kind)
        _require_ours(kind, kept)
        values = self._complete(kind, given, kept)
        report = self._check(kind, values)
        if not report.is_ok:
            raise _failed(kind, report)
        self._connections.save(kind, values)
        return report

    def remove(self, kind: type[Credentials]) -> None:
        """
        Remove a connection; what the environment says holds again.

        Raises:
            NotFoundError: There is none.
        """
        _require_ours(kind, self.find(kind))
        if not self._connections.remove(kind):
            raise NotFoundError(f"There is no connection '{kind.connection_id}'.")

    def _complete(self, kind: type[Credentials], given: Mapping[str, Any], kept: Kept | None) -> dict[str, Any]:
        """Return the fields that were entered, and those secrets that stay as they are."""
        values = {name: value for name, value in given.items() if value not in (None, "")}
        before = kept.values if kept else {}
        stays = [name for name in secret_fields(kind) if given.get(name) in (None, MASK) and before.get(name)]
        for name in secret_fields(kind):
            if values.get(name) == MASK:
                del values[name]
        moved = [name for name in _ADDRESSES if (values.get(name) or "") != (before.get(name) or "")]
        if stays and moved:
            # Else whoever may test could have a stored key sent to a server of their own.
            title = kind.model_fields[moved[0]].title
            why = f"enter it again: it was stored for another address, and '{title}' has changed."
            raise _refused(kind, dict.fromkeys(stays, why))
        return values | {name: before[name] for name in stays}

    def _check(self, kind: type[Credentials], values: Mapping[str, Any]) -> Report:
        full = dict(values)
        if other := values.get("identity"):
            shared = self._connections.identity(str(other))
            if shared is None:
                raise _refused(kind, {"identity": f"there is no connection '{str(other)[:100]}'."})
            full = {name: shared[name] for name in IDENTITY_FIELDS if shared.get(name)} | full
        wrong = wrong_fields(kind, full) | _too_long(kind, values)
        if wrong:
            raise _refused(kind, wrong)
        return check_service(read_credentials(kind, full, where="field '{field}'"))


def secret_fields(kind: type[Credentials]) -> tuple[str, ...]:
    """Return the fields that nobody is told."""
    return tuple(name for name, field in kind.model_fields.items() if field.annotation is SecretStr)


def _known(kind: type[Credentials], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in kind.model_fields and value not in (None, "")}


def _too_long(kind: type[Credentials], values: Mapping[str, Any]) -> dict[str, str]:
    columns = [name for column, name in kind.standard_fields.items() if column == "host"]
    long = [name for name in columns if len(str(values.get(name) or "")) > _LONGEST]
    return dict.fromkeys(long, f"has more than {_LONGEST} characters.")


def _require_ours(kind: type[Credentials], kept: Kept | None) -> None:
    if kept and kept.place == "elsewhere":
        raise ConflictError(
            f"The connection '{kind.connection_id}' is defined by the deployment (AIRFLOW_CONN_* or a secrets backend), "
            "which comes before what is saved here. Change it there."
        )


def _refused(kind: type[Credentials], wrong: Mapping[str, str]) -> CredentialsRefusedError:
    issues = [Issue(code="field", message=why, field=name) for name, why in wrong.items()]
    sentences = [
        f"{kind.model_fields[name].title if name in kind.model_fields else name}: {why}" for name, why in wrong.items()
    ]
    return CredentialsRefusedError(f"{kind.title} was not saved. {' '.join(sentences)}", issues)


def _failed(kind: type[Credentials], report: Report) -> CredentialsRefusedError:
    failed = [check for check in report.checks if check.outcome == "fails"]
    issues = [
        Issue(
            code=permission,
            message="\n".join(
                dict.fromkeys(f"{check.name}: {check.detail}" for check in failed if check.permission == permission)
            ),
        )
        for permission in report.missing
    ]
    return CredentialsRefusedError(f"{kind.title} was not saved: {', '.join(report.missing)} failed the test.", issues)
