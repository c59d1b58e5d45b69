"""How well a sentence stands alone in a summary, and whether it names what titles name."""

import re
from collections.abc import Sequence

import numpy as np

from media_ai.media.ranking import Floats
from media_ai.media.screen_titles import ScreenTitle
from media_ai.media.sentences import TimedSentence
from media_ai.media.words import stems

_BACKWARD = re.compile(
    r"(?:and|but|so|or|because|then|also|this|these|that|those|it|its|they|them|their|he|she|his|her|which|such|"
    r"there|here|how|why|what|who|when|und|aber|er|es|sie|dies\w*|mais|et|il|elle|ils|elles|cela|pero|y|ella|esto)\b"
    r"|[他她它这那但而并且]|所以|因此|然后|于是|不过",
    re.IGNORECASE,
)
"""How sentences begin that lean on the one before; out of place in a summary."""
_CALL = re.compile(
    r"subscrib|thank(?:s| you) for watching|see you next|welcome (?:to|back)|订阅|点赞|谢谢观看", re.IGNORECASE
)
_QUESTION = ("?", "？")
_PRONOUNS = frozenset({"she", "he", "they", "it"})
_CUE = re.compile(
    r"\b(?:called|known as|means|important|main|key|in short|in summary|conclusion|therefore|wichtig|bedeutet|heißt|"
    r"signifie|importante|significa)\b|重要|关键|总之|称为|叫做|意味着|就是说",
    re.IGNORECASE,
)
"""Words of sentences that define or conclude."""


def fitness(
    sentences: Sequence[TimedSentence],
    words: Sequence[Sequence[str]],
    titles: Sequence[ScreenTitle],
    language: str | None,
) -> Floats:
    """
    Return a factor for each sentence: how well it stands alone, and whether it names what titles name.

    The title method and stigma words are those of Edmundson 1969, "New Methods in Automatic Extracting".
    """
    named = {word for title in titles if title.is_large for word in stems(title.region.text, language)}
    return np.array(
        [
            _alone(sentence.text, len(content)) * (1 + 0.25 * min(len(named & set(content)), 2))
            for sentence, content in zip(sentences, words, strict=True)
        ]
    )


def _alone(text: str, content_count: int) -> float:
    factor = 1.0
    if leans_back(text):
        factor *= 0.6
    elif _PRONOUNS.intersection(text.lower().split()[:5]):
        factor *= 0.75
    if _CALL.search(text):
        factor *= 0.5
    if text.rstrip("\"'”’」』").endswith(_QUESTION):
        factor *= 0.6
    if _CUE.search(text):
        factor *= 1.15
    if content_count < 3 or content_count > 40:
        factor *= 0.5
    return factor


def leans_back(text: str) -> bool:
    """Return whether a sentence begins with a word that needs the one before it."""
    return bool(_BACKWARD.match(text))
