"""
The versioned DAG bundle: published workflows from the catalog as one small file each.

A bundle version is the number of a publication and the identity of its catalog, such as 12-3fa9c2d1: numbers of another
catalog, or of a restored one, never mean the same. The folder of the newest state follows the catalog incrementally; the folder
of an older version holds each workflow as it was at that publication, so that a run stays on the version it started with.
A catalog that is down leaves the files that are there in place.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from airflow.dag_processing.bundles.base import BaseDagBundle, BundleVersion
from airflow.sdk import get_parsing_context

from media_ai.catalog.database import Database
from media_ai.catalog.publications import Publication, PublicationLog
from media_ai.errors import MediaAIError
from media_ai.model.base import Model
from media_ai.settings import load_settings
from media_ai.workflows.publishing import seq_of
from operators.dag_file import TEXT_VERSION, dag_file_text
from operators.files import replace

log = logging.getLogger(__name__)


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
        state = self._state()
        return BundleVersion(version=self.version or f"{state.seq}-{state.catalog_id}")

    def initialize(self) -> None:
        """Make the files ready; a version's once, the newest state's by a refresh."""
        self.path.mkdir(parents=True, exist_ok=True)
        if self.version:
            self._materialise_version(seq_of(self.version))
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
                self._follow(self._publications.catalog_id())
            except MediaAIError as exc:
                log.error("The published workflows stay as they are: %s", exc.message)

    def _follow(self, catalog_id: str) -> None:
        state = self._state()
        if (state.catalog_id, state.text_version) != (catalog_id, TEXT_VERSION):
            # Another catalog, or files that an older installation wrote: everything is written anew.
            state = _State(catalog_id=catalog_id)
            keep = {f"{item.slug}.py" for item in self._publications.all_current()}
            for file in self.path.glob("*.py"):
                if file.name not in keep:
                    file.unlink()
        news = self._publications.newest_after(state.seq)
        self._write(news)
        if news or not self._marker.exists():
            seq = max([state.seq, *(item.seq for item in news)])
            replace(self._marker, _State(catalog_id=catalog_id, seq=seq).model_dump_json())

    def _materialise_version(self, seq: int) -> None:
        # A task knows which workflow it belongs to: one file is written then, not all of them.
        slug = get_parsing_context().dag_id
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
                replace(file, dag_file_text(item))

    @property
    def _marker(self) -> Path:
        return self.base_dir / "current" / ".state.json"

    def _state(self) -> "_State":
        try:
            return _State.model_validate_json(self._marker.read_text())
        except (FileNotFoundError, ValueError):
            return _State()


class _State(Model):
    """What the folder of the newest state holds."""

    catalog_id: str = ""
    seq: int = 0
    text_version: int = TEXT_VERSION
