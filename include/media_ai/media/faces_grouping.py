"""Which faces are of one person: compared with a gallery, and grouped among themselves."""

from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

SURE = 0.6
"""Cosine similarity at which faces are of one person without a doubt. Measured over 11 photos of 6 people: different people
have at most 0.27, one person's photos 0.54 to 0.83."""

MAX_GROUPS = 4000
"""Most groups that are compared with each other: their distances take 64 MB."""


class Gallery:
    """The known people's faces, to compare others with."""

    def __init__(self, embeddings: Sequence[Sequence[np.ndarray]]) -> None:
        """Keep the embeddings of each person, one or more per person."""
        self._owners = np.array([index for index, own in enumerate(embeddings) for _ in own], int)
        faces = [face for own in embeddings for face in own]
        self._faces = np.stack(faces) if faces else np.zeros((0, 1), np.float32)

    def nearest(self, embedding: np.ndarray) -> tuple[int, float]:
        """Return whose face is most similar and how similar, -1 to 1; (-1, -1.0) if the gallery is empty."""
        if not len(self._faces):
            return -1, -1.0
        similarities = self._faces @ embedding
        best = int(similarities.argmax())
        return int(self._owners[best]), float(similarities[best])


def group_faces(embeddings: Sequence[np.ndarray], threshold: float) -> list[int]:
    """
    Return a group number for each face, counted from 0 in the order of first faces; -1 for those beyond the limit.

    Faces that are surely alike are put together in one pass. The groups are joined by average linkage (UPGMA) as long as
    their mean cosine similarity is at least `threshold`; then once more those whose means are surely alike: the mean of
    many blurred faces is clear.

    Args:
        embeddings: Of length 1, in the order of time.
        threshold: Cosine similarity, 0 to 1.
    """
    sure = max(SURE, threshold)
    groups, sums = _sure_groups(embeddings, sure)
    for least in (threshold, sure):
        joined = _join(sums, least)
        sums = (
            np.stack([sums[joined == number].sum(axis=0) for number in range(joined.max() + 1)]) if len(sums) else sums
        )
        groups = [-1 if group < 0 else int(joined[group]) for group in groups]
    return groups


def mean_of(embeddings: Sequence[np.ndarray]) -> np.ndarray:
    """Return the mean direction, of length 1."""
    total = np.sum(embeddings, axis=0, dtype=np.float64)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32)


def _sure_groups(embeddings: Sequence[np.ndarray], threshold: float) -> tuple[list[int], np.ndarray]:
    """Give each face to the group whose mean it is like, or begin one; return the groups and the sums of their faces."""
    groups: list[int] = []
    size = len(embeddings[0]) if len(embeddings) else 1
    sums = np.zeros((min(len(embeddings), MAX_GROUPS), size), np.float32)
    means, count = np.zeros_like(sums), 0
    for embedding in embeddings:
        similarities = means[:count] @ embedding
        best = int(similarities.argmax()) if count else -1
        if best < 0 or similarities[best] < threshold:
            if count == len(sums):
                groups.append(-1)
                continue
            best, count = count, count + 1
        sums[best] += embedding
        means[best] = sums[best] / max(float(np.linalg.norm(sums[best])), 1e-9)
        groups.append(best)
    return groups, sums[:count]


def _join(sums: np.ndarray, threshold: float) -> np.ndarray:
    """Return a number for each group, equal for those that belong together, from 0 in the order of first groups."""
    if len(sums) < 2:
        return np.zeros(len(sums), int)
    tree = linkage(sums.astype(np.float64), method="average", metric="cosine")
    _, firsts, found = np.unique(
        fcluster(tree, t=1 - threshold, criterion="distance"), return_index=True, return_inverse=True
    )
    return np.asarray(firsts.argsort().argsort()[found], int)
