"""Times of commands: the shell's timezone, else the server's, else UTC; always named."""

from datetime import UTC, datetime

import pytest

from media_ai.catalog.preferences import PreferenceRecords
from media_ai.cli import moments
from media_ai.errors import ConfigurationError
from media_ai.model.preferences import Preferences

AT = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch):
    monkeypatch.delenv("TZ", raising=False)
    moments.zone.cache_clear()
    yield
    moments.zone.cache_clear()


@pytest.mark.parametrize(
    ("shell", "server", "shown", "heading"),
    [
        ("Asia/Kathmandu", "Asia/Tokyo", "2026-11-22 05:15", "at (Asia/Kathmandu)"),
        ("", "Asia/Tokyo", "2026-11-22 08:30", "at (Asia/Tokyo)"),
        ("nonsense/../zone", "Asia/Tokyo", "2026-11-22 08:30", "at (Asia/Tokyo)"),
        ("", None, "2026-11-21 23:30", "at (UTC)"),
    ],
)
def test_moments_are_in_the_timezone_of_whoever_reads(database, monkeypatch, shell, server, shown, heading):
    """Text of the API and moments of the catalog alike."""
    monkeypatch.setattr(moments.context, "database", lambda: database)
    monkeypatch.setenv("TZ", shell)
    PreferenceRecords(database).set_server(Preferences(timezone=server), by="test")
    assert moments.moment(AT) == moments.moment("2026-11-22T07:30:00+08:00") == shown
    assert moments.zoned("at") == heading
    assert moments.moment(None) == ""


def test_without_a_catalog_it_is_utc(monkeypatch):
    """A command that needs none still says when."""

    def none():
        raise ConfigurationError("There is no catalog.")

    monkeypatch.setattr(moments.context, "database", none)
    assert moments.moment(AT) == "2026-11-21 23:30"
