"""The video of a task as a file to play."""

from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from media_ai.catalog.results import ResultRepository, RunKey
from media_ai.errors import ErrorKind, InputError, NotFoundError
from media_ai.store.media_files import MediaFiles

LINK_LIVES_S = 6 * 3600
"""Longer than a film is watched; players ask for parts of the file all the while."""


def video_file(
    results: ResultRepository, run: RunKey, files: MediaFiles, link: Callable[[str], SecretStr]
) -> Path | SecretStr:
    """
    Return the file of a task's video if it is here, a link to it if it is in OSS; only what tasks may read.

    Args:
        results: The record of runs.
        run: Which task.
        files: Opens users' files.
        link: Signs a link to an object; it is a secret.

    Raises:
        NotFoundError: Nothing is known of the run, or its video is not there any more.
        InputError: The video lies where tasks may not read; of the kind PERMISSION.
    """
    row = results.run(run)
    address = (row["input"] or {}).get("video") or row["uri"]
    if not address:
        raise NotFoundError(f"No video of task '{run.run_id}' is known.")
    try:
        if address.startswith("oss://"):
            files.identity(address, what="video")
            return link(address)
        return files.local_path(address, what="video")
    except InputError as exc:
        if exc.kind is ErrorKind.PERMISSION:
            raise
        raise NotFoundError(f"The video cannot be played. {exc.message}") from exc
