"""Grouping faces: same people together, different ones apart, in any order, up to a limit."""

import numpy as np
import pytest

from media_ai.media import faces_grouping
from media_ai.media.faces_grouping import Gallery, group_faces, mean_of

THRESHOLD = 0.363


def faces_of(people: int, each: int, similarity: float, seed: int = 1) -> tuple[np.ndarray, list[int]]:
    """Return embeddings whose similarity with their person is about as given, person by person."""
    rng = np.random.default_rng(seed)
    centres = np.linalg.qr(rng.normal(size=(128, people)))[0].T
    noise = rng.normal(size=(people, each, 128))
    noise /= np.linalg.norm(noise, axis=2, keepdims=True)
    faces = similarity * centres[:, None] + np.sqrt(1 - similarity**2) * noise
    faces /= np.linalg.norm(faces, axis=2, keepdims=True)
    return faces.reshape(-1, 128).astype(np.float32), [person for person in range(people) for _ in range(each)]


def partition(labels) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(np.array(labels) == label)) for label in set(labels)}


@pytest.mark.parametrize("similarity", [0.7, 0.8, 0.95])
def test_people_are_told_apart(similarity):
    """Faces that are on average half alike and more form one group each, numbered by first appearance."""
    faces, truth = faces_of(12, 20, similarity)

    assert group_faces(list(faces), THRESHOLD) == truth


def test_the_order_of_faces_does_not_change_who_is_who():
    """Shuffled faces give the same groups."""
    faces, truth = faces_of(8, 15, 0.85)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(faces))
        labels = group_faces([faces[at] for at in order], THRESHOLD)

        assert partition(labels) == partition([truth[at] for at in order])


def test_two_looks_of_a_person_are_joined():
    """Frontal and turned faces begin as two groups; their means are alike enough."""
    rng = np.random.default_rng(3)
    one = mean_of([rng.normal(size=128)])
    other = mean_of([0.5 * one + np.sqrt(0.75) * mean_of([rng.normal(size=128)])])
    assert 0.4 < float(one @ other) < 0.6

    assert set(group_faces([one, other, one, other], THRESHOLD)) == {0}
    assert group_faces([one, other], 0.7) == [0, 1]


@pytest.mark.parametrize(("faces", "labels"), [([], []), ([np.eye(4)[0]], [0])])
def test_none_and_one(faces, labels):
    """Nothing to compare is no special case for the caller."""
    assert group_faces(faces, THRESHOLD) == labels


def test_a_crowd_beyond_the_limit_is_counted_not_lost(monkeypatch):
    """Faces that would begin one group too many have no number; those of known groups still join."""
    monkeypatch.setattr(faces_grouping, "MAX_GROUPS", 3)
    faces = list(np.eye(8, dtype=np.float32)[:5])

    assert group_faces([*faces, faces[0]], THRESHOLD) == [0, 1, 2, -1, -1, 0]


def test_the_nearest_of_the_gallery():
    """Any of a person's pictures may be the one that is like."""
    eye = np.eye(4, dtype=np.float32)
    gallery = Gallery([[eye[0], eye[1]], [eye[2]]])

    assert gallery.nearest(eye[1]) == (0, 1.0)
    assert gallery.nearest(eye[2]) == (1, 1.0)
    assert gallery.nearest(eye[3])[1] == 0.0
    assert Gallery([]).nearest(eye[0]) == (-1, -1.0)
