"""What administrators do with endpoints: add, change, renew a secret, try."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from media_ai.catalog.database import Database
from media_ai.catalog.deliveries import Deliveries
from media_ai.catalog.member_keys import Cipher
from media_ai.catalog.receivers import Receivers
from media_ai.clients.confined import Network
from media_ai.clients.webhooks import check_url, new_secret
from media_ai.errors import ConflictError, ErrorKind, InputError, ServiceError
from media_ai.members.identity import clean_address
from media_ai.model.notifications import Delivery, Endpoint, EndpointKind


class Endpoints:
    """Changes endpoints; a secret is told once, to who makes it."""

    def __init__(self, database: Database, cipher: Cipher, networks: Sequence[Network]) -> None:
        self._receivers = Receivers(database)
        self._deliveries = Deliveries(database)
        self._cipher = cipher
        self._networks = networks

    def add(
        self, *, name: str, kind: EndpointKind, target: str, language: str | None, timezone: str | None, by: str
    ) -> tuple[Endpoint, str | None]:
        """
        Add an endpoint; return it, and for a web address the secret that its messages are signed with.

        Raises:
            InputError: The address is none, or may not be sent to.
            ConflictError: The name is taken.
        """
        secret = new_secret() if kind == "webhook" else None
        made = self._receivers.add(
            name=name.strip(),
            kind=kind,
            target=self._checked(kind, target),
            secret=self._cipher.encrypt(secret) if secret else "",
            language=language,
            timezone=timezone,
            by=by,
        )
        return made, secret

    def change(self, endpoint_id: str, changes: Mapping[str, Any]) -> Endpoint:
        """Change some of name, target, language, timezone and is_active; raise as for `add`, or NotFoundError."""
        values = dict(changes)
        if "target" in values:
            values["target"] = self._checked(self._receivers.endpoint(endpoint_id).kind, values["target"])
        if "name" in values:
            values["name"] = values["name"].strip()
        return self._receivers.change(endpoint_id, values)

    def renew_secret(self, endpoint_id: str) -> str:
        """Have messages signed with a new secret from now on, and return it; raise ConflictError for a mail address."""
        if self._receivers.endpoint(endpoint_id).kind != "webhook":
            raise ConflictError("Mails are not signed; only web addresses have a secret.")
        secret = new_secret()
        self._receivers.change(endpoint_id, {"secret": self._cipher.encrypt(secret)})
        return secret

    def test(self, endpoint_id: str, *, by: str) -> Delivery:
        """Send a test to an endpoint, as all else is sent; the delivery tells what came of it."""
        if not self._receivers.endpoint(endpoint_id).is_active:
            raise ConflictError("This endpoint is switched off. Switch it on first.")
        return self._deliveries.add_test(endpoint_id, f"test {uuid.uuid4()}", by=by)

    def _checked(self, kind: EndpointKind, target: str) -> str:
        if kind == "email":
            return clean_address(target)
        try:
            return check_url(target.strip(), self._networks)
        except ServiceError as exc:
            raise InputError(exc.message, kind=ErrorKind.INVALID) from None
