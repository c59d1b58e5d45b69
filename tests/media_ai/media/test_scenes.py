"""Which samples are new: places, what is added and stays; not motion, noise, transitions or returns."""

import itertools
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest

from media_ai.media.scenes import choose, shots_of
from media_ai.media.scenes_options import SceneDecision, SceneOptions

HEIGHT, WIDTH = 144, 256


def place(seed: int, *, size: tuple[int, int] = (HEIGHT, WIDTH)) -> np.ndarray:
    """A picture of a place of its own: clouds of two scales, and boxes."""
    rng = np.random.default_rng(seed)
    image = sum(
        weight * cv2.resize(rng.standard_normal(grain), size[::-1], interpolation=cv2.INTER_CUBIC)
        for weight, grain in ((40, (4, 6)), (20, (12, 20)))
    )
    image = image + rng.uniform(90, 160)
    for _ in range(6):
        y, x = int(rng.integers(0, size[0])), int(rng.integers(0, size[1]))
        image[y : y + 40, x : x + 50] = rng.uniform(20, 235)
    return np.clip(image, 0, 255).astype(np.uint8)


def slide(*lines: str, cursor: tuple[int, int] | None = None) -> np.ndarray:
    """A bright slide with dark lines of text, and an arrow where the cursor is."""
    image = np.full((HEIGHT, WIDTH), 235, np.uint8)
    for number, text in enumerate(("A title of it", *lines)):
        cv2.putText(image, text, (20, 24 + 16 * number), cv2.FONT_HERSHEY_SIMPLEX, 0.35, 30, 1, cv2.LINE_AA)
    if cursor:
        x, y = cursor
        cv2.fillPoly(image, [np.array([(x, y), (x, y + 7), (x + 4, y + 5)])], 10)
    return image


