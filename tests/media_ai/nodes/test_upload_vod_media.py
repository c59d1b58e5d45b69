"""Uploading to VOD: one video for one content, whatever gets lost, whichever way it goes."""

import logging
import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from media_ai.clients.credentials import OssCredentials
from media_ai.clients.vod_videos import delete_videos, get_video, search_videos
from media_ai.errors import ConfigurationError, ErrorKind, InputError, ServiceError
from media_ai.execution import services_needed
from media_ai.graph.plan import Step
from media_ai.model.media import SubtitleFile
from media_ai.model.run import RunInput
from media_ai.nodes.upload_vod_media import Inputs, Params, fingerprint, run
from media_ai.store.media_files import MediaFiles
from media_ai.store.oss_files import OssFiles
from media_ai.testing import make_job
from media_ai.waiting import RemoteJobPending, leave
from media_ai_emulators.state import UPLOAD_BUCKET
from media_ai_emulators.vod.videos import BROKEN
from tests.emulated import oss_client, oss_credentials
from tests.vod import count, video_of, vod_access, vod_calls, vod_job, wait_briefly

MB = 1 << 20
SRT = "1\n00:00:01,000 --> 00:00:02,000\nBees 🐝\n".encode()
_CHILD = """
import sys
from pathlib import Path
from media_ai.nodes.upload_vod_media import Inputs, Params, run
from media_ai.store.artifacts import ArtifactStore
from media_ai.clients.access import Access
from media_ai.clients.credentials import VodCredentials
from media_ai.testing import make_job
from media_ai.model.media import Video
from media_ai.model.run import RunInput
url, key_id, secret, folder, video = sys.argv[1:]
credentials = VodCredentials(region="cn-shanghai", endpoint=url, key_id=key_id, secret=secret)
job = make_job(Path(folder), access=Access(credentials_of=lambda _: credentials), input=RunInput(video="/v.mp4"))
run(Params(), Inputs(video=Video.model_validate_json(video)), job)
"""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr("media_ai.clients.vod_calls.SETTLE_S", 0.05)


@pytest.fixture
def film(tmp_path):
    """A video whose content no other test has."""
    path = tmp_path / "ein Film.mp4"
    path.write_bytes(b"video " + uuid.uuid4().bytes)
    return path


def upload(folder: Path, emulator, film: Path, *, job=None, subtitles=None, uri: str = "", **params):
    """Run the node; the job is kept."""
    upload.job = job or vod_job(folder, emulator, title="Mein Film")
    video = video_of(film)
    video = video.model_copy(update={"uri": uri}) if uri else video
    return run(Params(**params), Inputs(video=video, subtitles=subtitles), upload.job).asset


def stored(emulator, video_id):
    client = oss_client(emulator, bucket=UPLOAD_BUCKET)
    (found,) = client.list(f"sv/{video_id[:8]}/{video_id}")
    return client.read(found.key)


def in_oss(tmp_path, emulator, film, *, name="in/a 视频.mp4", prefixes=("oss://media-ai/in/",), **changes):
    """Put the film into OSS; return its address and a job that may read there."""
    oss_client(emulator).put(name, film.read_bytes())
    access = vod_access(emulator)
    oss = oss_credentials(emulator, **changes)

    def credentials_of(kind, /):
        return oss if kind is OssCredentials else access.credentials_of(kind)

    remote = OssFiles(
        prefixes, tmp_path / "cache", max_bytes=1 << 30, credentials_of=lambda _: oss_credentials(emulator)
    )
    address = f"oss://media-ai/{name}"
    job = vod_job(
        tmp_path,
        emulator,
        video=address,
        title="Aus OSS 🐝",
        files=MediaFiles([Path("/")], remote),
        access=type(access)(credentials_of=credentials_of),
    )
    return address, job


# The file is sent.


