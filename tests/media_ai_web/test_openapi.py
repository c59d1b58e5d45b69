"""The document of the API, and the doors of every operation in it."""

import pytest
from fastapi.routing import APIRoute

from media_ai_web.openapi import guarded_routes
from media_ai_web.permissions import Permission
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres
METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}


@pytest.fixture
def client(database, tmp_path):
    return make_client(database, tmp_path)


@pytest.fixture
def document(client):
    return client.get(f"{API}/openapi.json").json()


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS & set(item):
            yield method, path, item[method]


def fill(path: str) -> str:
    """Put a value into each place of a path."""
    return "/".join("x1" if part.startswith("{") else part for part in path.split("/"))


def test_every_route_is_in_the_document_with_a_permission(client, document):
    """Only the doors of events have none, which check signatures, and health, which says a word."""
    routes = [route for route in client.app.routes if isinstance(route, APIRoute)]
    guarded = {(route.path, method) for route, _ in guarded_routes(client.app) for method in route.methods}
    bare = {route.path for route in routes if not {(route.path, method) for method in route.methods} & guarded}

    assert all(path.startswith("/events/v1/") or path == "/health" for path in bare)
    assert {(path, method.upper()) for method, path, _ in operations(document)} == guarded
    assert len(guarded) > 40


def test_every_operation_says_what_it_does_takes_and_answers(document):
    """A summary, a description, a response that is not just anything, and errors as RFC 9457 has them."""
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"] and operation["description"], where
        assert operation["x-permission"], where
        success = {status: found for status, found in operation["responses"].items() if status < "400"}
        assert success, where
        for status, response in operation["responses"].items():
            if status >= "400":
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, where
        assert {"401", "403", "422", "500"} <= set(operation["responses"]), where
        for response in success.values():
            for kind, content in response.get("content", {}).items():
                assert kind != "application/json" or content["schema"], where


def test_references_of_the_document_lead_somewhere(document):
    """A generated client finds every schema."""
    found = set()

    def walk(value):
        if isinstance(value, dict):
            found.add(value.get("$ref")) if isinstance(value.get("$ref"), str) else None
            [walk(item) for item in value.values()]
        elif isinstance(value, list):
            [walk(item) for item in value]

    walk(document)
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert found <= schemas
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_nobody_passes_without_a_sign_in(database, tmp_path, document):
    """Every operation of the document answers 401 to an anonymous caller, before it looks at anything."""
    stranger = make_client(database, tmp_path, user="")
    for method, path, _ in operations(document):
        answer = stranger.request(method, fill(path))
        assert answer.status_code == 401, f"{method} {path}"
        assert answer.headers["content-type"] == "application/problem+json" or method == "head"


def test_nobody_passes_without_the_permission(database, tmp_path, document):
    """A caller who is signed in and may do nothing gets 403 everywhere but where signing in is enough."""
    member = make_client(database, tmp_path, gate=SetGate(allowed={Permission.SIGNED_IN}))
    for method, path, operation in operations(document):
        answer = member.request(method, fill(path))
        is_open = operation["x-permission"] == "signed in"
        assert (answer.status_code == 403) is not is_open, f"{method} {path}"
        assert answer.status_code != 401


@pytest.mark.parametrize("permission", [item for item in Permission if item is not Permission.SIGNED_IN])
def test_each_permission_opens_its_own_operations_only(database, tmp_path, document, permission):
    """Without one permission, exactly the operations that need it are closed."""
    member = make_client(database, tmp_path, gate=SetGate(allowed=set(Permission) - {permission}))
    for method, path, operation in operations(document):
        if (
            permission.value in operation["x-permission"].split(" and ")
            or permission.value == operation["x-permission"]
        ):
            assert member.request(method, fill(path)).status_code == 403, f"{method} {path}"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("DELETE", f"{API}/node-types", 405),
        ("GET", f"{API}/tasks?limit=0", 422),
        ("GET", f"{API}/tasks?cursor=%ff", 422),
        ("GET", f"{API}/tasks?q=%00", 422),
        ("GET", f"{API}/presets/%00", 404),
        ("GET", f"{API}/presets/nothing", 404),
        ("POST", f"{API}/workflows", 422),
    ],
)
def test_errors_of_the_framework_have_our_form(client, method, path, status):
    """Unknown addresses, methods, and values that do not fit."""
    answer = client.request(method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b'{"name": "a", "nodes": [{"id": "a", "type": "b", "params": {"x": NaN}}]}',
        b'{"name": "a", "nodes": [{"id": "a", "type": "b", "params": {"x": 1e999}}]}',
        b"[" * 2000 + b"]" * 2000,
        b'{"name": ' + b"1" * 5000 + b"}",
        b'{"name": "a", "description": "' + b"x" * 2001 + b'"}',
        b"\xff\xfe",
    ],
)
def test_bodies_that_cannot_be_stored_are_refused(client, body):
    """Whatever the body, the answer is a sentence about it, and nothing of it is repeated."""
    answer = client.post(f"{API}/workflows", content=body, headers={"content-type": "application/json"})

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "x" * 100 not in answer.text


def test_a_body_without_end_is_not_read_to_it(client):
    """More than any workflow has is refused with 413."""

    def endless():
        for _ in range(100):
            yield b" " * 1_000_000

    answer = client.post(f"{API}/workflows", content=endless(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


def test_an_error_that_nobody_expected_says_nothing_of_the_inside(client, monkeypatch, caplog):
    """The answer has a reference; the log has it too, with what happened."""
    monkeypatch.setattr("media_ai_web.presets.template_names", lambda: 1 / 0)
    answer = client.get(f"{API}/presets")

    assert answer.status_code == 500
    assert "division" not in answer.text
    assert answer.json()["detail"].split()[-1].rstrip(".") in caplog.text
    assert "ZeroDivisionError" in caplog.text
