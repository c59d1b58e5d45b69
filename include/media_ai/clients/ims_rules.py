"""
What RegisterMediaInfo takes: every parameter of the SDK's model under its rule.

What is too long is cut where a reader sees a border, and said; what cannot be cut without losing its meaning (an address, JSON)
is left out and said, or refused. Rules: the SDK's own comments on RegisterMediaInfoRequest.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from media_ai.clients.service_text import Clipped, clean_tags, clip_bytes, fit_json
from media_ai.clients.unsigned import is_signed
from media_ai.model.base import Model

MediaType = Literal["image", "video", "audio", "text"]
BusinessType = Literal["general", "opening", "ending", "watermark", "subtitles", "font"]
SmartTagTemplate = Literal["S00000101-300080", "S00000103-000001", "S00000103-000002"]
"""NLP; NLP and all kinds of tags; all kinds of tags without NLP."""

TITLE_BYTES, COVER_BYTES, DESCRIPTION_BYTES, USER_DATA_BYTES = 128, 128, 1024, 1024
MOST_TAGS, TAG_BYTES = 16, 32
_TEXT_BUSINESS = ("subtitles", "font")
_NAMESPACE = uuid.UUID("6f0c1f7e-55a9-5d8e-9a53-8d0b6a0f2d11")
"""Of our ClientTokens; any other would do, as long as it stays."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Parameters as they are sent, and what was changed on the way, a sentence each."""

    parameters: Mapping[str, Any]
    notices: tuple[str, ...]


class MediaTexts(Model):
    """What people read of a media asset; UpdateMediaInfo takes the same."""

    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    cover_url: str = ""
    user_data: dict[str, Any] = Field(default_factory=dict)
    optional_user_data: tuple[str, ...] = Field(
        default=(), description="Keys of the user data that may be left out, the first one first."
    )
    business_type: BusinessType | None = None
    category_id: int | None = Field(default=None, ge=1, le=2**63 - 1)
    reference_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{6,64}$")

    def prepared(self) -> Prepared:
        """
        Return the parameters; those that have no value are left out.

        Raises:
            InputError: The user data do not fit, or are no JSON.
        """
        notices: list[str] = []
        tags = clean_tags(self.tags, most=MOST_TAGS, bytes_each=TAG_BYTES)
        parameters = {
            "Title": _said(clip_bytes(self.title.strip(), TITLE_BYTES), "The title", TITLE_BYTES, notices),
            "Description": _said(
                clip_bytes(self.description.strip(), DESCRIPTION_BYTES, has_ellipsis=True),
                "The description",
                DESCRIPTION_BYTES,
                notices,
            ),
            "MediaTags": ",".join(tags.tags),
            "CoverURL": self._cover(notices),
            "UserData": self._user_data(notices),
            "BusinessType": self.business_type,
            "CateId": self.category_id,
            "ReferenceId": self.reference_id,
        }
        sent = {name: value for name, value in parameters.items() if value not in (None, "")}
        return Prepared(parameters=sent, notices=(*notices, *tags.notices))

    def _cover(self, notices: list[str]) -> str:
        """Return the address of the cover, which is never cut: a part of an address leads nowhere."""
        size = len(self.cover_url.encode("utf-8", "surrogatepass"))
        if size > COVER_BYTES:
            notices.append(f"The cover's address was left out: it has {size} bytes, the service takes {COVER_BYTES}.")
            return ""
        if is_signed(self.cover_url.partition("?")[2]):
            notices.append("The cover's address was left out: it is signed, and will stop working. Use a public one.")
            return ""
        return self.cover_url

    def _user_data(self, notices: list[str]) -> str:
        if not self.user_data:
            return ""
        fitted = fit_json(self.user_data, USER_DATA_BYTES, optional=self.optional_user_data)
        if fitted.dropped:
            notices.append(
                f"Left out of the user data, which may have {USER_DATA_BYTES} bytes: {', '.join(fitted.dropped)}."
            )
        return "" if fitted.text == "{}" else fitted.text


class RegisterMedia(MediaTexts):
    """
    A registration. Sprite and snapshot are made, and billed, unless they are refused: that is the default here.

    Overwriting deletes the asset that has the address and gives the new one another id, so that links to the old one break.
    """

    input_url: str = Field(min_length=1, description="As canonical_address makes it.")
    client_token: str = Field(
        pattern=r"^[0-9A-Za-z-]{32}$", description="The same at every try of the same registration."
    )
    media_type: MediaType | None = Field(
        default=None, description="Found by the service from the file's name if absent."
    )
    overwrite: bool = False
    need_sprite: bool = False
    need_snapshot: bool = False
    cover_start_s: float | None = Field(
        default=None, ge=0, le=10_000_000, description="Rounded to four decimal places."
    )
    search_library: str = Field(default="", max_length=64)
    smart_tag_template: SmartTagTemplate | None = None
    workflow_id: str = Field(default="", max_length=64)

    @model_validator(mode="after")
    def _text_has_business(self) -> Self:
        if self.media_type == "text" and self.business_type not in _TEXT_BUSINESS:
            raise ValueError("media of type text is subtitles or font; set the business type to one of them")
        return self

    def prepared(self) -> Prepared:
        texts = super().prepared()
        more = {
            "InputURL": self.input_url,
            "ClientToken": self.client_token,
            "MediaType": self.media_type,
            "Overwrite": True if self.overwrite else None,
            "RegisterConfig": self._config(),
            "SmartTagTemplateId": self.smart_tag_template,
            "WorkflowId": self.workflow_id,
        }
        sent = {name: value for name, value in more.items() if value not in (None, "")}
        return Prepared(parameters={**texts.parameters, **sent}, notices=texts.notices)

    def _config(self) -> str:
        # Truth values are texts here; a JSON false leaves the default, which makes both.
        config: dict[str, Any] = {
            "NeedSprite": str(self.need_sprite).lower(),
            "NeedSnapshot": str(self.need_snapshot).lower(),
        }
        if self.cover_start_s is not None:
            config["CoverConfig"] = {"StartTime": round(self.cover_start_s, 4)}
        if self.search_library:
            config["SearchLibName"] = self.search_library
        return json.dumps(config, separators=(",", ":"), ensure_ascii=False)


def client_token(*parts: str) -> str:
    """Return 32 hexadecimal digits that are the same for the same parts: a UUID of version 5."""
    return uuid.uuid5(_NAMESPACE, json.dumps(parts)).hex


def _said(clipped: Clipped, name: str, limit: int, notices: list[str]) -> str:
    notice = clipped.notice(name, limit)
    if notice:
        notices.append(notice)
    return clipped.text
