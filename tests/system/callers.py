"""People who call our API on the real system."""

from typing import Any

import httpx

PASSWORD = "Sentinel-1!"


def client_of(system: Any, user: str | None = None, password: str | None = None) -> httpx.Client:
    """Return a signed-in client of our API: the administrator, or somebody else."""
    url, admin, secret = system.settings.server
    body = {"username": user or admin, "password": password or secret}
    token = httpx.post(f"{url}/auth/token", json=body, timeout=60).raise_for_status().json()["access_token"]
    return httpx.Client(
        base_url=f"{url}/media-ai/api/v1",
        headers={"Authorization": f"Bearer {token}"},
        timeout=120,
        trust_env=False,
        limits=httpx.Limits(max_connections=200),
    )


def make_member(system: Any, name: str, role: str) -> None:
    """Add a person with one of Airflow's roles, once."""
    url, _, _ = system.settings.server
    body = {
        "username": name, "email": f"{name}@media.example", "first_name": name, "last_name": "Member",
        "roles": [{"name": role}], "password": PASSWORD,
    }  # fmt: skip
    with client_of(system) as admin:
        answer = httpx.post(f"{url}/auth/fab/v1/users", json=body, headers=admin.headers, timeout=60)
    assert answer.status_code in (200, 201, 409), answer.text