def test_a_file_is_uploaded_and_described(tmp_path, emulator, film):
    """With the task's title and what the params say; the asset leads to it."""
    asset = upload(tmp_path, emulator, film, tags=("a", "视频"), category_id=7, media_description="d")
    video = get_video(vod_calls(emulator), asset.id)

    assert (video.title, video.description, video.tags, video.category_id) == ("Mein Film", "d", ("a", "视频"), 7)
    assert (asset.service, asset.region, asset.uri, asset.state) == (
        "vod",
        "cn-shanghai",
        f"vod://{asset.id}",
        "Normal",
    )
    assert asset.reference_id == video.reference_id
    assert asset.attributes["size"] == film.stat().st_size
    assert stored(emulator, asset.id) == film.read_bytes()
    (made,) = emulator.calls("vod", "CreateUploadVideo")
    assert made.params["AppId"] == "app-1000000"
    assert not {"StorageLocation", "TemplateGroupId", "WorkflowId", "UserData"} & made.params.keys()


def test_what_is_chosen_is_sent(tmp_path, emulator, film):
    """Storage, template group, workflow, application and user data."""
    job = vod_job(tmp_path, emulator, connection={"app_id": "app-1000007"})
    data = {"Extend": {"a": "视"}}
    upload(tmp_path, emulator, film, job=job, storage="outin-x", template_group="g", workflow="w", user_data=data)

    (made,) = emulator.calls("vod", "CreateUploadVideo")
    sent = {
        name: made.params[name] for name in ("StorageLocation", "TemplateGroupId", "WorkflowId", "AppId", "UserData")
    }
    assert list(sent.values()) == ["outin-x", "g", "w", "app-1000007", '{"Extend":{"a":"视"}}']


def test_long_texts_are_cut_with_a_word_about_it(tmp_path, emulator, film):
    """Between characters, at the bytes that VOD takes."""
    job = vod_job(tmp_path, emulator, title="👨‍👩‍👧‍👦" * 20, description="视" * 1000)
    asset = upload(tmp_path, emulator, film, job=job, tags=[f"t{n}" for n in range(17)])

    assert asset.attributes["title"] == "👨‍👩‍👧‍👦" * 5
    assert len(asset.attributes["tags"]) == 16
    assert len(job.notices) == 3


def test_one_content_is_uploaded_once(tmp_path, emulator, film):
    """Another work with the same video takes what is there, brings its texts up to date and says so."""
    first = upload(tmp_path / "one", emulator, film)
    second = upload(tmp_path / "two", emulator, film, media_title="Neuer Titel")

    assert first.id == second.id
    assert (count(emulator, "CreateUploadVideo"), len(emulator.calls("oss", "PutObject"))) == (1, 1)
    assert get_video(vod_calls(emulator), first.id).title == "Neuer Titel"
    assert any("was taken" in notice for notice in upload.job.notices)


def test_another_content_of_the_same_name_is_another_video(tmp_path, emulator, film):
    """A new cut of a film does not get the old one's video."""
    first = upload(tmp_path / "one", emulator, film)
    film.write_bytes(b"another cut " + uuid.uuid4().bytes)
    second = upload(tmp_path / "two", emulator, film)

    assert first.id != second.id and first.reference_id != second.reference_id


def test_it_waits_in_the_triggerer_and_collects(tmp_path, emulator, film):
    """Every try from the top finds what was done; the file is sent once."""
    with pytest.raises(RemoteJobPending) as pending:
        upload(tmp_path, emulator, film, job=vod_job(tmp_path, emulator, wait=leave))
    assert pending.value.job.kind == "vod.video"
    emulator.advance(1)
    film.unlink()
    film.write_bytes(b"x")
    asset = run(Params(), Inputs(video=video_of(film)), vod_job(tmp_path, emulator, wait=leave)).asset

    assert asset.id == pending.value.job.id
    assert count(emulator, "CreateUploadVideo") == 1


def test_it_does_not_wait_for_what_is_only_stored(tmp_path, emulator, film):
    """The file has arrived, and that is enough."""
    job = vod_job(tmp_path, emulator, wait=leave)
    assert upload(tmp_path, emulator, film, job=job, wait_for="uploaded").state in {
        "UploadSucc",
        "Transcoding",
        "Normal",
    }


