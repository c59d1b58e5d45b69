"""Folders of videos over the API: those that may be listed, and nothing else."""

import os

import pytest

from media_ai.errors import InputError
from media_ai.tasks.media_listing import MediaListing
from media_ai_web.permissions import Permission
from tests.emulated import oss_client, oss_credentials
from tests.web import API, SetGate, make_client

pytestmark = pytest.mark.postgres


@pytest.fixture
def folder(tmp_path):
    """Videos in a folder of odd names, one with subtitles; a link that leads out of it, an empty file."""
    root = tmp_path / "archive 档案"
    (root / "deep").mkdir(parents=True)
    for name in ("b.mp4", "b.srt", "a #1%.MOV", "deep/c.avi", "notes.txt"):
        (root / name).write_bytes(b"x")
    (root / "empty.mp4").touch()
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(b"x")
    (root / "link.mp4").symlink_to(secret)
    (root / "out").symlink_to(tmp_path)
    os.mkfifo(root / "pipe.mp4")
    return root


def test_the_videos_below_a_folder_are_listed_with_their_subtitles(database, tmp_path, folder):
    """In the order of their names, as addresses that tasks take; not what links lead to, nor what is no file."""
    client = make_client(database, tmp_path, media_roots=(folder,))
    whole = client.get(f"{API}/media", params={"prefix": folder.as_uri() + "/"}).json()

    names = ["a #1%.MOV", "b.mp4", "deep/c.avi"]
    assert [item["address"] for item in whole["videos"]] == [(folder / name).as_uri() for name in names]
    assert [item["subtitles"] for item in whole["videos"]] == [None, (folder / "b.srt").as_uri(), None]
    assert folder.as_uri() + "/" in whole["places"]
    assert whole["is_cut"] is False
    cut = client.get(f"{API}/media", params={"prefix": str(folder), "limit": 2}).json()
    assert (len(cut["videos"]), cut["is_cut"]) == (2, True)
    assert client.get(f"{API}/media").json()["videos"] == []


@pytest.mark.parametrize(
    "prefix",
    ["file:///", "/etc/", "file:///etc/passwd", "relative", "{root}/../", "{root}/out/", "oss://other/in/",
     "https://example.com/", "{uploads}/"],
)  # fmt: skip
def test_nothing_else_is_listed(database, tmp_path, folder, prefix):
    """Folders beside the allowed ones, other people's uploads, what links and '..' lead to: refused, naming what can be."""
    client = make_client(database, tmp_path, media_roots=(folder,))
    given = prefix.format(root=folder, uploads=tmp_path / "uploads")
    answer = client.get(f"{API}/media", params={"prefix": given})
    assert (answer.status_code, answer.json()["title"]) == (403, "permission")
    assert "MEDIA_AI_MEDIA_ROOTS" in answer.json()["detail"]


def test_only_people_who_create_tasks_may_look(database, tmp_path):
    """403 without the permission, 401 for nobody."""
    gate = SetGate(allowed=set(Permission) - {Permission.CREATE_TASKS})
    assert make_client(database, tmp_path, gate=gate).get(f"{API}/media").status_code == 403
    assert make_client(database, tmp_path, user="").get(f"{API}/media").status_code == 401


def test_a_prefix_in_oss_is_listed(emulator, tmp_path):
    """Objects below an allowed prefix, their keys as they are; nothing beside it."""
    client = oss_client(emulator)
    for key in ("listed/день 1/a%20b.mp4", "listed/день 1/a%20b.vtt", "listed/c.mov", "listed/empty/", "private/d.mp4"):
        client.put(key, b"" if key.endswith("/") else b"x", replace=True)
    listing = MediaListing((), ("oss://media-ai/listed",), lambda kind: oss_credentials(emulator))
    found = listing.videos("oss://media-ai/listed/", limit=10).videos

    assert [(item.address, item.subtitles) for item in found] == [
        ("oss://media-ai/listed/c.mov", None),
        ("oss://media-ai/listed/день 1/a%20b.mp4", "oss://media-ai/listed/день 1/a%20b.vtt"),
    ]
    assert [item.address for item in listing.videos("oss://media-ai/listed/день", limit=10).videos] == [
        found[1].address
    ]
    for outside in ("oss://media-ai/private/", "oss://media-ai/", "oss://media-ai/in", "oss://media-ai-2/in/"):
        with pytest.raises(InputError, match="no folder that can be listed"):
            listing.videos(outside, limit=10)
