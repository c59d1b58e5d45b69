"""On-screen text read by a model elsewhere, a picture at a time: Qwen-OCR, or any model that sees and answers in JSON."""

from dataclasses import dataclass
from typing import Any

from media_ai.clients.model_studio_ocr import Point, read_picture, reads_places
from media_ai.clients.models import ModelRequest, Picture, split_model
from media_ai.errors import ErrorKind, ServiceError
from media_ai.job import Job
from media_ai.media.screen_tracks import ScreenLine
from media_ai.model.text import Box
from media_ai.model.vision import Frame, FrameSet
from media_ai.store.artifacts import Usage

PROMPT = """\
You read the text in a picture from a video. Write down each line exactly as it is shown, in its own language and script:
captions, slides, signs, labels, names. Do not translate, complete or describe, and leave out what cannot be read."""

_UNKNOWN_PLACE = Box(left=0, top=0, width=1, height=1)


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a model read in a picture; `is_refused` by a content filter."""

    lines: tuple[ScreenLine, ...]
    is_refused: bool = False


class ModelReader:
    """Reads frames by a model; each picture is paid for once for this work, whatever becomes of the try."""

    def __init__(self, model: str, prompt: str, frames: FrameSet, job: Job) -> None:
        self._model = model
        self._prompt = prompt
        self._size = (frames.width, frames.height)
        self._job = job

    def read(self, frame: Frame) -> Read:
        """
        Return the lines of a frame's picture, from the top.

        Raises:
            ServiceError: The service failed, or refused for another reason than what the picture shows.
        """
        provider, name = split_model(self._model)
        try:
            is_ocr = provider == "modelstudio" and reads_places(name)
            found = self._by_ocr(name, frame) if is_ocr else self._by_asking(frame)
        except ServiceError as exc:
            if exc.kind is not ErrorKind.BLOCKED_CONTENT:
                raise
            return Read(lines=(), is_refused=True)
        # No model of a kind says how sure it is: 1 lets the first reading of a line that stays stand.
        lines = [ScreenLine(text=text, box=box, confidence=1.0) for text, box in found]
        return Read(lines=tuple(sorted(lines, key=lambda line: (line.box.top, line.box.left))))

    def _by_asking(self, frame: Frame) -> list[tuple[str, Box]]:
        picture = Picture(time=frame.time, jpeg=self._job.store.read(frame.image))
        reply = self._job.ask(self._model, _request(self._prompt, picture))
        return [(text, _inside(line["box"])) for line in reply.data["lines"] if (text := line["text"].strip())]

    def _by_ocr(self, model: str, frame: Frame) -> list[tuple[str, Box]]:
        kept = self._job.keep(f"read-{frame.image.sha256}", lambda: self._recognized(model, frame))
        self._job.usage.append(Usage.model_validate(kept["usage"]))
        if kept["is_cut"]:
            self._job.notice(f"The frame at {frame.time} holds more text than fits into an answer of {self._model}.")
        return [(line["text"], Box(**line["box"])) for line in kept["lines"]]

    def _recognized(self, model: str, frame: Frame) -> dict[str, Any]:
        width, height = self._size
        picture = self._job.store.read(frame.image)
        reply = read_picture(model, picture, self._job.access, pixels=width * height)
        lines = [{"text": word.text, "box": _around(word.corners, width, height).model_dump()} for word in reply.words]
        return {"lines": lines, "usage": reply.usage.model_dump(mode="json"), "is_cut": reply.is_cut}


def _request(prompt: str, picture: Picture) -> ModelRequest:
    share = {"type": "number", "minimum": 0, "maximum": 1}
    sides = ("left", "top", "width", "height")
    box = {"type": "object", "properties": dict.fromkeys(sides, share), "required": list(sides)}
    line = {"type": "object", "properties": {"text": {"type": "string"}, "box": box}, "required": ["text", "box"]}
    return ModelRequest(
        instructions=prompt,
        text=(
            "Answer with the lines of this picture from the top, none if there is no text. Boxes are fractions of the picture's "
            "width and height, 0 to 1, from the top left."
        ),
        pictures=(picture,),
        output_schema={
            "type": "object",
            "properties": {"lines": {"type": "array", "items": line}},
            "required": ["lines"],
        },
    )


def _around(corners: tuple[Point, ...], width: int, height: int) -> Box:
    """Return the upright rectangle around points in pixels, as fractions of the picture."""
    if not corners:
        return _UNKNOWN_PLACE
    left, right = (pick(x for x, _ in corners) / width for pick in (min, max))
    top, bottom = (pick(y for _, y in corners) / height for pick in (min, max))
    return _inside({"left": left, "top": top, "width": right - max(left, 0), "height": bottom - max(top, 0)})


def _inside(box: dict[str, float]) -> Box:
    left, top = (min(max(box[side], 0.0), 1.0) for side in ("left", "top"))
    width, height = max(box["width"], 0.0), max(box["height"], 0.0)
    return Box(left=left, top=top, width=min(width, 1 - left), height=min(height, 1 - top))