@pytest.mark.parametrize("operation", ["CreateUploadVideo", "GetVideoInfos", "GetVideoInfo"])
@pytest.mark.parametrize("kind", ["cut", "server_error", "error_body", "throttle"])
def test_troubles_are_survived(tmp_path, emulator, film, operation, kind):
    """One video, one file, whatever call of VOD fails twice."""
    emulator.faults().add("vod", kind, operation=operation, times=2)
    asset = upload(tmp_path, emulator, film)

    assert count(emulator, "CreateUploadVideo") == 1
    assert stored(emulator, asset.id) == film.read_bytes()


def test_a_killed_upload_goes_on(tmp_path, emulator):
    """kill -9 in the middle of a large file: the next try finishes the same multipart upload of the same video."""
    film = tmp_path / "large.mp4"
    film.write_bytes(os.urandom(MB) * 70)
    checkpoints = tmp_path / "tmp"
    checkpoints.mkdir()
    environment = {**os.environ, "PYTHONPATH": "include", "TMPDIR": str(checkpoints)}
    emulator.faults().add("oss", "slow", operation="UploadPart", times=None, skip=2, seconds=120)
    keys, video = emulator.keys, video_of(film)
    given = [emulator.url, keys.access_key_id, keys.access_key_secret, str(tmp_path), video.model_dump_json()]
    child = subprocess.Popen([sys.executable, "-c", _CHILD, *given], env=environment)
    deadline = time.monotonic() + 120
    while sum(path.read_text().count('"etag"') for path in checkpoints.rglob("*.jsonl")) < 2:
        assert time.monotonic() < deadline and child.poll() is None
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    created = count(emulator, "CreateUploadVideo")
    emulator.reset()

    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *given], env=environment, capture_output=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stderr.decode()
    assert created == 1
    assert emulator.calls("vod", "CreateUploadVideo") == []
    assert len(emulator.calls("vod", "RefreshUploadVideo")) == 1
    assert emulator.calls("oss", "InitiateMultipartUpload") == []
    assert len(emulator.calls("oss", "UploadPart")) == 3
    (found,) = [one for one in search_videos(vod_calls(emulator), most=5) if one.size == 70 * MB]
    assert stored(emulator, found.id) == film.read_bytes()


def test_a_file_that_vod_cannot_read_is_an_error_and_sent_again(tmp_path, emulator, film):
    """A restart sends it again, to the same video."""
    film.write_bytes(BROKEN + uuid.uuid4().bytes)
    for _ in range(2):
        with pytest.raises(ServiceError, match="UploadFail") as caught:
            upload(tmp_path, emulator, film)
        assert caught.value.kind is ErrorKind.INVALID
    assert count(emulator, "CreateUploadVideo") == 1
    assert len([call for call in emulator.calls("oss", "PutObject") if not call.code]) == 2


def test_a_video_that_was_deleted_meanwhile_is_uploaded_anew_by_a_restart(tmp_path, emulator, film):
    """The first try says that it is gone."""
    with pytest.raises(RemoteJobPending) as pending:
        upload(tmp_path, emulator, film, job=vod_job(tmp_path, emulator, wait=leave))
    delete_videos(vod_calls(emulator), [pending.value.job.id])
    late = {"details": {"until": ["Normal"], "created": 0.0}}

    def wait_late(job, access, longest_s, /):
        return wait_briefly(job.model_copy(update=late), access, longest_s)

    with pytest.raises(ServiceError) as caught:
        upload(tmp_path, emulator, film, job=vod_job(tmp_path, emulator, wait=wait_late))
    assert caught.value.kind is ErrorKind.NOT_FOUND
    assert upload(tmp_path, emulator, film).id != pending.value.job.id


@pytest.mark.parametrize("name", ["film", "film.", ".mp4"])
def test_a_file_without_an_ending_is_refused(tmp_path, emulator, film, name):
    """VOD tells formats by it; nothing is sent."""
    with pytest.raises(InputError, match="ending"):
        upload(tmp_path, emulator, film.rename(film.with_name(name)))
    assert emulator.calls("vod", "CreateUploadVideo") == []


