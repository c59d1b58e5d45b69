"""Pictures for people: contact sheet, sprites with their WebVTT file, poster."""

import cv2
import numpy as np

from media_ai.media.pictures import decode_jpeg, encode_jpeg
from media_ai.media.previews import contact_sheet, poster, sprite, thumbnail_size, thumbnails_vtt
from media_ai.model.time import Timecode


def picture(seed: int, *, blur: int = 0, height: int = 180) -> bytes:
    image = np.random.default_rng(seed).integers(0, 255, (height // 4, 80, 3), np.uint8)
    image = cv2.resize(image, (320, height), interpolation=cv2.INTER_NEAREST)
    return encode_jpeg(cv2.GaussianBlur(image, (0, 0), blur) if blur else image, 90)


def seconds(*values: float) -> list[Timecode]:
    return [Timecode.of_seconds(str(value)) for value in values]


def test_the_poster_is_sharp_and_shows_something():
    """A blurred, a black and a white picture are not chosen when there is a sharp one."""
    black, white = (encode_jpeg(np.full((180, 320, 3), tone, np.uint8), 90) for tone in (0, 255))
    sharp = picture(1)

    assert poster([black, picture(1, blur=6), sharp, white]) == sharp
    assert poster([black]) == black


def test_a_contact_sheet_has_a_place_for_every_picture():
    """Rows of four, each with its time below; pictures of other proportions fit too."""
    sheet = decode_jpeg(
        contact_sheet(seconds(0, 1, 2, 3, 4), [picture(n, height=180 + 40 * (n == 4)) for n in range(5)])
    )

    assert sheet.shape == (2 * (220 + 26), 4 * 320, 3)
    assert sheet[220:246, :320].max() > 200 or sheet[180:206, :320].max() > 200
    assert sheet[-100:, -300:].max() < 60


def test_sprites_and_their_times_agree():
    """Each cue points to the place of its frame, and lasts until the next one's time."""
    size = thumbnail_size(1280, 720)
    times = seconds(*range(12))
    tones = [encode_jpeg(np.full((720, 1280, 3), 20 * n, np.uint8), 95) for n in range(12)]
    sheet = decode_jpeg(sprite(tones, size))
    cues = thumbnails_vtt(times, Timecode.of_seconds("12.5"), size).split("\n\n")[1:]

    assert size == (160, 90)
    for number, cue in enumerate(cues):
        stamps, target = cue.strip().split("\n")
        name, _, place = target.partition("#xywh=")
        x, y, width, height = map(int, place.split(","))
        assert name == "sprite-0.jpg"
        assert abs(float(sheet[y : y + height, x : x + width].mean()) - 20 * number) < 2
        assert stamps.startswith(f"00:00:{number:02}.000 --> ")
    assert cues[-1].startswith("00:00:11.000 --> 00:00:12.500")


def test_the_hundred_and_first_frame_is_on_the_second_sprite():
    """A hundred thumbnails are on each sprite."""
    vtt = thumbnails_vtt(seconds(*range(101)), Timecode.of_seconds(101), (160, 90))

    assert "sprite-0.jpg#xywh=1440,810,160,90" in vtt
    assert "sprite-1.jpg#xywh=0,0,160,90" in vtt
