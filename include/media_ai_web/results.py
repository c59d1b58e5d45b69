"""Routes that read what tasks produced."""

from functools import cache

from fastapi import APIRouter

from media_ai.catalog.database import Database
from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.settings import load_settings
from media_ai.store.artifacts import ArtifactStore
from media_ai.store.opening import open_store
from media_ai.tasks.result import TaskResult, read_result

router = APIRouter(tags=["Tasks"])


@router.get("/tasks/{dag_id}/{run_id}/result", summary="Read a task's result")
def task_result(dag_id: str, run_id: str) -> TaskResult:
    """Return everything that the task produced so far; `state` tells whether it has ended."""
    results, store = _services()
    return read_result(results, store, RunKey(dag_id=dag_id, run_id=run_id))


@cache
def _services() -> tuple[ResultRepository, ArtifactStore]:
    settings = load_settings()
    return ResultRepository(Database(settings.catalog_url)), open_store(settings.store_address)
