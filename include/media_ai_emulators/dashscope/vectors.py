"""Vectors of unit length that are alike for texts that share words: hashed bags of words and neighbours."""

import hashlib
import math
import re
from collections import Counter
from itertools import pairwise

_WORD = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]|\w+")


def vector_of(text: str, dimension: int) -> list[float]:
    """Return the vector of a text; the empty text has one too."""
    sums = [0.0] * dimension
    for feature, count in _features(text).items():
        digest = hashlib.blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        at = int.from_bytes(digest[:6], "big") % dimension
        sums[at] += count if digest[7] & 1 else -count
    length = math.sqrt(sum(value * value for value in sums)) or 1.0
    return [round(value / length, 8) for value in sums]


def _features(text: str) -> Counter[str]:
    words = _WORD.findall(text.lower()) or ["(empty)"]
    # A word weighs twice as much as a pair of neighbours.
    features = Counter([f"w:{word}" for word in words] * 2)
    features.update(f"p:{first} {second}" for first, second in pairwise(words))
    return features
