"""Recognizing faces: real people in real videos, found by the real engine."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from media_ai.errors import ErrorKind, InputError
from media_ai.media.pictures import decode_jpeg
from media_ai.media.probe import probe
from media_ai.model.media import Video
from media_ai.nodes import extract_frames
from media_ai.nodes.recognize_faces import NODE, Inputs, Params, fingerprint, run
from media_ai.store.media_files import MediaFiles
from media_ai.testing import make_job
from tests.faces import FACES, picture, portrait, write_scenes

SCENES = [
    (("obama_2005",), 3),
    (("ardern_2022",), 2),
    ((), 3),
    (("collins", "obama_2005"), 3),
    (("ardern_2022",), 1),
]
OBAMA = {"name": "Barack Obama", "role": "senator", "images": [str(FACES / "obama_2012.jpg")]}


@pytest.fixture(scope="module")
def video(tmp_path_factory) -> Path:
    return write_scenes(tmp_path_factory.mktemp("faces") / "scenes.mp4", SCENES)


def frames_of(video: Path, tmp_path: Path, interval: float = 1.0):
    job = make_job(tmp_path)
    inputs = extract_frames.Inputs(video=Video(uri=str(video), sha256="0" * 64, info=probe(video, name=video.name)))
    return extract_frames.run(extract_frames.Params(interval=interval), inputs, job).frames, job


@pytest.fixture(scope="module")
def frames(video, tmp_path_factory):
    return frames_of(video, tmp_path_factory.mktemp("frames"))


def recognize(frames, **params):
    found, job = frames
    job.notices.clear()
    return run(Params(**params), Inputs(frames=found), job).people


def times(person) -> list[tuple[float, float]]:
    return [(float(one.time.start.seconds), float(one.time.end.seconds)) for one in person.appearances]


def test_known_and_unknown_people_are_found_with_their_times(frames):
    """A person of the gallery is named by another photo of him, years apart; the two others are told apart."""
    people = recognize(frames, gallery=[OBAMA], max_gap=1)
    by_name = {person.name: person for person in people.persons if person.name}
    strangers = [person for person in people.persons if not person.is_known]
    obama = by_name["Barack Obama"]

    assert (obama.is_known, obama.role, times(obama)) == (True, "senator", [(0, 3), (8, 11)])
    assert sorted(map(times, strangers)) == [[(3, 5), (11, 12)], [(8, 11)]]
    assert [person.name for person in strangers] == [None, None]
    assert 0.6 < obama.confidence <= 1
    assert (people.faces_left_out, people.not_seen, people.threshold) == (0, (), 0.363)
    assert people.coverage == frames[0].coverage


def test_appearances_that_are_near_become_one(frames):
    """The longest gap decides: five seconds without him are bridged when seven are allowed."""
    obama = next(person for person in recognize(frames, gallery=[OBAMA], max_gap=7).persons if person.is_known)

    assert times(obama) == [(0, 11)]


def test_the_best_face_is_a_crop_of_the_person(frames):
    """The crop shows that person's face and little else; the embedding can be compared without the video."""
    from media_ai.media.faces_engine import describe_face, find_faces

    _, job = frames
    for person in recognize(frames, gallery=[OBAMA]).persons:
        crop = decode_jpeg(job.store.read(person.best_face))
        face = find_faces(crop)[0]
        similarity = float(describe_face(crop, face) @ np.array(person.embedding, np.float32))

        assert max(crop.shape) < 320
        assert similarity > 0.8


def test_the_same_frames_give_the_same_people(frames):
    """Ids and order are those of the first time, so that names given later stay with their people."""
    first, second = (recognize(frames, gallery=[OBAMA]) for _ in range(2))

    assert first == second
    assert first.identity() == second.identity()
    assert len({person.id for person in first.persons}) == 3


def test_without_a_gallery_everybody_is_grouped(frames):
    """The default params of the palette find three people."""
    people = recognize(frames)

    assert [person.is_known for person in people.persons] == [False] * 3
    assert sum(person.faces for person in people.persons) == people.faces_found


def test_unknown_faces_can_be_left_out(frames):
    """Only the gallery is in the result; the notice says how many were not, and who of it was not seen."""
    absent = {"name": "Nobody", "images": [str(FACES / "ardern_2022.jpg")]}
    people = recognize(frames, gallery=[OBAMA], group_unknown=False)
    none = recognize(frames, gallery=[absent], threshold=1.0, group_unknown=False)

    assert [person.name for person in people.persons] == ["Barack Obama"]
    assert (none.persons, none.not_seen) == ((), ("Nobody",))
    assert any("unknown faces were left out" in notice for notice in frames[1].notices)


def test_small_faces_are_left_out_and_told(frames):
    """They are counted."""
    people = recognize(frames, min_face=400)

    assert (people.persons, people.faces_found) == ((), 0)
    assert people.faces_left_out > 10
    assert any("narrower than 400 pixels" in notice for notice in frames[1].notices)


def test_a_video_without_faces_is_a_result(tmp_path):
    """Nobody is seen; nothing fails."""
    write_scenes(tmp_path / "empty.mp4", [((), 1)])
    people = recognize(frames_of(tmp_path / "empty.mp4", tmp_path))

    assert (people.persons, people.faces_found) == ((), 0)