def test_a_format_that_vod_does_not_take_is_refused_once(tmp_path, emulator, film):
    """With the code of VOD; nothing is tried again."""
    with pytest.raises(ServiceError, match="Extension"):
        upload(tmp_path, emulator, film.rename(film.with_suffix(".xyz")))
    assert len(emulator.calls("vod", "CreateUploadVideo")) == 1


def test_missing_credentials_are_told_before_anything_works(tmp_path, film):
    """The sentence names the connection."""
    with pytest.raises(ConfigurationError, match="VOD"):
        run(Params(), Inputs(video=video_of(film)), make_job(tmp_path))


# Subtitles.


def test_subtitles_go_along(tmp_path, emulator, film):
    """As attached media with a mark that leads to them, once."""
    job = vod_job(tmp_path, emulator)
    file = SubtitleFile(name="字幕.srt", content=job.store.put_bytes(SRT, "text/plain"))
    asset = upload(tmp_path, emulator, film, job=job, subtitles=file)
    again = upload(tmp_path, emulator, film, job=vod_job(tmp_path, emulator), subtitles=file)

    (kept,) = asset.attributes["subtitles"]
    assert kept["name"] == "字幕.srt"
    assert again == asset
    assert count(emulator, "CreateUploadAttachedMedia") == 1
    found = vod_calls(emulator).call("GetAttachedMediaInfo", {"MediaIds": kept["id"]})["AttachedMediaList"]
    assert [(one["Status"], one["Title"]) for one in found] == [("Normal", "字幕.srt")]


def test_subtitles_of_a_format_that_vod_does_not_take_are_refused(tmp_path, emulator, film):
    """The message lists those that it takes."""
    job = vod_job(tmp_path, emulator)
    file = SubtitleFile(name="a.sub", content=job.store.put_bytes(SRT, "text/plain"))
    with pytest.raises(InputError, match="srt, ass"):
        upload(tmp_path, emulator, film, job=job, subtitles=file)


# VOD fetches the file.


def test_a_video_in_oss_is_fetched(tmp_path, emulator, film, caplog):
    """By a link that stands in no log, no step and no result; afterwards it has our name and its texts, emoji included."""
    caplog.set_level(logging.DEBUG)
    address, job = in_oss(tmp_path, emulator, film)
    asset = upload(tmp_path, emulator, film, job=job, uri=address, tags=("a",))

    video = get_video(vod_calls(emulator), asset.id)
    assert (video.title, video.tags, video.reference_id) == ("Aus OSS 🐝", ("a",), asset.reference_id)
    assert len(emulator.calls("vod", "UploadMediaByURL")) == 1
    assert emulator.calls("vod", "CreateUploadVideo") == []
    kept = [path.read_text(errors="replace") for path in (tmp_path / "store").rglob("*") if path.is_file()]
    shown = "\n".join([*kept, caplog.text, asset.model_dump_json()])
    assert "x-oss-signature" not in shown


@pytest.mark.parametrize("kind", ["cut", "server_error", "throttle"])
def test_a_video_is_fetched_once(tmp_path, emulator, film, kind):
    """The job whose answer was lost is found by its link, which is signed again for the same second."""
    emulator.faults().add("vod", kind, operation="UploadMediaByURL", times=2)
    address, job = in_oss(tmp_path, emulator, film, name=f"in/{uuid.uuid4().hex}.mp4")
    upload(tmp_path, emulator, film, job=job, uri=address)

    assert count(emulator, "UploadMediaByURL") == 1


def test_a_fetch_that_a_killed_process_began_is_found(tmp_path, emulator, film):
    """The step is noted, its outcome is not: the next try asks VOD by the same link."""
    name = f"in/{uuid.uuid4().hex}.mp4"
    address, job = in_oss(tmp_path, emulator, film, name=name)
    with pytest.raises(RemoteJobPending):
        upload(tmp_path, emulator, film, job=replace(job, wait=leave), uri=address)
    (step,) = (tmp_path / "store").rglob("fetch.1.json")
    step.write_text('{"begun": 0, "beat": 0, "state": "in_doubt"}')
    upload(tmp_path, emulator, film, job=job, uri=address)

    assert count(emulator, "UploadMediaByURL") == 1


