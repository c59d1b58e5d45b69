"""Endpoints of notifications and the rules that choose them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.member_keys import Cipher
from media_ai.errors import ConflictError, NotFoundError
from media_ai.graph.address import did_you_mean
from media_ai.model.notifications import OF_TASKS, Endpoint, EndpointKind, Rule

_ENDPOINTS, _RULES = tables.notification_endpoints, tables.notification_rules
_ENDPOINT_FIELDS = tuple(_ENDPOINTS.c[name] for name in Endpoint.__dataclass_fields__)
_RULE_FIELDS = tuple(_RULES.c[name] for name in Rule.__dataclass_fields__)
MOST = 200
"""Endpoints of a deployment."""


class Receivers:
    """Keeps endpoints and rules."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def endpoints(self) -> list[Endpoint]:
        """Return all endpoints by name."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(*_ENDPOINT_FIELDS).order_by(_ENDPOINTS.c.name)).mappings()
            return [Endpoint(**row) for row in rows]

    def endpoint(self, endpoint_id: str) -> Endpoint:
        """Return an endpoint; raise NotFoundError if there is none."""
        same = select(*_ENDPOINT_FIELDS).where(_ENDPOINTS.c.id == endpoint_id)
        with self._database.transaction() as connection:
            row = connection.execute(same).mappings().first()
        if row is None:
            raise _missing(endpoint_id)
        return Endpoint(**row)

    def add(
        self,
        *,
        name: str,
        kind: EndpointKind,
        target: str,
        secret: str,
        language: str | None,
        timezone: str | None,
        by: str,
    ) -> Endpoint:
        """
        Add an endpoint; its secret is encrypted already.

        Raises:
            ConflictError: The name is taken, or there are too many.
        """
        if len(self.endpoints()) >= MOST:
            raise ConflictError(f"There are {MOST} endpoints. Delete one that nobody needs.")
        values = {"name": name, "kind": kind, "target": target, "secret": secret, "created_by": by}
        statement = insert(_ENDPOINTS).values(**values, language=language, timezone=timezone)
        try:
            with self._database.transaction() as connection:
                return Endpoint(**connection.execute(statement.returning(*_ENDPOINT_FIELDS)).mappings().one())
        except IntegrityError:
            raise ConflictError(f"There is an endpoint named '{name[:60]}'. Choose another name.") from None

    def change(self, endpoint_id: str, changes: Mapping[str, Any]) -> Endpoint:
        """Change some columns of an endpoint; raise NotFoundError if there is none, ConflictError if its name is taken."""
        if not changes:
            return self.endpoint(endpoint_id)
        statement = update(_ENDPOINTS).where(_ENDPOINTS.c.id == endpoint_id).values(**changes)
        try:
            with self._database.transaction() as connection:
                row = connection.execute(statement.returning(*_ENDPOINT_FIELDS)).mappings().first()
        except IntegrityError:
            raise ConflictError("There is another endpoint of this name.") from None
        if row is None:
            raise _missing(endpoint_id)
        return Endpoint(**row)

    def remove(self, endpoint_id: str) -> None:
        """Delete an endpoint with its rules and deliveries; raise NotFoundError if there is none."""
        with self._database.transaction() as connection:
            if not connection.execute(delete(_ENDPOINTS).where(_ENDPOINTS.c.id == endpoint_id)).rowcount:
                raise _missing(endpoint_id)

    def secret_of(self, endpoint_id: str, cipher: Cipher) -> str:
        """Return what an endpoint's messages are signed with."""
        with self._database.transaction() as connection:
            found = connection.execute(select(_ENDPOINTS.c.secret).where(_ENDPOINTS.c.id == endpoint_id)).scalar()
        return cipher.decrypt(found) if found else ""

    def rules(self, *, of_tasks: bool = False) -> list[Rule]:
        """Return the rules of everything and of workflows; with `of_tasks` those of single tasks too."""
        statement = select(*_RULE_FIELDS).order_by(_RULES.c.dag_id, _RULES.c.created_at, _RULES.c.id)
        if not of_tasks:
            statement = statement.where(_RULES.c.run_id == "")
        with self._database.transaction() as connection:
            return [_rule(dict(row)) for row in connection.execute(statement).mappings()]

    def set_rule(
        self, endpoint_id: str, events: Collection[str], *, dag_id: str = "", run_id: str = "", by: str
    ) -> Rule:
        """Have an endpoint told of events, in place of what it was told of the same before."""
        named = sorted(set(events))
        statement = upsert(_RULES).values(
            endpoint_id=endpoint_id, dag_id=dag_id, run_id=run_id, events=named, created_by=by
        )
        statement = statement.on_conflict_do_update(
            index_elements=["endpoint_id", "dag_id", "run_id"], set_={"events": named, "created_by": by}
        )
        try:
            with self._database.transaction() as connection:
                return _rule(dict(connection.execute(statement.returning(*_RULE_FIELDS)).mappings().one()))
        except IntegrityError:
            raise _missing(endpoint_id) from None

    def remove_rule(self, rule_id: str) -> None:
        """Delete a rule; raise NotFoundError if there is none."""
        with self._database.transaction() as connection:
            if not connection.execute(delete(_RULES).where(_RULES.c.id == rule_id)).rowcount:
                raise NotFoundError(f"There is no rule '{rule_id}'.")

    def choose(self, names: Sequence[str]) -> list[Endpoint]:
        """Return the endpoints of some names; raise NotFoundError for one that is none, with a name that is near."""
        known = {endpoint.name: endpoint for endpoint in self.endpoints()} if names else {}
        for name in names:
            if name not in known:
                raise NotFoundError(f"There is no endpoint of notifications '{name[:60]}'.{did_you_mean(name, known)}")
        return [known[name] for name in dict.fromkeys(names)]

    def follow(self, endpoints: Sequence[Endpoint], *, dag_id: str, run_id: str, by: str) -> None:
        """Have endpoints told what becomes of one task; call it before the task begins."""
        for endpoint in endpoints:
            self.set_rule(endpoint.id, OF_TASKS, dag_id=dag_id, run_id=run_id, by=by)


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(**{**row, "events": tuple(row["events"])})


def _missing(name: str) -> NotFoundError:
    return NotFoundError(f"There is no endpoint '{name[:60]}'.")
