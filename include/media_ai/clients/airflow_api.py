"""Airflow's public REST API, as far as the product uses it from outside."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from media_ai.errors import ConflictError, ErrorKind, InputError, NotFoundError, ServiceError

_TIMEOUT_S = 30.0
_PAUSES_S = (0.1, 0.4, 1.0)
"""Between tries of a request that Airflow's database undid."""
_PAGE = 1000
_SMALL_PAGE = 100
"""Airflow's own limit for lists that are asked for by GET; it gives 50 if none is named."""
_LONGEST_NOTE = 1000
_KINDS = {401: ErrorKind.AUTH, 403: ErrorKind.PERMISSION, 429: ErrorKind.THROTTLED}


class AirflowApi:
    """A signed-in caller of one Airflow server. The token is asked for at the first call."""

    def __init__(
        self, url: str, user: str, password: str, *, token: str = "", transport: httpx.BaseTransport | None = None
    ) -> None:
        """
        Prepare calls; nothing is sent.

        Args:
            url: The server.
            user: The account to sign in with.
            password: Its password.
            token: That of somebody who is signed in already; user and password are not used then.
            transport: How requests reach the server, if not over the network.
        """
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=url, timeout=_TIMEOUT_S, trust_env=False, transport=transport, headers=headers
        )
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

    def trigger(
        self, dag_id: str, *, run_id: str, conf: Mapping[str, Any], note: str = "", run_after: datetime | None = None
    ) -> dict[str, Any]:
        """
        Start a run, not before `run_after` if that is given.

        Raises:
            InputError: Airflow refuses the configuration.
            NotFoundError: There is no such DAG.
            ConflictError: There is a run of this id.
        """
        body: dict[str, Any] = {"dag_run_id": run_id, "logical_date": None, "conf": dict(conf), "note": note or None}
        if run_after is not None:
            body["run_after"] = run_after.isoformat()
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
        found: list[dict[str, Any]] = []
        while True:
            params = {"limit": _SMALL_PAGE, "offset": len(found), "order_by": "id"}
            answer = self._call("GET", f"{_run_path(dag_id, run_id)}/taskInstances", params=params)["task_instances"]
            found += answer
            if len(answer) < _SMALL_PAGE:
                return found

    def task_log(self, dag_id: str, run_id: str, task_id: str, try_number: int) -> list[str]:
        """Return the lines that a task wrote."""
        path = f"{_run_path(dag_id, run_id)}/taskInstances/{_part(task_id)}/logs/{try_number}"
        content = self._call("GET", path, params={"full_content": True})["content"]
        return [line["event"] if isinstance(line, dict) else str(line) for line in content]

    def task_instances_of(self, runs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """Return the state of each task of several runs, given as (DAG id, run id), in one call for each thousand tasks."""
        found: list[dict[str, Any]] = []
        body: dict[str, Any] = {"dag_ids": sorted({dag for dag, _ in runs}), "dag_run_ids": [run for _, run in runs]}
        while runs:
            page = body | {"page_limit": _PAGE, "page_offset": len(found), "order_by": "id"}
            answer = self._call("POST", "/api/v2/dags/~/dagRuns/~/taskInstances/list", json=page)["task_instances"]
            found += answer
            if len(answer) < _PAGE:
                break
        return [item for item in found if (item["dag_id"], item["dag_run_id"]) in set(runs)]

    def mark_failed(self, dag_id: str, run_id: str, *, note: str) -> dict[str, Any]:
        """
        Stop a run. Tasks that run are told to end, which takes them some seconds; those that have not begun are skipped.

        The note is written before listeners hear of the end.
        """
        return self._call("PATCH", _run_path(dag_id, run_id), json={"state": "failed", "note": note[:_LONGEST_NOTE]})

    def set_note(self, dag_id: str, run_id: str, note: str) -> dict[str, Any]:
        """Write the note of a run."""
        return self._call("PATCH", _run_path(dag_id, run_id), json={"note": note[:_LONGEST_NOTE]})

    def delete_run(self, dag_id: str, run_id: str) -> bool:
        """Delete a run; return whether it was there."""
        try:
            self._call("DELETE", f"/api/v2/dags/{_part(dag_id)}/dagRuns/{_part(run_id)}")
        except NotFoundError:
            return False
        return True

    def clear(self, dag_id: str, run_id: str, *, on_latest_version: bool) -> dict[str, Any]:
        """Run all tasks of a run again, on the version it started with or on the latest."""
        body = {"dry_run": False, "only_failed": False, "run_on_latest_version": on_latest_version}
        return self._call("POST", f"{_run_path(dag_id, run_id)}/clear", json=body)

    def clear_new(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Run only those tasks that the latest version has and the run has not."""
        body = {"dry_run": False, "only_new": True, "run_on_latest_version": True}
        return self._call("POST", f"{_run_path(dag_id, run_id)}/clear", json=body)

    def clear_tasks(
        self, dag_id: str, run_id: str, task_ids: Sequence[str], *, on_latest_version: bool
    ) -> dict[str, Any]:
        """Run some tasks of a run again, and all that come after them, skipped ones included."""
        body = {
            "dag_run_id": run_id,
            "task_ids": list(task_ids),
            "dry_run": False,
            "only_failed": False,
            "include_downstream": True,
            "run_on_latest_version": on_latest_version,
        }
        return self._call("POST", f"/api/v2/dags/{_part(dag_id)}/clearTaskInstances", json=body)

    def backfill(
        self, dag_id: str, *, start: datetime, end: datetime, reprocess: str, backwards: bool, max_active_runs: int
    ) -> dict[str, Any]:
        """
        Have a scheduled DAG run over intervals of the past; return the backfill's record.

        Raises:
            InputError: No interval lies in the time.
            ConflictError: A backfill of this DAG is under way.
        """
        body = {
            "dag_id": dag_id,
            "from_date": start.isoformat(),
            "to_date": end.isoformat(),
            "reprocess_behavior": reprocess,
            "run_backwards": backwards,
            "max_active_runs": max_active_runs,
            "dag_run_conf": {},
        }
        return self._call("POST", "/api/v2/backfills", json=body)

    def backfills(self, dag_id: str, *, limit: int = 20) -> list[dict[str, Any]]:
        """Return the backfills of a DAG, the newest first."""
        params = {"dag_id": dag_id, "limit": limit, "order_by": "-id"}
        return list(self._call("GET", "/api/v2/backfills", params=params)["backfills"])

    def questions(
        self, *, dag_id: str = "~", run_id: str = "~", limit: int = 100, offset: int = 0
    ) -> list[dict[str, Any]]:
        """Return the questions that wait for a person, of a run or of all that the caller can see, the oldest first."""
        params = {"response_received": False, "state": "awaiting_input", "order_by": "created_at"}
        path = f"{_run_path(dag_id, run_id)}/hitlDetails"
        return list(self._call("GET", path, params={**params, "limit": limit, "offset": offset})["hitl_details"])

    def question(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]:
        """Return what a task asks or asked last; raise NotFoundError if it never asked."""
        return self._call("GET", _question_path(dag_id, run_id, task_id))

    def answer(self, dag_id: str, run_id: str, task_id: str, *, option: str, said: Mapping[str, Any]) -> None:
        """
        Answer what a task asks.

        Raises:
            ConflictError: It was answered already.
            NotFoundError: It asks nothing.
        """
        self._call(
            "PATCH",
            _question_path(dag_id, run_id, task_id),
            json={"chosen_options": [option], "params_input": dict(said)},
        )

    def event_logs(
        self,
        *,
        included: Sequence[str],
        owner: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        limit: int = 50,
    ) -> list[dict[str, Any]]:
        """Return what Airflow's log of actions says of some events, the newest first; nothing for no events."""
        if not included:
            return []
        given = {"owner": owner, "after": after and after.isoformat(), "before": before and before.isoformat()}
        params = {"limit": limit, "order_by": "-when", "included_events": list(included)}
        params |= {name: value for name, value in given.items() if value is not None}
        return list(self._call("GET", "/api/v2/eventLogs", params=params)["event_logs"])

    def get(self, path: str) -> dict[str, Any]:
        """Return the JSON at a path of the same server, ours included."""
        return self._call("GET", path)

    def patch(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change what is at a path of the same server, ours included; return it."""
        return self._call("PATCH", path, json=dict(body))

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        if "authorization" not in self._http.headers:
            self._sign_in()
        for pause_s in (*_PAUSES_S, None):
            reply = self._send(method, path, **request)
            if pause_s is None or not _was_rolled_back(reply):
                break
            time.sleep(pause_s)
        if reply.status_code >= 400:
            raise self._refused(reply, f"{method} {path}")
        return dict(reply.json()) if reply.content else {}

    def _sign_in(self) -> None:
        reply = self._send("POST", "/auth/token", json={"username": self._user, "password": self._password})
        if reply.status_code >= 500:
            raise self._refused(reply, "the sign-in")
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


def _was_rolled_back(reply: httpx.Response) -> bool:
    """
    Tell whether a request failed in Airflow's database, where nothing of it is left.

    Stopping or clearing a run locks the rows that the scheduler and the run's own tasks change, in another order: PostgreSQL ends
    one of the two with "deadlock detected" (seen with 3.3.2).
    """
    return reply.status_code == httpx.codes.INTERNAL_SERVER_ERROR and "Database error" in reply.text


def _part(text: str) -> str:
    if text in {"", ".", ".."}:
        # These would lead to another address.
        raise NotFoundError(f"There is nothing of the name '{text}' in Airflow.")
    return quote(text, safe="~")


def _run_path(dag_id: str, run_id: str) -> str:
    return f"/api/v2/dags/{_part(dag_id)}/dagRuns/{_part(run_id)}"


def _question_path(dag_id: str, run_id: str, task_id: str) -> str:
    return f"{_run_path(dag_id, run_id)}/taskInstances/{_part(task_id)}/-1/hitlDetails"
