"""Which sentences say most: LexRank over word vectors, and a choice of them that does not repeat itself."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_DAMPING = 0.15
_ROUNDS = 60
_TOLERANCE = 1e-9


class WordVectors:
    """
    TF-IDF vectors of length 1, one for each sentence, in coordinate form.

    Similarities are never held as a matrix: what LexRank needs is a product with it, and that takes only the non-zero
    entries, so that hours of speech need megabytes.
    """

    def __init__(self, sentences: Sequence[Sequence[str]]) -> None:
        """Weigh the words of each sentence: count times log(1 + sentences / sentences with the word)."""
        counts = [Counter(words) for words in sentences]
        document_frequency = Counter(word for count in counts for word in count)
        index = {word: at for at, word in enumerate(document_frequency)}
        entries = [
            (row, index[word], number * math.log(1 + len(counts) / document_frequency[word]))
            for row, count in enumerate(counts)
            for word, number in count.items()
        ]
        rows, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
        self.count = len(counts)
        self._words = max(len(index), 1)
        self._rows = np.array(rows, dtype=np.intp)
        self._columns = np.array(columns, dtype=np.intp)
        values = np.array(weights, dtype=np.float64)
        lengths = np.sqrt(np.bincount(self._rows, values**2, minlength=self.count))
        self._values = values / lengths[self._rows] if entries else values

    def times(self, weights: Floats) -> Floats:
        """Return the matrix of all cosine similarities times `weights`."""
        by_word = np.bincount(self._columns, self._values * weights[self._rows], minlength=self._words)
        products = self._values * by_word[self._columns]
        return np.bincount(self._rows, products, minlength=self.count).astype(np.float64)

    def similar_to(self, row: int) -> Floats:
        """Return the cosine similarity of every sentence to one."""
        return self.times(np.eye(1, self.count, row)[0])


def lexrank(vectors: WordVectors) -> Floats:
    """
    Return how central each sentence is, 0 to 1, the most central 1; 0 for a sentence without words.

    Continuous LexRank, the stationary distribution of a walk between similar sentences: Erkan & Radev 2004, "LexRank:
    Graph-based Lexical Centrality as Salience in Text Summarization", section 3.3.
    """
    if vectors.count == 0:
        return np.zeros(0)
    degrees = vectors.times(np.ones(vectors.count))
    has_words = degrees > 0
    safe = np.where(has_words, degrees, 1.0)
    rank = np.full(vectors.count, 1 / vectors.count)
    for _ in range(_ROUNDS):
        following = _DAMPING / vectors.count + (1 - _DAMPING) * vectors.times(rank / safe)
        if float(np.abs(following - rank).sum()) < _TOLERANCE:
            break
        rank = following
    rank = np.where(has_words, rank, 0.0)
    return rank / max(float(rank.max()), 1e-12)


def choose(
    vectors: WordVectors, scores: Floats, groups: Sequence[int], count: int, *, relevance: float = 0.7
) -> list[int]:
    """
    Return up to `count` sentences in their order, good ones that do not say the same.

    Maximal marginal relevance: Carbonell & Goldstein 1998, "The Use of MMR, Diversity-Based Reranking". A sentence of a
    group (chapter) that was chosen from already is worth less, so that the choice covers the whole.

    Args:
        vectors: Of the sentences.
        scores: Their worth, 0 to 1; those of 0 are never chosen.
        groups: The group of each sentence.
        count: How many at most.
        relevance: Weight of the score against the similarity to what is chosen, 0 to 1.
    """
    chosen: list[int] = []
    likeness = np.zeros(vectors.count)
    repeated = np.zeros(vectors.count)
    group_of = np.array(groups, dtype=np.intp)
    open_ones = scores > 0
    while len(chosen) < count and open_ones.any():
        worth = relevance * scores - (1 - relevance) * likeness - 0.15 * repeated
        best = int(np.argmax(np.where(open_ones, worth, -np.inf)))
        chosen.append(best)
        likeness = np.maximum(likeness, vectors.similar_to(best))
        repeated += group_of == group_of[best]
        # What is nearly the same sentence adds nothing, even when there is room.
        open_ones &= likeness < 0.9
        open_ones[best] = False
    return sorted(chosen)
