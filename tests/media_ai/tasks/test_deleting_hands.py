"""What deletes uploads and assets of services, against the files and the emulated services."""

from media_ai.clients.vod_calls import VodCalls
from media_ai.model.services import ServiceAsset
from media_ai.settings import Settings
from media_ai.tasks.deleting_hands import ServiceAssets, uploads_here
from media_ai.tasks.uploads import Uploads
from media_ai.testing import no_credentials
from tests.emulated import cloud_access


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
