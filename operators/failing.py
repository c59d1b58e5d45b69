"""Errors of ours as Airflow's: what cannot pass fails at once, anything else is tried again."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowFailException

from media_ai.errors import MediaAIError, StoppedError

log = logging.getLogger(__name__)


@contextmanager
def failing_fast() -> Iterator[None]:
    """
    Translate the errors of a block.

    Raises:
        AirflowFailException: Trying again cannot help.
        MediaAIError: Trying again may help; Airflow retries.
    """
    try:
        yield
    except StoppedError:
        # After a stop Airflow refuses whatever state is reported; after a worker's shutdown it tries again.
        raise
    except MediaAIError as exc:
        # A line of its own: what went wrong stands in the log before Airflow's traceback.
        log.error("%s", exc.message)
        if exc.kind.is_retryable:
            raise
        raise AirflowFailException(exc.message) from exc
