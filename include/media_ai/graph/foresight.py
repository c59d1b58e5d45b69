"""
What a node will probably do to a video that nobody has worked on yet: for quotes, where there is no history to go by.

The numbers are rules of thumb, made for a talk or a report of average density; each says where it comes from.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

SPEECH_TOKENS_PER_S = 3.0
"""Of a written transcript with its times: about 130 words a minute, of which each is 1.3 tokens."""
FRAME_TEXT_TOKENS = 80
"""Of what a model says of one frame, in JSON."""
SCREEN_TEXT_TOKENS = 40
"""Of the text in one frame."""
PROMPT_TOKENS = 300
"""Of a node's instructions, its schema and the form around them."""
SUMMARY_TOKENS = 900
"""Of a summary with chapters and keywords, in JSON."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """
    What will probably be there when a node begins.

    Attributes:
        video_s: Length of the video.
        width, height: Of its picture, or of the frames that were made from it.
        frames: That arrive.
        texts: Tokens of the text that arrives, by input port.
    """

    video_s: float
    width: int = 1280
    height: int = 720
    has_sound: bool = True
    has_subtitles: bool = False
    frames: float = 0
    texts: Mapping[str, float] = field(default_factory=dict)

    @property
    def text_tokens(self) -> float:
        """Tokens of all text that arrives; a joined text holds what it was joined from."""
        return self.texts.get("text") or sum(self.texts.values())

    @property
    def tokens_of_frame(self) -> float:
        """Tokens of a frame for a model that sees: one for each 28 x 28 pixels, two around it, and its time marker."""
        return math.ceil(self.width / 28) * math.ceil(self.height / 28) + 2 + 6


@dataclass(frozen=True, kw_only=True)
class Work:
    """
    What a node will probably do.

    Attributes:
        model: "provider/model" that is asked; empty for none.
        frames: That it makes or looks at.
        gives_frames: That leave it.
        gives_width: Of the frames that leave it; the height follows. 0 is as they came.
        gives_tokens: Tokens of the text that leaves it.
    """

    model: str = ""
    calls: float = 0
    frames: float = 0
    input_tokens: float = 0
    output_tokens: float = 0
    audio_s: float = 0
    is_batch: bool = False
    gives_frames: float = 0
    gives_width: int = 0
    gives_tokens: float = 0
