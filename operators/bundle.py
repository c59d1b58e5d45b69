"""
The versioned DAG bundle: published workflows from the catalog as one small file each.

A bundle version is the number of a publication. The folder of the newest state follows the catalog incrementally; the folder
of an older version holds each workflow as it was at that publication, so that a run stays on the version it started with.
A catalog that is down leaves the files that are there in place.
"""

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from airflow.dag_processing.bundles.base import BaseDagBundle, BundleVersion

from media_ai.catalog.database import Database
from media_ai.catalog.publications import Publication, PublicationLog
from media_ai.errors import MediaAIError
from media_ai.settings import load_settings
from operators.dag_file import dag_file_text

log = logging.getLogger(__name__)

_PARSED_DAG = "_AIRFLOW_PARSING_CONTEXT_DAG_ID"
_SEQ_FILE = ".seq"


class PublishedWorkflowBundle(BaseDagBundle):
    """Materialises published workflows below Airflow's bundle storage."""

    supports_versioning = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._publications = PublicationLog(Database(load_settings().catalog_url))

    @property
    def path(self) -> Path:
        """Folder of the bundle's version, or of the newest state."""
        return self.versions_dir / self.version if self.version else self.base_dir / "current"

    def get_current_version(self) -> BundleVersion:
        """Return the newest publication that the folder holds, or the version that was asked for."""
        return BundleVersion(version=self.version or str(self._seq()))

    def initialize(self) -> None:
        """Make the files ready; a version's once, the newest state's by a refresh."""
        self.path.mkdir(parents=True, exist_ok=True)
        if self.version:
            self._materialise_version(int(self.version))
        else:
            self.refresh()
        super().initialize()

    def refresh(self) -> None:
        """Bring the newest state up to date with the catalog."""
        if self.version:
            return
        self.path.mkdir(parents=True, exist_ok=True)
        with self.lock():
            try:
                news = self._publications.newest_after(self._seq())
            except MediaAIError as exc:
                log.error("The published workflows stay as they are: %s", exc.message)
                return
            self._write(news)
            if news:
                _replace(self.path / _SEQ_FILE, str(max(item.seq for item in news)))

    def _materialise_version(self, seq: int) -> None:
        # A task knows which workflow it belongs to: one file is written then, not all of them.
        slug = os.environ.get(_PARSED_DAG)
        if slug and (self.path / f"{slug}.py").exists():
            return
        try:
            self._write(self._publications.as_of(seq, slug=slug))
        except MediaAIError as exc:
            # Not raised: Airflow then finds no DAG and tries the task again later instead of failing it.
            log.error("Version %d of the published workflows cannot be read: %s", seq, exc.message)

    def _write(self, publications: Iterable[Publication]) -> None:
        for item in publications:
            file = self.path / f"{item.slug}.py"
            if item.kind == "removed":
                file.unlink(missing_ok=True)
            else:
                _replace(file, dag_file_text(item))

    def _seq(self) -> int:
        try:
            return int((self.base_dir / "current" / _SEQ_FILE).read_text())
        except (FileNotFoundError, ValueError):
            return 0


def _replace(file: Path, text: str) -> None:
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    temporary.write_text(text)
    temporary.replace(file)