def test_what_vod_has_is_not_fetched_again(tmp_path, emulator, film):
    """It was sent before by another work."""
    sent = upload(tmp_path / "one", emulator, film, job=vod_job(tmp_path / "one", emulator, video_id="v"))
    address, job = in_oss(tmp_path, emulator, film)
    job.input = RunInput(video=address, video_id="v")
    fetched = upload(tmp_path, emulator, film, job=job, uri=address)

    assert sent.id == fetched.id
    assert emulator.calls("vod", "UploadMediaByURL") == []
    assert any("was taken" in notice for notice in job.notices)


def test_a_file_is_sent_where_links_would_die(tmp_path, emulator, film):
    """With temporary keys of OSS; who insists on the address is told."""
    address, job = in_oss(tmp_path, emulator, film, security_token="t")
    with pytest.raises(ConfigurationError, match="temporary keys"):
        upload(tmp_path, emulator, film, job=job, uri=address, source="address")
    job.forget("known")
    assert upload(tmp_path, emulator, film, job=job, uri=address).state == "Normal"
    assert emulator.calls("vod", "UploadMediaByURL") == []


def test_a_file_is_sent_where_vod_does_not_tell_of_fetched_ones(tmp_path, emulator, film):
    """In other regions, unless somebody insists."""
    address, job = in_oss(tmp_path, emulator, film)
    elsewhere = vod_access(emulator, region="cn-shenzhen").credentials_of
    ours = job.access.credentials_of
    job.access = replace(
        job.access, credentials_of=lambda kind: ours(kind) if kind is OssCredentials else elsewhere(kind)
    )
    upload(tmp_path, emulator, film, job=job, uri=address)

    assert emulator.calls("vod", "UploadMediaByURL") == []
    assert count(emulator, "CreateUploadVideo") == 1


def test_a_local_file_cannot_be_fetched(tmp_path, emulator, film):
    """The message says what to set."""
    with pytest.raises(InputError, match="Source"):
        upload(tmp_path, emulator, film, source="address")


def test_a_place_that_may_not_be_read_is_not_lent(tmp_path, emulator, film):
    """VOD is given links to allowed folders only."""
    address, job = in_oss(tmp_path, emulator, film, prefixes=("oss://media-ai/elsewhere/",))
    with pytest.raises(InputError, match="outside the places"):
        upload(tmp_path, emulator, film, job=job, uri=address)
    assert emulator.calls("vod") == []


def test_a_file_that_cannot_be_fetched_is_an_error(tmp_path, emulator, film):
    """It was removed before VOD came for it."""
    name = f"in/{uuid.uuid4().hex}.mp4"
    address, job = in_oss(tmp_path, emulator, film, name=name)
    with pytest.raises(RemoteJobPending):
        upload(tmp_path, emulator, film, job=replace(job, wait=leave), uri=address)
    oss_client(emulator).delete(name)
    time.sleep(0.3)
    with pytest.raises(ServiceError, match="could not fetch") as caught:
        upload(tmp_path, emulator, film, job=job, uri=address)
    assert "x-oss" not in caught.value.message


# Identity.


def test_another_account_or_another_title_is_other_work(tmp_path, emulator):
    """What one account has is not in the other."""
    prints = [
        fingerprint(Params(), vod_job(tmp_path, emulator, **changes))
        for changes in (
            {},
            {"connection": {"key_id": "other"}},
            {"connection": {"region": "cn-beijing"}},
            {"connection": {"app_id": "app-1000002"}},
            {"title": "other"},
        )
    ]
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize(
    ("params", "video", "services"),
    [
        ({}, "/a.mp4", ("vod",)),
        ({}, "oss://b/a.mp4", ("vod", "oss")),
        ({"source": "file"}, "oss://b/a.mp4", ("vod",)),
        ({"source": "address"}, "/a.mp4", ("vod", "oss")),
    ],
)
def test_it_says_which_connections_it_needs(params, video, services):
    """Before the first node works."""
    step = Step(id="u", type="upload_vod_media", type_version=1, title="", params=params)
    assert services_needed(step, RunInput(video=video), {}) == services