def test_pictures_in_the_store_can_be_a_gallery(frames):
    """An uploaded picture is named by its blob."""
    _, job = frames
    blob = job.store.put_file(FACES / "obama_2012.jpg", "image/jpeg")
    people = recognize(frames, gallery=[{"name": "Obama", "images": [blob.model_dump()]}])

    assert [person.name for person in people.persons if person.is_known] == ["Obama"]


def test_the_largest_of_several_faces_is_taken(frames, tmp_path):
    """A notice names the picture."""
    both = picture("obama_2012", "collins")
    both[:, 310:] = cv2.resize(picture("collins", zoom=0.5), None, fx=1, fy=1)[:, :330]
    cv2.imwrite(str(tmp_path / "both.png"), both)
    people = recognize(frames, gallery=[{"name": "Obama", "images": [str(tmp_path / "both.png")]}])

    assert [times(person)[0] for person in people.persons if person.is_known] == [(0, 3)]
    assert any("'both.png' of 'Obama' shows 2 faces; the largest was taken" in line for line in frames[1].notices)


def make_text(path: Path) -> None:
    path.write_text("no picture at all\n" * 50)


def make_empty(path: Path) -> None:
    path.touch()


def make_pixel(path: Path) -> None:
    path.write_bytes(cv2.imencode(".png", np.zeros((1, 1, 3), np.uint8))[1].tobytes())


def make_landscape(path: Path) -> None:
    path.write_bytes(cv2.imencode(".png", picture())[1].tobytes())


def make_huge(path: Path) -> None:
    path.write_bytes(cv2.imencode(".png", np.zeros((6000, 9000), np.uint8))[1].tobytes())


def make_bomb(path: Path) -> None:
    path.write_bytes(cv2.imencode(".png", np.zeros((1, 20_000), np.uint8))[1].tobytes().replace(
        b"\x00\x00\x4e\x20\x00\x00\x00\x01", b"\x00\x00\x4e\x20\x00\x00\x4e\x20"
    ))  # fmt: skip


def make_half(path: Path) -> None:
    data = cv2.imencode(".png", portrait("collins"))[1].tobytes()
    path.write_bytes(data[:200])


def make_nothing(path: Path) -> None:
    """No file at all."""


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (make_nothing, r"gallery image of 'Ada' '.*a\.png' does not exist"),
        (make_empty, r"gallery image of 'Ada' '.*a\.png' is empty"),
        (make_text, r"The gallery image 'a\.png' of 'Ada' is not a picture\. Give a JPEG or PNG"),
        (make_pixel, r"'a\.png' of 'Ada' has 1 x 1 pixels; give one of at least 32 x 32"),
        (make_landscape, r"'a\.png' of 'Ada' shows no face\. Give a picture in which"),
        (make_huge, r"'a\.png' of 'Ada' has 54 megapixels; at most 50 can be read\. Scale it down"),
        (make_bomb, r"'a\.png' of 'Ada' (is not a picture|has more than 50 megapixels)"),
        (make_half, r"'a\.png' of 'Ada' is (damaged|not a picture)"),
    ],
)
def test_a_bad_gallery_picture_is_refused_with_one_sentence(frames, tmp_path, make, sentence):
    """The sentence names picture and person, what was seen and what to do; no frame is looked at, nothing is retried."""
    make(tmp_path / "a.png")

    with pytest.raises(InputError, match=sentence) as caught:
        recognize(frames, gallery=[{"name": "Ada", "images": [str(tmp_path / "a.png")]}])
    assert not caught.value.kind.is_retryable
    assert "\n" not in caught.value.message


def test_a_gallery_outside_the_allowed_folders_is_refused(tmp_path):
    """Params cannot read the worker's files."""
    job = make_job(tmp_path, files=MediaFiles([tmp_path]))

    with pytest.raises(InputError, match="outside the folders") as caught:
        fingerprint(Params(gallery=[OBAMA]), job)
    assert caught.value.kind is ErrorKind.PERMISSION


def test_a_replaced_gallery_picture_is_noticed(tmp_path):
    """The key of the work changes with the picture's bytes, not with its name or time."""
    image, copy = tmp_path / "a.jpg", tmp_path / "b.jpg"
    image.write_bytes((FACES / "obama_2012.jpg").read_bytes())
    copy.write_bytes(image.read_bytes())
    job = make_job(tmp_path)
    first, same = (fingerprint(Params(gallery=[{"name": "A", "images": [str(at)]}]), job) for at in (image, copy))
    image.write_bytes((FACES / "obama_2005.jpg").read_bytes())

    assert first == same
    assert fingerprint(Params(gallery=[{"name": "A", "images": [str(image)]}]), job) != first
    assert NODE.fingerprint is fingerprint


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"model": "local/dlib"}, "model"),
        ({"model": "sface"}, "model"),
        ({"gallery": [{"name": "", "images": ["/a"]}]}, "gallery"),
        ({"gallery": [{"name": "x" * 201, "images": ["/a"]}]}, "gallery"),
        ({"gallery": [{"name": "A", "images": []}]}, "gallery"),
        ({"gallery": [{"name": "A"}]}, "gallery"),
        ({"threshold": 1.1}, "threshold"),
        ({"min_face": 9}, "min_face"),
        ({"max_gap": -1}, "max_gap"),
    ],
)
def test_params_out_of_range_are_named(params, field):
    """Before anything runs."""
    issues = NODE.params_issues("faces", params)

    assert issues and all(field in issue.message for issue in issues)
