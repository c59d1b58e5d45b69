"""The document of the API: what FastAPI writes, with our errors, the permissions and the ways to sign in."""

from collections.abc import Iterator
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from media_ai_web.permissions import Needs, Permission, needs
from media_ai_web.problems import MEDIA_TYPE, Problem
from media_ai_web.routing import make_router

_ALWAYS = (401, 403, 422, 500, 503)
_WITH_BODY = (400, 413)
_REASONS = {
    401: "Nobody is signed in, or the session is over.",
    403: "The caller lacks the permission.",
    400: "The body cannot be read, or the request breaks the rules of its protocol.",
    404: "There is no such thing.",
    409: "It is taken, or in a state that does not allow this.",
    412: "Somebody else changed it since it was read; or the protocol's version is another one.",
    413: "It is larger than declared, or than anything that is taken.",
    415: "The body is of another kind.",
    422: "The request cannot be used; `issues` names each place.",
    423: "Another request is at it.",
    428: "If-Match is missing.",
    429: "Too often; `Retry-After` says in how many seconds again.",
    460: "The checksum is another one.",
    500: "An error of ours; the reference in `detail` is in the server's log.",
    503: "The catalog or Airflow does not answer; try again.",
    507: "There is no room on the disk.",
}
_DESCRIPTION = (
    "Workflows, tasks, uploads and results of Media AI on Airflow. Callers sign in as at Airflow's own API: a bearer token of "
    "POST /auth/token, or the cookie of its pages. `x-permission` of an operation is what the caller must be allowed."
)
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Token of POST /auth/token."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "_token", "description": "Session of Airflow's pages."},
}

router = make_router("API")


@router.get("/openapi.json", summary="Read this document", dependencies=[Depends(needs(Permission.SIGNED_IN))])
def read_document(request: Request) -> dict[str, Any]:
    """Return the API as OpenAPI 3.1, for generated clients."""
    document: dict[str, Any] = request.app.openapi()
    return document | {"servers": [{"url": request.scope.get("root_path", "") or "/"}]}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the document of an application's guarded routes."""
    routes = list(guarded_routes(app))
    made = get_openapi(
        title=app.title, version=app.version, description=_DESCRIPTION, routes=[route for route, _ in routes]
    )
    for route, permissions in routes:
        for method in route.methods:
            _complete(made["paths"][route.path_format][method.lower()], permissions)
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= _problem_schemas()
    made["components"]["securitySchemes"] = _SCHEMES
    made["security"] = [{"bearer": []}, {"cookie": []}]
    return made


def guarded_routes(app: FastAPI) -> Iterator[tuple[APIRoute, list[Permission]]]:
    """Yield the routes that name permissions, with these."""
    for route in app.routes:
        if isinstance(route, APIRoute) and (found := list(dict.fromkeys(_permissions(route.dependant)))):
            yield route, found


def _permissions(dependant: Dependant) -> Iterator[Permission]:
    for below in dependant.dependencies:
        if isinstance(below.call, Needs):
            yield below.call.permission
        yield from _permissions(below)


def _complete(operation: dict[str, Any], permissions: list[Permission]) -> None:
    operation["x-permission"] = " and ".join(permissions)
    responses = operation["responses"]
    for status in _ALWAYS + (_WITH_BODY if "requestBody" in operation else ()):
        responses.setdefault(str(status), {})
    for status, response in responses.items():
        if status.isdigit() and int(status) >= 400:
            schema = {"$ref": "#/components/schemas/Problem"}
            response["content"] = {MEDIA_TYPE: {"schema": schema}}
            response["description"] = _REASONS[int(status)]


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), "Problem": schema}
