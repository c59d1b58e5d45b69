"""qwen-vl-ocr: words with their places, for the task advanced_recognition."""

import json
from typing import Any

from media_ai_emulators.dashscope.conversation import Conversation
from media_ai_emulators.jobs import digest_number


def ocr_content(conversation: Conversation) -> list[dict[str, Any]]:
    """
    Return the content of an answer: three lines, placed by the size of the picture.

    `location` are the four corners x1, y1 … x4, y4 clockwise from the top left, `rotate_rect` centre x, centre y, width, height
    and angle in degrees, all in pixels of the picture.
    """
    words = [_word(conversation, line) for line in range(3)]
    text = (
        "```json\n"
        + json.dumps([{"rotate_rect": word["rotate_rect"], "text": word["text"]} for word in words])
        + "\n```"
    )
    return [{"ocr_result": {"words_info": words}, "text": text}]


def _word(conversation: Conversation, line: int) -> dict[str, Any]:
    file = conversation.pictures[0].file if conversation.pictures else None
    width, height = (file.pixels if file else None) or (640, 360)
    left, top, wide, high = width // 10, height * (line + 1) // 5, width // 2, height // 10
    right, bottom = left + wide, top + high
    number = digest_number(f"{file.name if file else ''}{file.size if file else 0}", 1000)
    return {
        "text": f"EMULATED LINE {line + 1} OF {number}",
        "location": [left, top, right, top, right, bottom, left, bottom],
        "rotate_rect": [left + wide // 2, top + high // 2, wide, high, 0],
    }
