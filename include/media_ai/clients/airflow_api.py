"""Airflow's public REST API, as far as the product uses it from outside."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from media_ai.errors import ConflictError, ErrorKind, InputError, NotFoundError, ServiceError

_TIMEOUT_S = 30.0
_KINDS = {401: ErrorKind.AUTH, 403: ErrorKind.PERMISSION, 429: ErrorKind.THROTTLED}


class AirflowApi:
    """A signed-in caller of one Airflow server. The token is asked for at the first call."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=_TIMEOUT_S, trust_env=False)
        self._user = user
        self._password = password
        self.url = url

    def dag(self, dag_id: str) -> dict[str, Any] | None:
        """Return a DAG's record, or None if Airflow does not know it."""
        try:
            return self._call("GET", f"/api/v2/dags/{_part(dag_id)}")
        except NotFoundError:
            return None

    def newest_dag_version(self, dag_id: str) -> dict[str, Any] | None:
        """Return the newest version of a DAG that Airflow has serialised, or None."""
        path = f"/api/v2/dags/{_part(dag_id)}/dagVersions"
        try:
            found = self._call("GET", path, params={"order_by": "-version_number", "limit": 1})["dag_versions"]
        except NotFoundError:
            return None
        return found[0] if found else None

    def trigger(self, dag_id: str, *, run_id: str, conf: Mapping[str, Any], note: str = "") -> dict[str, Any]:
        """
        Start a run.

        Raises:
            InputError: Airflow refuses the configuration.
            NotFoundError: There is no such DAG.
            ConflictError: There is a run of this id.
        """
        body = {"dag_run_id": run_id, "logical_date": None, "conf": dict(conf), "note": note or None}
        return self._call("POST", f"/api/v2/dags/{_part(dag_id)}/dagRuns", json=body)

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Return a run's record; raise NotFoundError if there is none."""
        return self._call("GET", _run_path(dag_id, run_id))

    def runs(self, *, limit: int, states: tuple[str, ...] = (), dag_id: str = "~") -> list[dict[str, Any]]:
        """Return the newest runs first, of one DAG or of all."""
        params: dict[str, Any] = {"limit": limit, "order_by": "-run_after", "state": list(states)}
        found = self._call("GET", f"/api/v2/dags/{_part(dag_id)}/dagRuns", params=params)["dag_runs"]
        return list(found)

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the state of each task of a run."""
        return list(self._call("GET", f"{_run_path(dag_id, run_id)}/taskInstances")["task_instances"])

    def task_log(self, dag_id: str, run_id: str, task_id: str, try_number: int) -> list[str]:
        """Return the lines that a task wrote."""
        path = f"{_run_path(dag_id, run_id)}/taskInstances/{_part(task_id)}/logs/{try_number}"
        content = self._call("GET", path, params={"full_content": True})["content"]
        return [line["event"] if isinstance(line, dict) else str(line) for line in content]

    def clear(self, dag_id: str, run_id: str, *, on_latest_version: bool) -> dict[str, Any]:
        """Run all tasks of a run again, on the version it started with or on the latest."""
        body = {"dry_run": False, "only_failed": False, "run_on_latest_version": on_latest_version}
        return self._call("POST", f"{_run_path(dag_id, run_id)}/clear", json=body)

    def get(self, path: str) -> dict[str, Any]:
        """Return the JSON at a path of the same server, ours included."""
        return self._call("GET", path)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        if "authorization" not in self._http.headers:
            self._sign_in()
        reply = self._send(method, path, **request)
        if reply.status_code >= 400:
            raise self._refused(reply, f"{method} {path}")
        return dict(reply.json())

    def _sign_in(self) -> None:
        reply = self._send("POST", "/auth/token", json={"username": self._user, "password": self._password})
        if reply.status_code >= 400:
            raise ServiceError(
                f"Airflow at {self.url} refuses the user '{self._user}' (HTTP {reply.status_code}). Check the password.",
                service="airflow",
                code=str(reply.status_code),
                kind=ErrorKind.AUTH,
            )
        self._http.headers["authorization"] = f"Bearer {reply.json()['access_token']}"

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **request)
        except httpx.HTTPError as exc:
            raise ServiceError(
                f"Airflow at {self.url} does not answer ({type(exc).__name__}). Is the system up? Try 'make up'.",
                service="airflow",
                code=type(exc).__name__,
                kind=ErrorKind.TRANSIENT,
            ) from exc

    def _refused(self, reply: httpx.Response, what: str) -> Exception:
        try:
            detail = reply.json().get("detail", reply.text)
        except ValueError:
            detail = reply.text
        sentence = str(detail)[:600]
        match reply.status_code:
            case 404:
                return NotFoundError(sentence)
            case 409:
                return ConflictError(sentence)
            case 400 | 422:
                return InputError(sentence)
            case status:
                kind = _KINDS.get(status, ErrorKind.TRANSIENT)
                return ServiceError(
                    f"Airflow answered HTTP {status} to {what}: {sentence}",
                    service="airflow",
                    code=str(status),
                    kind=kind,
                )


def _part(text: str) -> str:
    return quote(text, safe="~")


def _run_path(dag_id: str, run_id: str) -> str:
    return f"/api/v2/dags/{_part(dag_id)}/dagRuns/{_part(run_id)}"
