"""The accounts of services: how they are set up, whether they work, and a save that tests first."""

import logging
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from fastapi import Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from media_ai.clients.checks import Report
from media_ai.clients.credential_keeping import Connections, CredentialKeeping, Kept, Place, secret_fields
from media_ai.clients.credentials import ALL, IDENTITY_FIELDS, Credentials
from media_ai.errors import ConfigurationError, NotFoundError
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import apart, make_router, problems
from media_ai_web.services import Conf

log = logging.getLogger(__name__)
router = make_router("Credentials")
Keeper = Annotated[Caller, Depends(needs(Permission.MANAGE_CREDENTIALS))]
_Text = Annotated[StrictStr, Field(max_length=20_000)]
_Name = Annotated[str, Field(max_length=60)]
_Value = StrictBool | StrictInt | StrictFloat | _Text | None


class ServiceView(BaseModel):
    """How a service is set up."""

    service: str
    title: str
    connection_id: str = Field(description="Id of the connection that every node uses.")
    fields: dict[str, Any] = Field(description="What there is to fill in, as JSON Schema.")
    values: dict[str, Any] = Field(description="What is set, without what is secret.")
    secrets: list[str] = Field(description="Secret fields that have a value.")
    place: Place | None = Field(
        description="Where it is set: in a connection that is changed here, in MEDIA_AI_* variables, elsewhere in the "
        "deployment (it cannot be changed here then), or nowhere."
    )


class ServiceList(BaseModel):
    """All services."""

    services: list[ServiceView]


class Entered(BaseModel):
    """What a person has entered."""

    model_config = ConfigDict(extra="forbid")

    values: dict[_Name, _Value] = Field(
        max_length=50,
        description='By field. A secret that is absent, null or "***" stays as it is stored; "" takes it away.',
    )


class CheckView(BaseModel):
    """What came of one call."""

    name: str
    permission: str = Field(description="The RAM action, or what else the call needs.")
    outcome: Literal["works", "fails", "not tried"]
    detail: str


class ReportView(BaseModel):
    """Whether the credentials work, permission by permission."""

    is_ok: bool
    checks: list[CheckView]

    @classmethod
    def of(cls, report: Report) -> Self:
        """Return the view of a report."""
        names = ("name", "permission", "outcome", "detail")
        checks = [CheckView(**{name: getattr(check, name) for name in names}) for check in report.checks]
        return cls(is_ok=report.is_ok, checks=checks)


class SavedView(BaseModel):
    """What was saved, and what its test said."""

    service: ServiceView
    report: ReportView


async def keeping(request: Request, conf: Conf) -> CredentialKeeping:
    """Return what keeps credentials."""
    found: Connections | None = request.app.state.connections
    if found is None:
        raise ConfigurationError("This application keeps no connections.")
    return CredentialKeeping(found, conf.credential_values)


async def kind_of(service: Annotated[str, Path(max_length=40)]) -> type[Credentials]:
    """Return the service that the path names."""
    found = next((kind for kind in ALL if kind.service == service), None)
    if found is None:
        raise NotFoundError(f"'{service}' is no service; there are {', '.join(kind.service for kind in ALL)}.")
    return found


KeepingOf = Annotated[CredentialKeeping, Depends(keeping)]
Kind = Annotated[type[Credentials], Depends(kind_of)]


@router.get(
    "/credentials",
    summary="List the accounts of services",
    dependencies=[Depends(needs(Permission.MANAGE_CREDENTIALS))],
)
@apart
def list_credentials(keeping: KeepingOf) -> ServiceList:
    """Return every service that the product can use, with what is set up; never a secret."""
    return ServiceList(services=[_view(kind, keeping.find(kind)) for kind in ALL])


@router.post("/credentials/{service}/test", summary="Test credentials", responses=problems(404))
@apart
def test_credentials(caller: Keeper, kind: Kind, given: Entered, keeping: KeepingOf) -> ReportView:
    """Make the calls that the product makes with what was entered; nothing is saved. 422 where a field is wrong."""
    return ReportView.of(keeping.check(kind, given.values))


@router.put("/credentials/{service}", summary="Test and save credentials", responses=problems(404, 409))
@apart
def save_credentials(caller: Keeper, kind: Kind, given: Entered, keeping: KeepingOf) -> SavedView:
    """
    Test what was entered, and save it only if everything works: every node uses it from its next call on.

    422 where a field or the test says no: `issues` has one for each field, or for each permission with it as its code.
    """
    report = keeping.save(kind, given.values)
    log.info("%s saved the credentials of %s", caller.name, kind.service)
    return SavedView(service=_view(kind, keeping.find(kind)), report=ReportView.of(report))


@router.delete("/credentials/{service}", status_code=204, summary="Remove credentials", responses=problems(404, 409))
@apart
def remove_credentials(caller: Keeper, kind: Kind, keeping: KeepingOf) -> None:
    """Remove the connection of a service; what MEDIA_AI_* variables say of it holds again."""
    keeping.remove(kind)
    log.info("%s removed the credentials of %s", caller.name, kind.service)


def _view(kind: type[Credentials], kept: Kept | None) -> ServiceView:
    values: Mapping[str, Any] = kept.values if kept else {}
    secret = secret_fields(kind)
    return ServiceView(
        service=kind.service,
        title=kind.title,
        connection_id=kind.connection_id,
        fields=_schema(kind),
        values={name: value for name, value in values.items() if name not in secret},
        secrets=[name for name in secret if values.get(name)],
        place=kept.place if kept else None,
    )


def _schema(kind: type[Credentials]) -> dict[str, Any]:
    schema = kind.model_json_schema()
    if "identity" in kind.model_fields:
        # They may be those of another connection.
        schema["required"] = [name for name in schema["required"] if name not in IDENTITY_FIELDS]
    return schema