def noisy(image: np.ndarray, sigma: float, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, sigma, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def mixed(a: np.ndarray, b: np.ndarray, share: float) -> np.ndarray:
    return cv2.addWeighted(a, 1 - share, b, share, 0)


def kept(pictures, options: SceneOptions | None = None) -> list[int]:
    return [decision.index for decision in choose(pictures, options) if decision.is_kept]


A, B, C = place(1), place(2), place(3)


def test_no_picture_gives_no_decision():
    """Of nothing, nothing is kept."""
    assert list(choose([])) == []


def test_one_picture_is_kept():
    """A video of one sample keeps it, as a shot of its own."""
    assert list(choose([A])) == [SceneDecision(index=0, shot=0, is_kept=True, novelty=1.0, twin=0)]


def test_what_stands_is_kept_once():
    """A picture that does not change is kept once."""
    assert kept([A] * 20) == [0]


def test_every_side_of_a_cut_is_kept():
    """Every place between hard cuts is kept once, however short the shot is."""
    assert kept([A] * 5 + [B] + [C] * 4) == [0, 5, 6]


def test_noise_is_not_new():
    """Noise does not make a picture new, in the light or in the dark."""
    assert kept([noisy(A, 8, seed) for seed in range(12)]) == [0]
    assert kept([noisy(A // 8, 3, seed) for seed in range(12)]) == [0]


def test_flicker_is_not_new():
    """Light that becomes brighter and darker does not make a picture new."""
    assert kept([cv2.convertScaleAbs(A, alpha=1 + 0.06 * (-1) ** n) for n in range(12)]) == [0]


def test_a_pan_is_not_new():
    """A camera that pans over a place shows one place."""
    wide = place(4, size=(HEIGHT, 2 * WIDTH))
    assert kept([np.ascontiguousarray(wide[:, 8 * n : 8 * n + WIDTH]) for n in range(10)]) == [0]


def test_a_thing_that_moves_is_not_new():
    """Something that crosses the picture before a camera is not new, nor is what it uncovers."""
    pictures = []
    for number in range(12):
        picture = A.copy()
        picture[60:100, 15 * number : 15 * number + 40] = B[60:100, 60:100]
        pictures.append(noisy(picture, 3, number))
    assert kept(pictures) == [0]


def test_a_bullet_is_kept_once():
    """A line that is added to a slide and stays is kept once, with the first sample that shows it."""
    one, two, three = slide(), slide("a first bullet"), slide("a first bullet", "and a second one")
    assert kept([one] * 4 + [two] * 4 + [three] * 4) == [0, 4, 8]


def test_text_that_is_still_being_typed_is_not_kept():
    """While words are added one after another nothing is kept, afterwards the whole line is."""
    typed = [slide(" ".join(["word"] * count)) for count in range(1, 6)]
    assert kept([slide()] * 4 + typed + [typed[-1]] * 3) == [0, 8]


def test_a_cursor_is_not_new():
    """A cursor that moves and rests is not new."""
    places = [(40, 60), (90, 100), (90, 100), (90, 100), (200, 40), (200, 40), (30, 120), (30, 120)]
    assert kept([slide("a first bullet", cursor=place) for place in places]) == [0]


def test_a_slide_that_returns_is_not_kept_again():
    """Going back to an earlier slide keeps nothing, adding to it does."""
    first, second = slide("about apples"), slide("nothing but pears", "and plums")
    added = slide("about apples", "", "and more of them")
    assert kept([first] * 3 + [second] * 3 + [first] * 3 + [added] * 3) == [0, 3, 9]


@pytest.mark.parametrize("length", [1, 2, 4])
def test_a_dissolve_keeps_one_on_each_side(length):
    """One picture before and one after a dissolve are kept, none inside."""
    inside = [mixed(A, B, (number + 1) / (length + 1)) for number in range(length)]
    found = kept([A] * 5 + inside + [B] * 5)
    assert found[0] == 0 and len(found) == 2 and found[1] >= 5 + length


def test_a_wipe_keeps_one_on_each_side():
    """One picture before and one after a wipe are kept, none inside."""
    inside = [np.hstack([B[:, :edge], A[:, edge:]]) for edge in (64, 128, 192)]
    found = kept([A] * 5 + inside + [B] * 5)
    assert found[0] == 0 and len(found) == 2 and found[1] >= 8


def test_a_fade_through_black_keeps_one_on_each_side():
    """Of a fade out and in again neither the dark nor the black samples are kept."""
    out, into = ([cv2.convertScaleAbs(side, alpha=share) for share in (0.6, 0.25)] for side in (A, B))
    found = kept([A] * 5 + out + [np.zeros_like(A)] * 2 + into[::-1] + [B] * 5)
    assert found[0] == 0 and len(found) == 2 and found[1] >= 10


@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_sample_is_not_kept(level):
    """A white flash or a black sample is not new, and what follows is still the same shot."""
    decisions = list(choose([A] * 4 + [np.full_like(A, level)] + [A] * 4))
    assert [decision.index for decision in decisions if decision.is_kept] == [0]
    assert shots_of(decisions) == [(0, 8)]


def test_a_blank_video_keeps_one():
    """Of a video in which nothing is ever to be seen one sample is kept all the same."""
    assert len(kept([np.zeros_like(A)] * 30)) == 1


def test_a_setup_that_returns_is_not_kept_again():
    """A dialog that goes back and forth keeps every set-up once, though the camera stands a little aside each time."""
    pictures = []
    for number, image in enumerate([A, B, A, C, B, A, C] * 2):
        pictures += [np.roll(image, number % 4, axis=1)] * 3
    assert kept(pictures) == [0, 3, 9]


def test_what_returns_after_the_look_back_is_kept_again():
    """What was kept longer ago than the look-back is forgotten."""
    others = [place(seed) for seed in range(10, 14)]
    pictures = [picture for image in [A, *others, A] for picture in [image] * 2]
    assert kept(pictures, SceneOptions(look_back=4)) == [0, 2, 4, 6, 8, 10]
    assert kept(pictures, SceneOptions(look_back=5)) == [0, 2, 4, 6, 8]


def test_a_long_shot_that_arrives_elsewhere_is_kept_again():
    """A camera that goes on until nothing of the first view is left shows another place, without a cut."""
    wide = place(5, size=(HEIGHT, 4 * WIDTH))
    decisions = list(choose(np.ascontiguousarray(wide[:, 12 * n : 12 * n + WIDTH]) for n in range(60)))
    assert 2 <= sum(decision.is_kept for decision in decisions) <= 8


def test_shots_are_told():
    """Shots follow each other without a gap, and begin at the cuts."""
    assert shots_of(choose([A] * 3 + [B] * 2 + [A] * 4)) == [(0, 2), (3, 4), (5, 8)]


def test_every_shot_is_shown_by_a_kept_sample():
    """Every shot has a kept sample, or names one that was kept earlier: also where everything changes all the time."""
    rng = np.random.default_rng(7)
    pictures = [mixed(place(int(a)), place(int(b)), share) for a, b, share in rng.uniform(0, 9, (80, 3)) % (9, 9, 1)]
    decisions = list(choose(pictures))
    chosen = {decision.index for decision in decisions if decision.is_kept}
    assert [decision.index for decision in decisions] == list(range(80))
    for first, last in shots_of(decisions):
        assert {decision.twin for decision in decisions[first : last + 1]} & chosen


def test_a_twin_is_a_kept_sample_that_came_before():
    """What is not kept names the kept sample that shows the same; a kept one names itself."""
    decisions = list(choose([A] * 3 + [B] * 3 + [A] * 3))
    assert [decision.twin for decision in decisions] == [0, 0, 0, 3, 3, 3, 0, 0, 0]


@pytest.mark.parametrize("shape", [(1, 1), (1, 256), (2, 3), (9, 256), (455, 256)])
def test_pictures_of_any_size_are_decided(shape):
    """Tiny, flat and tall pictures are decided like others."""
    assert kept([place(1, size=shape)] * 6)[0] in range(6)


def test_a_cut_between_tall_pictures_is_kept():
    """Pictures that are higher than wide are told apart like others."""
    assert kept([place(1, size=(455, 256))] * 3 + [place(2, size=(455, 256))] * 3) == [0, 3]


def test_decisions_come_one_sample_later():
    """A decision needs no more than the next sample, so that a video need not be there as a whole."""
    taken = 0

    def counted() -> Iterator[np.ndarray]:
        nonlocal taken
        while True:
            taken += 1
            yield A

    decisions = choose(counted())
    assert [(next(decisions).index, taken) for _ in range(3)] == [(0, 2), (1, 3), (2, 4)]


def test_memory_does_not_grow():
    """However many places come, only those of the look-back are held."""
    options = replace(SceneOptions(), look_back=4)
    decisions = choose((place(seed) for seed in range(120)), options)
    list(itertools.islice(decisions, 20))
    tracemalloc.start()
    try:
        assert sum(1 for _ in decisions) == 100
        assert tracemalloc.get_traced_memory()[1] < 24 * HEIGHT * WIDTH * 8
    finally:
        tracemalloc.stop()


def test_a_buffer_may_be_used_again():
    """Pictures may all come in one buffer: what is remembered is a copy."""
    buffer = np.empty_like(A)

    def filled() -> Iterator[np.ndarray]:
        for picture in [A, A, B, B, A, A, C, C]:
            buffer[:] = picture
            yield buffer

    assert kept(filled()) == [0, 2, 6]


def test_decisions_repeat():
    """The same pictures always give the same decisions."""
    pictures = [noisy(image, 5, seed) for seed, image in enumerate([A, A, B, A, C, C] * 3)]
    assert list(choose(pictures)) == list(choose(pictures))
