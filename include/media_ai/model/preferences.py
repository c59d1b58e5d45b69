"""In which language and timezone people read: those of the server, and of each member."""

from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ConfigDict, Field, field_validator

from media_ai.model.base import Model

LANGUAGE_TAG = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"
"""A BCP 47 tag, such as en or zh-Hans."""
OF_VIDEO = "video"
"""In place of a tag: what is written about a video is in its own language."""

PageLanguage = Literal["en", "zh"]


class Preferences(Model):
    """What somebody has chosen; None leaves it to what holds otherwise."""

    # The API takes it as a body, which FastAPI can only read with a model that is built.
    model_config = ConfigDict(defer_build=False)

    output_language: str | None = Field(
        default=None,
        max_length=40,
        pattern=LANGUAGE_TAG,
        description='What models write in: a BCP 47 tag, or "video" for the language of each video.',
    )
    page_language: PageLanguage | None = Field(
        default=None, description="Of the product's pages; None is the language of Airflow's pages."
    )
    timezone: str | None = Field(default=None, max_length=60, description="IANA name, such as Asia/Shanghai.")

    @field_validator("timezone")
    @classmethod
    def _exists(cls, value: str | None) -> str | None:
        if value is not None and value not in timezones():
            raise ValueError("is no timezone; use a name such as Asia/Shanghai")
        return value

    def over(self, fallback: "Preferences") -> "Preferences":
        """Return these, with those of `fallback` where nothing is chosen."""
        chosen = {name: value for name, value in self.model_dump().items() if value is not None}
        return fallback.model_copy(update=chosen)

    @property
    def language(self) -> str:
        """What models write in: a tag, or "video"."""
        return self.output_language or OF_VIDEO

    @property
    def zone(self) -> ZoneInfo:
        """The timezone; UTC where none is chosen."""
        return ZoneInfo(self.timezone or "UTC")


@cache
def timezones() -> tuple[str, ...]:
    """Return the names of all timezones."""
    return tuple(sorted(available_timezones()))
