"""What happens in the process that looks at a source."""

from collections.abc import Callable
from datetime import datetime

from media_ai.catalog.source_items import SourceItems
from media_ai.settings import load_settings
from media_ai.sources.listing import list_source
from media_ai.sources.looking import Look, look
from media_ai.sources.metadata import Metadata
from media_ai.sources.reading import text_reader
from media_ai.sources.schema import Source, Window
from media_ai.sources.starting import SourceStarter
from operators.credentials import credentials_of
from operators.start_run import start_run
from operators.worker import catalog


def look_at(source: Source, window: Window, interval: datetime | None) -> tuple[Look, SourceItems]:
    """Look at a source; return what was found, and the record, which is not changed yet."""
    items = items_of(source)
    listing = list_source(source, credentials_of)
    read = text_reader(load_settings().media_files(credentials_of))
    metadata = Metadata(source, listing, read)
    return look(source, listing, items.known(), metadata, window, interval_start=interval), items


def start_some(source: Source, interval: datetime | None, check: Callable[[], None]) -> int:
    """Start as many tasks as there is room for; return how many."""
    return SourceStarter(source, catalog(), start_run).start(interval, check=check)


def room_of(source: Source) -> int:
    """Return how many tasks of a source may be started now."""
    return SourceStarter(source, catalog(), start_run).room()


def items_of(source: Source) -> SourceItems:
    """Return the record of what a source has found."""
    return SourceItems(catalog(), source.slug)
