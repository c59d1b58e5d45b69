"""Slides: bullets that appear one at a time, words that are typed, a cursor that wanders and rests, sometimes a talking head."""

from collections.abc import Iterator

import cv2
import numpy as np

from tests.perf.clips.canvas import HEIGHT, RATE, WIDTH, Labelled, Rng, colour
from tests.perf.clips.person import Person
from tests.perf.clips.shots import pictures_of

_FACES = ("sans", "italic")


def slides(rng: Rng) -> Iterator[Labelled]:
    """About 40 contents: each is a slide with one line or a few words more than before."""
    deck = _Deck(rng)
    content, wanted = 0, int(rng.integers(36, 45))
    while content < wanted:
        deck.next_slide()
        for step in range(min(int(rng.integers(3, 9)), wanted - content)):
            if step:
                yield from ((picture, None) for picture in deck.appear())
            yield from ((picture, content) for picture in deck.show(rng.uniform(1.6, 4.5)))
            content += 1


class _Deck:
    """Draws the slides of one talk, and what moves over them."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        self._speaker = Person(rng, size=0.35, x=66) if rng.random() < 0.4 else None
        is_dark = rng.random() < 0.35
        self._paper = colour(rng, 5, 60) if is_dark else colour(rng, 215, 256)
        self._ink = colour(rng, 170, 256) if is_dark else colour(rng, 0, 110)
        self._face = cv2.FontFace(str(rng.choice(_FACES)))
        self._cursor = _Cursor(rng)
        self._banner = colour(rng) if rng.random() < 0.5 else None
        self._time = 0.0

    def next_slide(self) -> None:
        """Begin an empty slide with a title, in a font size of its own and one of two ways to go on: bullets or typing."""
        rng = self._rng
        self._slide = np.full((HEIGHT, WIDTH, 3), self._paper, np.uint8)
        if self._banner:
            cv2.rectangle(self._slide, (0, 0), (WIDTH, 50), self._banner, -1)
        self._size = int(rng.integers(10, 20))
        self._is_typed = rng.random() < 0.4
        self._left, self._right = (150 if self._speaker else 40), WIDTH - 40
        self._x, self._y = self._left, 80 + self._size
        self._write(_words(rng, 2, 5), (40, 36), int(rng.integers(18, 26)))
        if rng.random() < 0.3:
            self._draw_chart()

    def _draw_chart(self) -> None:
        rng, foot = self._rng, HEIGHT - 30
        self._right = 380
        for bar in range(int(rng.integers(3, 8))):
            x = 420 + bar * 24
            cv2.rectangle(self._slide, (x, foot - int(rng.integers(20, 200))), (x + 16, foot), colour(rng), -1)

    def appear(self) -> Iterator[np.ndarray]:
        """Add a bullet, at once or by a short fade, or type a few words."""
        if self._is_typed:
            yield from self._type(_words(self._rng, 1, 4))
            return
        before = self._slide.copy()
        self._write("- " + _words(self._rng, 2, 7), self._new_line(), self._size)
        if self._rng.random() < 0.3:
            after, self._slide = self._slide, before
            for share in (0.25, 0.5, 0.75):
                self._slide = cv2.addWeighted(before, 1 - share, after, share, 0)
                yield self._picture()
            self._slide = after

    def _type(self, text: str) -> Iterator[np.ndarray]:
        words = text.split()
        for number, word in enumerate(words):
            width = cv2.getTextSize((WIDTH, HEIGHT), word + " i", (0, 0), self._face, self._size, 400)[2]
            if self._x + width > self._right:
                self._new_line()
            self._write(word, (self._x, self._y), self._size)
            self._x += width
            if number < len(words) - 1:
                yield from (self._picture() for _ in range(int(self._rng.integers(1, 4))))

    def _new_line(self) -> tuple[int, int]:
        self._x, self._y = self._left, self._y + int(self._size * 1.7)
        if self._y > HEIGHT - 12:
            self._y = 80 + self._size
            self._slide[60:, self._left - 5 : self._right + 20] = self._paper
        return self._x, self._y

    def _write(self, text: str, place: tuple[int, int], size: int) -> None:
        cv2.putText(self._slide, text, place, self._ink, self._face, size, 400)

    def show(self, seconds: float) -> Iterator[np.ndarray]:
        """Leave the slide as it is."""
        for _ in range(pictures_of(seconds)):
            yield self._picture()

    def _picture(self) -> np.ndarray:
        self._time += 1 / RATE
        picture = self._slide.copy()
        if self._speaker:
            frame = np.full((HEIGHT, WIDTH, 3), (90, 110, 100), np.float32)
            self._speaker.draw(frame, self._time % 60)
            picture[HEIGHT - 120 :, :132] = frame[HEIGHT - 120 :, :132].astype(np.uint8)
        self._cursor.draw(picture)
        return picture


class _Cursor:
    """An arrow that moves to a place, rests for a while and goes on; in some talks larger, in a few not there."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        size = rng.uniform(8, 20)
        outline = np.array([(0, 0), (0, 1), (0.25, 0.78), (0.42, 1.1), (0.55, 1.05), (0.4, 0.72), (0.7, 0.7)])
        self._outline = outline * size
        self._is_shown = rng.random() < 0.9
        self._place = self._goal = rng.uniform(60, 300, 2)
        self._rest = 0

    def draw(self, picture: np.ndarray) -> None:
        """Move on by one picture's time, and draw."""
        if self._rest > 0:
            self._rest -= 1
        elif np.abs(self._goal - self._place).max() < 3:
            self._rest = int(self._rng.exponential(1.2) * RATE)
            self._goal = self._rng.uniform((30, 30), (WIDTH - 30, HEIGHT - 30))
        else:
            self._place = self._place + (self._goal - self._place) * 0.3
        if self._is_shown:
            points = np.round(self._outline + self._place).astype(np.int32)
            cv2.fillPoly(picture, [points], (20, 20, 20), cv2.LINE_AA)
            cv2.polylines(picture, [points], True, (250, 250, 250), 1, cv2.LINE_AA)


def _words(rng: Rng, fewest: int, most: int) -> str:
    count = int(rng.integers(fewest, most + 1))
    letters = list("eeettaaooiinnsshhrrddllccuummwwffggyyppbbvk")
    return " ".join("".join(rng.choice(letters, int(rng.integers(4, 11)))) for _ in range(count))
