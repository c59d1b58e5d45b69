"""What a task is started with."""

import pytest
from pydantic import ValidationError

from media_ai.model.run import RunInput, video_id_from


@pytest.mark.parametrize("video_id", ["", " ", "a b", "-a", "a/b", "视频", "a" * 129, "a\n"])
def test_unusable_video_ids_are_refused(video_id):
    """Video ids are letters, digits, dot, underscore and hyphen, 128 at most."""
    with pytest.raises(ValidationError, match="is not a video id"):
        RunInput(video="/a.mp4", video_id=video_id)


@pytest.mark.parametrize(
    ("video", "beginning"),
    [
        ("/a/My film (1).mp4", "My-film-1-"),
        ("file:///x/b%20c.mov", "b-c-"),
        ("/视频.mp4", "video-"),
        ("/a/.mp4", "mp4-"),
    ],
)
def test_the_video_id_comes_from_the_name_when_none_is_given(video, beginning):
    """Any file name gives a valid id that people recognise."""
    video_id = RunInput(video=video).asset().video_id

    assert video_id.startswith(beginning)
    assert RunInput(video=video, video_id=video_id).video_id == video_id


@pytest.mark.parametrize(("one", "other"), [("/2023/lecture.mp4", "/2024/lecture.mp4"), ("/讲座一.mp4", "/讲座二.mp4")])
def test_different_videos_have_different_ids(one, other):
    """The same name elsewhere, and names without a Latin letter, do not collide."""
    assert RunInput(video=one).asset().video_id != RunInput(video=other).asset().video_id


def test_a_name_of_any_length_gives_a_valid_id():
    """Long names are cut to the limit."""
    assert len(video_id_from("x" * 500, "/x")) <= 128


@pytest.mark.parametrize("name", ["x" * 1000, "课" * 600, "%E8%AF%BE" * 400])
def test_a_name_of_any_length_gives_a_title(name):
    """The title is the beginning of the name, as much as a title may be; a name that fits is kept whole."""
    title = RunInput(video=f"oss://bucket/{name}.mp4").asset().title
    assert len(title) in {400, 500}
    assert title == RunInput(video=f"oss://bucket/{name}.mp4", title=title).asset().title
