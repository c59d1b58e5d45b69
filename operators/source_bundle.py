"""The DAG bundle of sources: a small file for each source in the catalog. It has no versions: a look uses what is saved now."""

import json
import logging
from pathlib import Path
from pprint import pformat
from typing import Any

from airflow.dag_processing.bundles.base import BaseDagBundle

from media_ai.catalog.database import Database
from media_ai.errors import MediaAIError
from media_ai.settings import load_settings
from media_ai.sources.library import SavedSource, SourceLibrary
from operators.files import replace

log = logging.getLogger(__name__)

_TEXT = '''"""Generated from the source {slug!r}. Change it on its page or with `media-ai source`."""
# airflow looks for its name and the word dag before it parses a file

from operators.ingest import build_ingest_dag

source = {source}

dag = build_ingest_dag(source, since={since!r})
'''
_TEXT_VERSION = 1


class SourceBundle(BaseDagBundle):
    """Materialises sources below Airflow's bundle storage; a catalog that is down leaves the files that are there in place."""

    supports_versioning = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._library = SourceLibrary(Database(load_settings().catalog_url))

    @property
    def path(self) -> Path:
        """Folder of the files."""
        return self.base_dir / "current"

    def get_current_version(self) -> None:
        """Return nothing: there are no versions."""
        return

    def initialize(self) -> None:
        """Make the files ready."""
        self.refresh()
        super().initialize()

    def refresh(self) -> None:
        """Bring the files up to date with the catalog."""
        self.path.mkdir(parents=True, exist_ok=True)
        with self.lock():
            try:
                self._follow()
            except MediaAIError as exc:
                log.error("The sources stay as they are: %s", exc.message)

    def _follow(self) -> None:
        now = {slug: [number, _TEXT_VERSION] for slug, number in self._library.numbers().items()}
        before = self._written()
        if now == before:
            return
        for saved in self._library.all():
            if before.get(saved.source.slug) != [saved.number, _TEXT_VERSION]:
                replace(self._file(saved.source.slug), source_file_text(saved))
        for slug in before.keys() - now.keys():
            self._file(slug).unlink(missing_ok=True)
        replace(self._marker, json.dumps(now))

    def _file(self, slug: str) -> Path:
        return self.path / f"{slug}.py"

    @property
    def _marker(self) -> Path:
        return self.path / ".state.json"

    def _written(self) -> dict[str, list[int]]:
        try:
            found = json.loads(self._marker.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def source_file_text(saved: SavedSource) -> str:
    """Return a Python file with the source as a literal, readable in Airflow's Code tab."""
    return _TEXT.format(
        slug=saved.source.slug,
        source=pformat(saved.source.model_dump(mode="json"), width=110, sort_dicts=False),
        since=saved.since.isoformat(),
    )
