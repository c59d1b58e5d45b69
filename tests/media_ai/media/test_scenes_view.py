"""Likeness allows for motion and light, and tells places apart."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from media_ai.media.scenes_options import SceneOptions
from media_ai.media.scenes_view import carried, flow_of, likeness, view_of


def place(seed: int, width: int = 256) -> np.ndarray:
    """Clouds of three scales, uint8 (144, width)."""
    rng = np.random.default_rng(seed)
    grains = [rng.standard_normal((size, size * 2)) for size in (4, 10, 24)]
    layers = [cv2.resize(grain, (width, 144), interpolation=cv2.INTER_CUBIC) for grain in grains]
    return np.clip(128 + 40 * layers[0] + 25 * layers[1] + 15 * layers[2], 0, 255).astype(np.uint8)


def test_equal_pictures_are_wholly_alike():
    """A picture has a likeness of 1 to itself."""
    assert likeness(view_of(place(1)), view_of(place(1))) == pytest.approx(1)


@pytest.mark.parametrize("shift", [4, 10, 20])
def test_a_shifted_picture_is_the_same_place(shift):
    """Up to twenty pixels of motion leave a place the same."""
    wide = place(2, 300)
    assert likeness(view_of(wide[:, :256]), view_of(wide[:, shift : 256 + shift])) > 0.75


@pytest.mark.parametrize(("gain", "offset"), [(0.3, 0), (0.5, 120), (0.1, 5)])
def test_light_does_not_matter(gain, offset):
    """A darker, a paler and a much darker picture show the same place."""
    other = (place(3) * gain + offset).astype(np.uint8)
    assert likeness(view_of(place(3)), view_of(other)) > 0.9


def test_unrelated_pictures_are_not_alike():
    """Pictures of different places stay below the bound for a cut."""
    views = [view_of(place(seed)) for seed in range(12)]
    assert max(likeness(a, b) for a in views for b in views if a is not b) < SceneOptions().cut


def test_a_part_is_carried_to_where_it_was():
    """What moved by some pixels is brought back by the flow."""
    wide = place(4, 300)
    a, b = view_of(wide[:, :256]), view_of(wide[:, 8:264])
    part = slice(40, 100), slice(60, 200)
    back = carried(flow_of(a, b), b.grey, part)
    assert np.abs(back.astype(int) - a.grey[part]).mean() < np.abs(b.grey[part].astype(int) - a.grey[part]).mean() / 3


def test_threads_do_not_disturb_each_other():
    """Several threads compare at the same time, and find what one finds."""
    views = [view_of(place(seed)) for seed in range(8)]
    pairs = [(a, b) for a in views for b in views]
    alone = [likeness(a, b) for a, b in pairs]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda pair: likeness(*pair), pairs)) == alone
