"""Where services send their events. Nobody is signed in here: each request must carry the service's own signature."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Request

from media_ai.clients.credentials import ImsCredentials, VodCredentials
from media_ai.errors import ConfigurationError, ErrorKind, InputError
from media_ai.events.certificates import fetch_certificate
from media_ai.events.reading import ServiceEvent, read_cloud_event, read_ims, read_mns, read_vod
from media_ai.events.signatures import FetchCertificate, verify_callback, verify_eventbridge, verify_mns
from media_ai.settings import load_settings
from media_ai.tasks.events import EventHandler
from media_ai_web.services import credentials_of, event_handler

PREFIX = "/events/v1"
_MOST = 256 << 10
"""Bytes of a request; the services' own limit is 64 KB."""


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST:
            raise InputError(f"The event is larger than {_MOST >> 10} KB.")
    return body


def certificates() -> FetchCertificate:
    """Return what fetches certificates; tests put their own in its place."""
    return fetch_certificate


Body = Annotated[bytes, Depends(_body)]
Handler = Annotated[EventHandler, Depends(event_handler)]
Certificates = Annotated[FetchCertificate, Depends(certificates)]
router = APIRouter(prefix=PREFIX, tags=["Events"])


@router.post("/eventbridge", summary="Take an event of EventBridge")
def eventbridge(
    request: Request, body: Body, handler: Handler, fetch: Certificates, later: BackgroundTasks
) -> dict[str, int]:
    """Objects that arrive in OSS, and tasks of Model Studio that end."""
    verify_eventbridge(_headers(request), body, url=_address("eventbridge"), fetch=fetch)
    return _take(read_cloud_event(body), handler, later)


@router.post("/mns", summary="Take a message of MNS")
def mns(request: Request, body: Body, handler: Handler, fetch: Certificates, later: BackgroundTasks) -> dict[str, int]:
    """Events of OSS, VOD and IMS that a topic of MNS pushes."""
    # The path as the service knows it, which a proxy in between may have changed.
    resource = _address("mns").split("/", 3)[3]
    verify_mns(_headers(request), body, resource=f"/{resource}", fetch=fetch)
    return _take(read_mns(body), handler, later)


@router.post("/vod", summary="Take a callback of VOD")
def vod(request: Request, body: Body, handler: Handler, later: BackgroundTasks) -> dict[str, int]:
    """Uploads, transcoding, snapshots and reviews that end."""
    key = _key(credentials_of()(VodCredentials).callback_key.get_secret_value(), VodCredentials.connection_id)
    verify_callback(_headers(request), prefix="x-vod", url=_address("vod"), key=key)
    return _take(read_vod(body), handler, later)


@router.post("/ims", summary="Take a callback of IMS")
def ims(request: Request, body: Body, handler: Handler, later: BackgroundTasks) -> dict[str, int]:
    """Registrations and smart tags that end."""
    key = _key(credentials_of()(ImsCredentials).callback_key.get_secret_value(), ImsCredentials.connection_id)
    verify_callback(_headers(request), prefix="x-ice", url=_address("ims"), key=key)
    return _take(read_ims(body), handler, later)


def _take(events: list[ServiceEvent], handler: EventHandler, later: BackgroundTasks) -> dict[str, int]:
    """Keep the events and answer at once; the services wait for five seconds at most."""
    fresh = [(number, event) for event in events if (number := handler.keep(event)) is not None]
    for number, event in fresh:
        later.add_task(handler.act, number, event)
    return {"received": len(events), "new": len(fresh)}


def _address(name: str) -> str:
    """Return the address as it is set up at the service; what the request shows is the proxy's."""
    public = load_settings().public_url
    if not public:
        raise _not_set_up("Set MEDIA_AI_PUBLIC_URL to the address that services reach this server at.")
    return f"{public.rstrip('/')}/media-ai{PREFIX}/{name}"


def _key(key: str, connection: str) -> str:
    if not key:
        raise _not_set_up(f"Give the connection '{connection}' the callback's authentication key.")
    return key


def _not_set_up(what: str) -> ConfigurationError:
    return ConfigurationError(f"Events of this kind are not set up here. {what}", kind=ErrorKind.PERMISSION)


def _headers(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}
