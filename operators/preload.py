"""Import what nodes need once in the process that forks the workers, so that no task waits for it."""

import logging
from collections.abc import Sequence
from importlib import import_module

from pydantic import BaseModel

from media_ai.model.base import Model

log = logging.getLogger(__name__)

# Not Celery's workers: Airflow loads plugins there only in the process of a task, which would import all this for itself (3.3.2).
_FORKING = ("scheduler", "standalone")
# What every task imports, and dashscope: slow to import, and used with Model Studio in hand-written DAGs too.
_OURS = (
    "airflow.providers.standard.decorators.python",
    "dashscope",
    "media_ai.media.words",
    "operators.bundle",
    "operators.source_bundle",
    "operators.triggers",
    "operators.worker",
    "psycopg2",
)


def preload_if_forking(arguments: Sequence[str]) -> None:
    """Preload if this process is one whose children run tasks; the API server and others stay small."""
    if any(argument in _FORKING for argument in arguments):
        preload()


def preload() -> None:
    """Import the modules that the node types name, and the worker's own."""
    from media_ai.nodes import node_types

    modules = {*_OURS, *(name for kind in node_types().values() for name in kind.preload)}
    for name in sorted(modules):
        try:
            import_module(name)
        except Exception as exc:
            # A package that is missing matters only to the nodes that use it, and they say so.
            log.warning("'%s' was not imported ahead of time: %s", name, exc)
    _build(Model)


def _build(cls: type[BaseModel]) -> None:
    """Build the models whose building was put off, which every task would do for itself otherwise."""
    cls.model_rebuild(raise_errors=False)
    for derived in cls.__subclasses__():
        _build(derived)
