"""Brings one delivery to its endpoint, and says what came of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from media_ai.catalog.database import Database
from media_ai.catalog.member_keys import Cipher
from media_ai.catalog.preferences import PreferenceRecords
from media_ai.catalog.receivers import Receivers
from media_ai.clients.confined import Network
from media_ai.clients.webhooks import post, signed_headers
from media_ai.errors import InputError, MediaAIError
from media_ai.members.mails import Mailer
from media_ai.model.notifications import Delivery, Endpoint
from media_ai.model.preferences import Preferences
from media_ai.notifications.words import language_of, link_of, mail_of, sentence_of

_GONE = 410


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """
    What came of a try.

    Attributes:
        is_final: Trying again cannot help.
        pause_s: How long the receiver asks to be left alone.
    """

    is_delivered: bool = False
    is_final: bool = False
    status_code: int | None = None
    reason: str = ""
    pause_s: float = 0.0


class Sender:
    """Sends by web and by mail. `base` is where people reach the server, for links; empty if nobody has said so."""

    def __init__(
        self, database: Database, *, cipher: Cipher, mailer: Mailer, networks: Sequence[Network], base: str
    ) -> None:
        self._receivers = Receivers(database)
        self._preferences = PreferenceRecords(database)
        self._cipher = cipher
        self._mailer = mailer
        self._networks = networks
        self._base = base

    def send(self, delivery: Delivery) -> Outcome:
        """Try once."""
        try:
            endpoint = self._receivers.endpoint(delivery.endpoint_id)
            if not endpoint.is_active:
                return Outcome(is_final=True, reason=f"The endpoint '{endpoint.name}' is switched off.")
            chosen = Preferences(output_language=endpoint.language, timezone=endpoint.timezone)
            chosen = chosen.over(self._preferences.of_server())
            return (self._by_web if endpoint.kind == "webhook" else self._by_mail)(delivery, endpoint, chosen)
        except InputError as exc:
            return Outcome(is_final=True, reason=exc.message)
        except MediaAIError as exc:
            return Outcome(reason=exc.message)

    def _by_web(self, delivery: Delivery, endpoint: Endpoint, chosen: Preferences) -> Outcome:
        body = body_of(delivery, chosen, self._base)
        headers = signed_headers(self._receivers.secret_of(endpoint.id, self._cipher), message_id(delivery), body)
        answer = post(endpoint.target, body, headers, self._networks)
        if answer.is_accepted:
            return Outcome(is_delivered=True, status_code=answer.status)
        reason = f"It answered HTTP {answer.status}."
        is_gone = answer.status == _GONE
        return Outcome(is_final=is_gone, status_code=answer.status, reason=reason, pause_s=answer.retry_after_s)

    def _by_mail(self, delivery: Delivery, endpoint: Endpoint, chosen: Preferences) -> Outcome:
        language = language_of(chosen.output_language)
        mail = mail_of(delivery, to=endpoint.target, language=language, zone=chosen.zone, base=self._base)
        if not self._mailer.send(mail):
            return Outcome(reason="There is no mail server: make the Airflow connection 'smtp_default'.")
        return Outcome(is_delivered=True)


def message_id(delivery: Delivery) -> str:
    """Return the name of a message, the same at each try, by which a receiver knows it again."""
    return f"msg_{delivery.id}"


def body_of(delivery: Delivery, chosen: Preferences, base: str) -> str:
    """Return what a web address is sent."""
    link = link_of(base, delivery.data)
    data = {
        "message": sentence_of(delivery.event, delivery.data, language_of(chosen.output_language)),
        **delivery.data,
        **({"link": link} if link else {}),
    }
    body = {"type": delivery.event, "timestamp": delivery.occurred_at.isoformat(), "data": data}
    return json.dumps(body, ensure_ascii=False)
