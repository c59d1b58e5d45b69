"""What deletes uploads and assets of services, against the files and the emulated services."""

import uuid

import httpx
import pytest

from media_ai.clients import ims_media
from media_ai.clients.ims_library import open_media
from media_ai.clients.vod_calls import VodCalls
from media_ai.clients.vod_videos import get_video
from media_ai.errors import ServiceError
from media_ai.model.services import ServiceAsset
from media_ai.nodes import register_ims_media, upload_vod_media
from media_ai.settings import Settings
from media_ai.store.file_store import FileStore
from media_ai.tasks.deleting_hands import ServiceAssets, uploads_here
from media_ai.tasks.uploads import Uploads
from media_ai.testing import no_credentials
from tests.emulated import cloud_access, oss_client
from tests.media_ai.nodes.ims import ims_job, video_at
from tests.media_ai.tasks.test_deleting import World
from tests.vod import video_of, vod_job


def asset(service, asset_id):
    return ServiceAsset(service=service, region="cn-shanghai", id=asset_id, uri=f"{service}://x", state="Normal")


def test_an_uploaded_file_is_removed_whoever_sent_it(tmp_path):
    """A file elsewhere is not ours."""
    settings = Settings(home=tmp_path)
    uploads = Uploads(settings.uploads, max_bytes=100, expires_h=1)
    state = uploads.create(name="a b.mp4", size=3, owner_id="1", owner="ann")
    with uploads.writing(state) as writer:
        writer.append(b"abc")
    address = uploads.finish(state.upload).address
    other = tmp_path / "other.mp4"
    other.write_bytes(b"x")
    here = uploads_here(settings, no_credentials)

    assert here.owns(address) and not here.owns(str(other)) and not here.owns("oss://b/k.mp4")
    assert here.remove(address) and here.remove(address)
    assert not here.owns(address) and other.exists()


def test_assets_are_deleted_and_asked_for_again(emulator):
    """One that was there, and those that were not."""
    access = cloud_access(emulator)
    made = VodCalls(access).call("CreateUploadVideo", {"Title": "t", "FileName": "a.mp4"})
    proof = ServiceAssets(access)([asset("vod", made["VideoId"]), asset("vod", "0" * 32), asset("ims", "f" * 32)])

    found = {(item["service"], item["id"]): (item["outcome"], item["is_gone"]) for item in proof}
    assert found["vod", made["VideoId"]] == ("deleted", True)
    assert found["vod", "0" * 32] == ("was not there", True)
    assert found["ims", "f" * 32] == ("was not there", True)


@pytest.fixture
def registered(tmp_path, emulator, monkeypatch):
    """What the nodes that register with IMS and upload to VOD have made at the services."""
    monkeypatch.setattr(ims_media, "FIRST_LOOK_S", 0.3)
    monkeypatch.setattr("media_ai.clients.vod_calls.SETTLE_S", 0.05)
    key = f"{uuid.uuid4().hex}.mp4"
    oss_client(emulator).put(key, b"bytes of a video")
    url, film = f"oss://media-ai/{key}", tmp_path / key
    film.write_bytes(b"video " + uuid.uuid4().bytes)
    for folder in ("ims", "vod"):
        (tmp_path / folder).mkdir()
    job = ims_job(tmp_path / "ims", emulator, video=url, video_id=key.removesuffix(".mp4"))
    of_ims = register_ims_media.run(
        register_ims_media.Params(), register_ims_media.Inputs(video=video_at(url)), job
    ).asset
    job = vod_job(tmp_path / "vod", emulator, title="Film")
    of_vod = upload_vod_media.run(upload_vod_media.Params(), upload_vod_media.Inputs(video=video_of(film)), job).asset
    return of_ims, of_vod


def there(access, asset):
    """Ask the service whether it has an asset."""
    if asset.service == "ims":
        return asset.id in open_media(access).get_all([asset.id])
    try:
        return bool(get_video(VodCalls(access), asset.id))
    except ServiceError as exc:
        assert exc.code == "InvalidVideo.NotFound"
        return False


@pytest.mark.postgres
def test_a_deleted_task_takes_its_assets_with_it_when_asked(database, tmp_path, emulator, registered):
    """When not asked they stay, and the record names them: somebody may want to delete them later. The file in the bucket stays."""
    access, world = cloud_access(emulator), World(database, FileStore(tmp_path / "store"))
    both = world.task("kept", words="a", assets=registered)
    done = world.deletion(assets=ServiceAssets(access)).delete(both, by="ann")
    assert done.state == "done" and [there(access, asset) for asset in registered] == [True, True]
    kept = [
        {"service": asset.service, "id": asset.id, "outcome": "kept: nobody asked to delete it"} for asset in registered
    ]
    assert done.proof["services"] == kept

    both = world.task("gone", words="b", assets=registered)
    done = world.deletion(assets=ServiceAssets(access)).delete(both, by="ann", with_services=True)
    assert done.state == "done" and [there(access, asset) for asset in registered] == [False, False]
    assert [(each["service"], each["id"], each["outcome"], each["is_gone"]) for each in done.proof["services"]] == [
        (asset.service, asset.id, "deleted", True) for asset in registered
    ]
    bucket, _, key = registered[0].uri.removeprefix("oss://").partition("/")
    assert oss_client(emulator, bucket=bucket).read(key) == b"bytes of a video"


@pytest.mark.postgres
def test_a_video_that_was_sent_straight_to_oss_goes_with_its_last_task(database, tmp_path, emulator):
    """The object itself, with proof; another object below the same folder is not ours."""
    settings = Settings(home=tmp_path, upload_prefix=f"oss://media-ai/{uuid.uuid4().hex}/")
    here = uploads_here(settings, cloud_access(emulator).credentials_of)
    upload = here.direct.create(name="a b.mp4", size=3, owner_id="1")
    httpx.put(here.direct.links(upload, [1])[1].get_secret_value(), content=b"abc").raise_for_status()
    address = here.direct.finish(upload).address
    bucket, foreign = oss_client(emulator), f"{settings.upload_prefix}other.mp4"
    key = address.removeprefix("oss://media-ai/")
    bucket.put(foreign.removeprefix("oss://media-ai/"), b"x")
    world = World(database, FileStore(tmp_path / "store"))
    first, last = (world.task(name, words=name, video=address) for name in ("first", "last"))
    third = world.task("third", words="third", video=foreign)

    done = world.deletion(uploads=here).delete(first, by="ann")
    assert done.proof["uploads"][0]["outcome"] == "kept: another task reads it" and bucket.read(key) == b"abc"
    done = world.deletion(uploads=here).delete(last, by="ann")
    assert done.state == "done" and bucket.find(key) is None and not here.owns(address)
    assert [(each["outcome"], each["is_gone"]) for each in done.proof["uploads"]] == [("removed", True)]
    assert address not in str(done.proof)
    assert world.deletion(uploads=here).delete(third, by="ann").proof["uploads"] == []
    assert bucket.find(foreign.removeprefix("oss://media-ai/")) is not None
