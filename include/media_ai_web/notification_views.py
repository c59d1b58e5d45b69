"""Endpoints, rules and deliveries of notifications, as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, field_validator

from media_ai.model.notifications import Delivery, DeliveryState, Endpoint, EndpointKind, Rule
from media_ai.model.preferences import LANGUAGE_TAG, timezones

EventName = Literal[
    "task.completed",
    "task.failed",
    "task.terminated",
    "task.waiting",
    "task.quarantined",
    "budget.near",
    "budget.reached",
]
Id = Annotated[str, Path(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
_ID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_LANGUAGE = "Of what it is told: a tag; en and zh are written, the server's choice if null."


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @field_validator("timezone", check_fields=False)
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        if value is not None and value not in timezones():
            raise ValueError("is no timezone; use a name such as Asia/Shanghai")
        return value

    @field_validator("name", check_fields=False)
    @classmethod
    def _named(cls, value: str | None) -> str | None:
        if value is not None and (not value.strip() or not value.isprintable()):
            raise ValueError("is empty, or holds what cannot be read")
        return value


class NewEndpoint(_Given):
    """Where to send."""

    name: str = Field(min_length=1, max_length=100, description="By which tasks choose it.")
    kind: EndpointKind
    target: str = Field(min_length=3, max_length=2000, description="https://... or an e-mail address.")
    language: str | None = Field(default=None, max_length=40, pattern=LANGUAGE_TAG, description=_LANGUAGE)
    timezone: str | None = Field(default=None, max_length=60, description="IANA name; the server's choice if null.")


class EndpointChange(_Given):
    """What to change of an endpoint; what is absent stays."""

    name: str = Field(default="", min_length=1, max_length=100)
    target: str = Field(default="", min_length=3, max_length=2000)
    language: str | None = Field(default=None, max_length=40, pattern=LANGUAGE_TAG, description=_LANGUAGE)
    timezone: str | None = Field(default=None, max_length=60)
    is_active: bool = True


class EndpointView(BaseModel):
    """An endpoint."""

    id: str
    name: str
    kind: EndpointKind
    place: str = Field(description="The e-mail address; of a web address only the server: the rest may be a secret.")
    language: str | None
    timezone: str | None
    is_active: bool
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, endpoint: Endpoint) -> Self:
        """Return an endpoint as those see it who may choose it."""
        place = endpoint.target
        if endpoint.kind == "webhook":
            parts = urlsplit(endpoint.target)
            place = f"{parts.scheme}://{parts.netloc}"
        own = {name: getattr(endpoint, name) for name in cls.model_fields if name not in ("place", "secret")}
        return cls(**own, place=place)


class Secret(BaseModel):
    """What the messages of a web address are signed with."""

    secret: str | None = Field(description="Told here and never again; null for a mail address.")


class NewEndpointView(EndpointView, Secret):
    """An endpoint that was added."""


class NewRule(_Given):
    """What an endpoint is told of; in place of the rule that it has for the same."""

    endpoint_id: str = Field(pattern=_ID)
    workflow: str = Field(default="", max_length=250, description="Its slug; everything if empty.")
    events: list[EventName] = Field(min_length=1, max_length=20)


class RuleView(BaseModel):
    """A rule."""

    id: str
    endpoint_id: str
    workflow: str = Field(description="Empty for everything.")
    events: list[str]
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """Return a rule as the API shows it."""
        same = ("id", "endpoint_id", "created_by", "created_at")
        return cls(**{name: getattr(rule, name) for name in same}, workflow=rule.dag_id, events=list(rule.events))


class DeliveryView(BaseModel):
    """One message to one endpoint."""

    id: str = Field(description="With `msg_` before it, it is the header webhook-id of each try.")
    endpoint_id: str
    event: str
    workflow: str
    run_id: str
    data: dict[str, Any]
    occurred_at: datetime
    state: DeliveryState
    tries: int
    next_at: datetime | None = Field(description="When it is tried again, if it is waiting.")
    status_code: int | None = Field(description="What a web address answered last.")
    reason: str = Field(description="Why the last try did not arrive.")
    ended_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Return a delivery as the API shows it."""
        same = set(cls.model_fields) - {"workflow", "next_at", "data"}
        return cls(
            **{name: getattr(delivery, name) for name in same},
            workflow=delivery.dag_id,
            data=dict(delivery.data),
            next_at=delivery.next_at if delivery.state == "waiting" else None,
        )


class DeliveryPage(BaseModel):
    """A page of deliveries."""

    deliveries: list[DeliveryView]
    next_cursor: str | None


class ReplayWish(_Given):
    """Which deliveries that were given up to send again."""

    endpoint_id: str | None = Field(default=None, pattern=_ID, description="Of one endpoint; of all if null.")


class Replayed(BaseModel):
    """How many are sent again."""

    replayed: int
