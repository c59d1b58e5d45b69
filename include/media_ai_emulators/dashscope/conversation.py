"""A chat request in one form, whichever of the two protocols it came in."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from media_ai_emulators.dashscope.errors import invalid
from media_ai_emulators.dashscope.media import MediaFile, MediaFiles, Unreachable
from media_ai_emulators.refusal import Refusal

BLOCKED = "EMULATOR-BLOCKED-CONTENT"
"""A text with this word is refused as inappropriate content, and so is a picture with it among its bytes."""
_TIME = re.compile(r"<(\d+(?:\.\d+)?) ?s(?:econds?)?>")
_PATCH = 28


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture that was sent."""

    file: MediaFile

    @property
    def tokens(self) -> int:
        """One for each 28 x 28 pixels, and two around it; a picture elsewhere counts as 640 x 360."""
        width, height = self.file.pixels or (640, 360)
        return math.ceil(width / _PATCH) * math.ceil(height / _PATCH) + 2

    def __str__(self) -> str:
        return f"{self.file.pixels[0]}x{self.file.pixels[1]}" if self.file.pixels else self.file.name


@dataclass(kw_only=True)
class Conversation:
    """What was asked. `videos` are the frames of each video; one that is a file of its own has that one member."""

    model: str
    texts: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    videos: list[list[Picture]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All texts, system and user."""
        return "\n".join(self.texts)

    @property
    def times(self) -> tuple[float, ...]:
        """The times in seconds that markers such as <12.5 seconds> give, in order."""
        return tuple(float(time) for time in _TIME.findall(self.text))

    @property
    def text_tokens(self) -> int:
        """A token for each four bytes."""
        return count_tokens(self.text)

    @property
    def image_tokens(self) -> int:
        """The tokens of all pictures."""
        return sum(picture.tokens for picture in self.pictures)

    @property
    def video_tokens(self) -> int:
        """The tokens of all videos, half of what their frames would cost as pictures."""
        return sum(picture.tokens for frames in self.videos for picture in frames) // 2

    @property
    def input_tokens(self) -> int:
        """All tokens."""
        return self.text_tokens + self.image_tokens + self.video_tokens

    def described(self) -> str:
        """Return a sentence with everything that could be counted."""
        parts = [f"{len(self.pictures)} images"]
        if self.pictures:
            parts[0] += f" ({', '.join(str(picture) for picture in self.pictures[:16])})"
        parts += [f"a video of {len(frames)} frames" for frames in self.videos]
        if self.times:
            parts.append(f"times {', '.join(f'{time:g}' for time in self.times[:16])}")
        parts.append(f"{len(self.text)} characters")
        return f"{self.model} was given {', '.join(parts)}."

    def schema_in_text(self) -> dict[str, Any] | None:
        """Return the first JSON Schema that a text contains."""
        decoder = json.JSONDecoder()
        for text in self.texts:
            for found in re.finditer(r"\{", text):
                try:
                    value, _ = decoder.raw_decode(text, found.start())
                except ValueError:
                    continue
                if isinstance(value, dict) and ("properties" in value or "$ref" in value):
                    return value
        return None


def count_tokens(text: str) -> int:
    """Return a number of tokens that grows with the text."""
    return math.ceil(len(text.encode()) / 4)


def read_conversation(model: str, messages: Any, files: MediaFiles, request: Request) -> Conversation:
    """
    Return what the messages of either protocol say.

    Raises:
        Refusal: There are no messages, a file cannot be read, or the content is blocked.
    """
    if not isinstance(messages, list) or not messages or not all(isinstance(one, dict) for one in messages):
        raise invalid("Required parameter(s) missing or invalid: messages")
    conversation = Conversation(model=model)
    for message in messages:
        content = message.get("content")
        parts = content if isinstance(content, list) else [{"text": content or ""}]
        for part in parts:
            for kind, value in _pieces(part):
                _add(conversation, kind, value, files, request)
    if BLOCKED in conversation.text or any(is_blocked(picture.file) for picture in conversation.pictures):
        raise blocked()
    return conversation


def is_blocked(file: MediaFile) -> bool:
    """Tell whether a picture counts as inappropriate."""
    return BLOCKED.encode() in file.head


def blocked() -> Refusal:
    """Return the error of inappropriate content."""
    return Refusal(400, "DataInspectionFailed", "Input data may contain inappropriate content.")


def _pieces(part: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (kind, value): {"image": url} natively, {"type": "image_url", "image_url": {"url": url}} in OpenAI's form."""
    for native in ("text", "image", "video", "audio"):
        if native in part:
            yield native, part[native]
    for openai in ("image_url", "video_url"):
        if openai in part:
            value = part[openai]
            yield openai.removesuffix("_url"), value["url"] if isinstance(value, dict) else value


def _add(conversation: Conversation, kind: str, value: Any, files: MediaFiles, request: Request) -> None:
    if kind == "text":
        conversation.texts.append(str(value))
    elif kind == "image":
        conversation.pictures.append(_picture(value, files, request))
    elif kind == "video":
        frames = value if isinstance(value, list) else [value]
        conversation.videos.append([_picture(frame, files, request) for frame in frames])
    else:
        _picture(value, files, request)


def _picture(address: Any, files: MediaFiles, request: Request) -> Picture:
    try:
        return Picture(file=files.find(str(address), request))
    except Unreachable as problem:
        raise Refusal(400, "InvalidParameter", f"Failed to download multimodal content. {problem}") from None
