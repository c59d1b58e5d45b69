"""Registering the video with IMS: once, whatever gets lost; with texts from the results; refused early where it cannot work."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from media_ai.clients import ims_media
from media_ai.errors import ConfigurationError, ConflictError, ErrorKind, InputError, ServiceError
from media_ai.model.services import ServiceAsset
from media_ai.model.text import Summary, SummaryMethod
from media_ai.nodes import register_ims_media
from media_ai.nodes.register_ims_media import Inputs, Outputs, Params
from media_ai.store.file_store import FileStore
from media_ai.store.steps import LEASE_S, Steps
from media_ai.testing import make_job
from media_ai.waiting import RemoteJobPending, leave
from media_ai_emulators.ice.library import MediaLibrary
from media_ai_emulators.testing import Emulator, running_emulator
from tests.emulated import oss_client
from tests.media_ai.nodes.ims import ims_access, ims_job, library, registered, video_at


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator is quicker than the service."""
    monkeypatch.setattr(ims_media, "FIRST_LOOK_S", 0.3)


@pytest.fixture
def url() -> str:
    """An address that nobody has registered."""
    return f"oss://other/{uuid.uuid4().hex}.mp4"


def register(
    folder: Path, emulator: Emulator, url: str, *, results: dict[str, Any] | None = None, job: Any = None, **params: Any
) -> Outputs:
    """Run the node over the video at an address, whose id is made from it."""
    job = job or ims_job(folder, emulator, video=url, video_id=url.rpartition("/")[2].removesuffix(".mp4"))
    register.job = job
    return register_ims_media.run(Params(**params), Inputs(video=video_at(url), **(results or {})), job)


def summary(**fields: Any) -> Summary:
    """Return a summary."""
    return Summary(
        **{
            "method": SummaryMethod.GENERATIVE,
            "model": "m",
            "text": "what it is about",
            "keywords": ("bees", "honey"),
            **fields,
        }
    )


def test_the_asset_is_registered_with_texts_of_the_results(tmp_path, emulator, url):
    """Title of the task, description and tags of the summary, the video's id as ReferenceId; nothing that costs money."""
    done = register(tmp_path, emulator, url, results={"summary": summary()}, tags=("mine", "Bees"))
    (call,) = emulator.calls("ice", "RegisterMediaInfo")
    video_id = register.job.input.asset().video_id
    sent = call.params
    assert (sent["InputURL"], sent["Title"], sent["Description"]) == (
        url,
        register.job.input.asset().title,
        "what it is about",
    )
    assert (sent["MediaTags"], sent["MediaType"], sent["BusinessType"]) == ("mine,Bees,honey", "video", "general")
    assert json.loads(sent["UserData"]) == {"videoId": video_id}
    assert json.loads(sent["RegisterConfig"]) == {"NeedSprite": "false", "NeedSnapshot": "false"}
    assert (sent["ReferenceId"], len(sent["ClientToken"])) == (video_id, 32)
    assert not {"Overwrite", "SmartTagTemplateId", "WorkflowId", "CateId", "CoverURL"} & set(sent)
    asset = done.asset
    assert (asset.service, asset.region, asset.uri, asset.state) == ("ims", "cn-shanghai", url, "Normal")
    assert (asset.reference_id, asset.attributes["tags"]) == (video_id, ["mine", "Bees", "honey"])
    assert (asset.attributes["duration_s"], asset.attributes["is_new"]) == (60, True)
    assert [record.id for record in registered(emulator, url)] == [asset.id]
    assert register.job.notices == []
    assert len(emulator.calls("ice", "GetMediaInfo")) <= 3


def test_what_was_cut_is_said(tmp_path, emulator, url):
    """Each in a sentence with the result; the metadata of a task go before its id."""
    job = ims_job(tmp_path, emulator, video=url, metadata={"note": "视" * 400})
    done = register(
        tmp_path,
        emulator,
        url,
        job=job,
        media_title="视" * 50,
        tags=tuple(f"t{n}" for n in range(20)),
        cover_url="https://a/" + "x" * 200,
    )
    assert done.asset.attributes["title"] == "视" * 42
    said = " ".join(job.notices)
    for words in (
        "The title was shortened by 24 bytes",
        "takes 16: 4",
        "cover's address was left out",
        "user data, which may have 1024 bytes: metadata",
    ):
        assert words in said


def test_a_restart_registers_nothing(tmp_path, emulator, url):
    """The step has its outcome; the asset is only looked at."""
    first = register(tmp_path, emulator, url)
    emulator.state.calls.clear()
    again = register(tmp_path, emulator, url)
    assert again.asset.id == first.asset.id
    assert emulator.calls("ice", "RegisterMediaInfo") == []
    assert len(emulator.calls("ice")) == 1


@pytest.mark.parametrize("fault", ["throttle", "server_error", "cut", "error_body"])
def test_passing_troubles_reach_nobody(tmp_path, emulator, url, fault):
    """Of the registration and of the wait."""
    emulator.faults().add("ice", fault, operation="RegisterMediaInfo", times=2)
    emulator.faults().add("ice", fault, operation="GetMediaInfo", times=2)
    done = register(tmp_path, emulator, url)
    assert [record.id for record in registered(emulator, url)] == [done.asset.id]


def _give_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from media_ai.clients import ims_calls
    from tests.emulated import quick

    monkeypatch.setattr(ims_calls.ImsCalls.__init__, "__kwdefaults__", {"retry": quick(2)})


def test_a_lost_answer_is_found_by_the_next_try(tmp_path, emulator, url, monkeypatch):
    """By the address, where the service has forgotten the ClientToken."""
    _give_up_at_once(monkeypatch)
    emulator.faults().add("ice", "cut", operation="RegisterMediaInfo", times=2)
    with pytest.raises(ServiceError) as caught:
        register(tmp_path, emulator, url)
    assert caught.value.kind is ErrorKind.TRANSIENT
    (found,) = _settled(emulator, url)
    by_field = MediaLibrary.by_field
    monkeypatch.setattr(
        MediaLibrary,
        "by_field",
        lambda self, name, value: None if name == "ClientToken" else by_field(self, name, value),
    )
    done = register(tmp_path, emulator, url)
    assert done.asset.id == found.id
    assert len(emulator.calls("ice", "RegisterMediaInfo")) == 2
    assert done.asset.attributes["is_new"] is True


def test_a_lost_answer_is_found_by_its_token(tmp_path, emulator, url, monkeypatch):
    """While the asset cannot be read yet, the same request gets the same answer."""
    _give_up_at_once(monkeypatch)
    emulator.faults().add("ice", "cut", operation="RegisterMediaInfo", times=2)
    with pytest.raises(ServiceError):
        register(tmp_path, emulator, url)
    done = register(tmp_path, emulator, url)
    assert len({call.params["ClientToken"] for call in emulator.calls("ice", "RegisterMediaInfo")}) == 1
    assert [record.id for record in registered(emulator, url)] == [done.asset.id]


def test_overwriting_twice_by_accident_does_not_happen(tmp_path, emulator, url, monkeypatch):
    """A lost answer of an overwriting registration is found, though the token is forgotten: the new id stays."""
    (tmp_path / "old").mkdir()
    old = register(tmp_path / "old", emulator, url, has_reference_id=False)
    _give_up_at_once(monkeypatch)
    emulator.faults().add("ice", "cut", operation="RegisterMediaInfo", times=2)
    (tmp_path / "new").mkdir()
    with pytest.raises(ServiceError):
        register(tmp_path / "new", emulator, url, already_registered="overwrite")
    (found,) = _settled(emulator, url)
    assert found.id != old.asset.id
    by_field = MediaLibrary.by_field
    monkeypatch.setattr(
        MediaLibrary,
        "by_field",
        lambda self, name, value: None if name == "ClientToken" else by_field(self, name, value),
    )
    done = register(tmp_path / "new", emulator, url, already_registered="overwrite")
    assert done.asset.id == found.id


def _settled(emulator: Emulator, url: str) -> list[Any]:
    time.sleep(0.5)
    return registered(emulator, url)


def _known_asset(emulator: Emulator, url: str, **fields: Any) -> str:
    from media_ai.clients.ims_rules import RegisterMedia

    media_id = library(emulator).register(
        RegisterMedia(input_url=url, client_token=uuid.uuid4().hex, title="theirs", **fields)
    )
    time.sleep(0.5)
    emulator.state.calls.clear()
    return media_id


def test_an_asset_of_others_is_reused(tmp_path, emulator, url):
    """As it is, and said."""
    known = _known_asset(emulator, url, tags=("theirs",))
    done = register(tmp_path, emulator, url, media_title="mine")
    assert (done.asset.id, done.asset.attributes["is_new"], done.asset.attributes["title"]) == (known, False, "theirs")
    assert f"registered as {known}, which was taken as it is" in register.job.notices[0]
    assert emulator.calls("ice", "UpdateMediaInfo") == []


def test_an_asset_of_others_is_updated(tmp_path, emulator, url):
    """With texts and tags, once; a restart does not write again."""
    known = _known_asset(emulator, url, tags=("theirs",))
    for _ in range(2):
        done = register(tmp_path, emulator, url, media_title="mine", tags=("ours",), already_registered="update")
        assert done.asset.id == known
    found = library(emulator).get(known)
    assert found is not None
    assert (found.basic["Title"], found.basic["MediaTags"]) == ("mine", "ours")
    assert len(emulator.calls("ice", "UpdateMediaInfo")) == 1


def test_an_asset_of_others_makes_it_fail(tmp_path, emulator, url):
    """Where that was chosen; the asset is named."""
    known = _known_asset(emulator, url)
    with pytest.raises(ConflictError, match=known):
        register(tmp_path, emulator, url, already_registered="fail")
    with pytest.raises(ConflictError, match=known):
        register(tmp_path, emulator, url, already_registered="fail")


def test_an_asset_of_others_is_overwritten(tmp_path, emulator, url):
    """Only where that was chosen: another id, the old one is gone."""
    known = _known_asset(emulator, url)
    done = register(tmp_path, emulator, url, already_registered="overwrite")
    assert done.asset.id != known
    assert [record.id for record in registered(emulator, url)] == [done.asset.id]


def test_an_asset_that_was_registered_this_second_is_reused(tmp_path, emulator, url):
    """It is refused as a duplicate before it can be read; it is looked for until it can."""
    from media_ai.clients.ims_rules import RegisterMedia

    known = library(emulator).register(RegisterMedia(input_url=url, client_token=uuid.uuid4().hex))
    assert register(tmp_path, emulator, url).asset.id == known


def test_two_runs_at_the_same_time_register_once(tmp_path, emulator, url):
    """Two tasks over one video, with works of their own: one registers, the other takes its asset."""
    folders = [tmp_path / str(n) for n in range(6)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda folder: register(folder, emulator, url), folders))
    assert len({each.asset.id for each in done}) == 1
    assert len(registered(emulator, url)) == 1


@pytest.mark.parametrize(
    "place", ["/videos/a.mp4", "file:///videos/a.mp4", "https://example.com/a.mp4?auth_key=sentinel"]
)
def test_a_video_elsewhere_is_refused_at_the_door(tmp_path, emulator, place):
    """With what to do, and before any call."""
    with pytest.raises(InputError, match=r"oss://bucket/key.*upload_vod_media") as caught:
        register(tmp_path, emulator, place, job=ims_job(tmp_path, emulator, video=place))
    assert "sentinel" not in caught.value.message
    assert emulator.calls("ice") == []


def test_an_asset_of_vod_is_registered_by_its_id(tmp_path, emulator):
    """Wherever the file itself is."""
    vod_id = uuid.uuid4().hex
    uploaded = ServiceAsset(service="vod", region="cn-shanghai", id=vod_id, uri=f"vod://{vod_id}", state="Normal")
    job = ims_job(tmp_path, emulator, video="/videos/a.mp4", video_id=vod_id)
    done = register_ims_media.run(Params(), Inputs(video=video_at("/videos/a.mp4"), uploaded=uploaded), job)
    assert done.asset.uri == f"vod://{vod_id}"


def test_a_bucket_of_another_region_is_named_with_it(tmp_path, emulator, url):
    """oss:// would mean the region of IMS."""
    from media_ai.clients.access import Access
    from media_ai.clients.credentials import ImsCredentials
    from tests.emulated import ims_credentials, oss_credentials

    known = {ImsCredentials: ims_credentials(emulator)}
    access = Access(credentials_of=lambda kind: known.get(kind, oss_credentials(emulator, region="cn-beijing")))
    done = register(tmp_path, emulator, url, job=ims_job(tmp_path, emulator, video=url, access=access))
    assert done.asset.uri == url.replace("oss://other/", "https://other.oss-cn-beijing.aliyuncs.com/")


def test_a_file_that_ims_cannot_read(tmp_path, emulator):
    """Fails for good; a restart registers anew with another token, and overwrites only by choice."""
    name = f"{uuid.uuid4().hex}.mp4"
    place = f"oss://media-ai/{name}"
    with pytest.raises(ServiceError, match="PrepareFail") as caught:
        register(tmp_path, emulator, place)
    assert not caught.value.kind.is_retryable
    with pytest.raises(ServiceError, match="PrepareFail.*choose 'overwrite'"):
        register(tmp_path, emulator, place)
    oss_client(emulator).put(name, b"video")
    done = register(tmp_path, emulator, place, already_registered="overwrite")
    assert done.asset.state == "Normal"
    tokens = [call.params["ClientToken"] for call in emulator.calls("ice", "RegisterMediaInfo")]
    assert len(set(tokens)) == 3


def test_the_wait_is_left_to_others(tmp_path, emulator, url):
    """In Airflow the process ends; the same node run later collects, with the notices of before."""
    job = ims_job(tmp_path, emulator, video=url, wait=leave)
    with pytest.raises(RemoteJobPending) as pending:
        register(tmp_path, emulator, url, job=job, media_title="x" * 200)
    assert pending.value.job.kind == "ims.media"
    assert "sentinel" not in pending.value.job.model_dump_json()
    time.sleep(0.6)
    job = ims_job(tmp_path, emulator, video=url, wait=leave)
    done = register(tmp_path, emulator, url, job=job, media_title="x" * 200)
    assert done.asset.id == pending.value.job.id
    assert "shortened" in job.notices[0]
    assert len(emulator.calls("ice", "RegisterMediaInfo")) == 1


def test_a_reference_id_that_is_taken_is_told(tmp_path, emulator, url):
    """Another file of the same video needs to be registered without one."""
    reference = uuid.uuid4().hex
    _known_asset(emulator, f"oss://other/{uuid.uuid4().hex}.mp4", reference_id=reference)
    with pytest.raises(ServiceError, match="ReferenceId"):
        register(tmp_path, emulator, url, job=ims_job(tmp_path, emulator, video=url, video_id=reference))
    job = ims_job(tmp_path, emulator, video=url, video_id=reference)
    assert register(tmp_path, emulator, url, job=job, has_reference_id=False).asset.reference_id is None


def test_without_credentials_nothing_begins(tmp_path, url):
    """The connection is named."""
    with pytest.raises(ConfigurationError, match="Alibaba Cloud IMS"):
        register_ims_media.run(Params(), Inputs(video=video_at(url)), make_job(tmp_path, video=url))


def test_the_account_and_the_task_decide_what_is_reused(tmp_path, emulator, url):
    """A result of another account, or of a task that says something else of the video, is not taken."""

    def fingerprint(access: Any = None, **given: Any) -> str:
        changes = {"access": access} if access else {}
        return register_ims_media.fingerprint(Params(), ims_job(tmp_path, emulator, video=url, **given, **changes))

    prints = {
        fingerprint(),
        fingerprint(ims_access(emulator, key_id="another")),
        fingerprint(ims_access(emulator, region="cn-beijing")),
        fingerprint(title="another"),
        fingerprint(video_id="another"),
    }
    assert len(prints) == 5
    assert fingerprint() in prints
    assert fingerprint(ims_access(emulator, secret="another")) in prints


@pytest.mark.parametrize(
    "params",
    [
        {"media_type": "text"},
        {"business_type": "other"},
        {"smart_tag_template": "S1"},
        {"cover_url": "not an address"},
        {"cover_url": "javascript:alert(1)"},
        {"category_id": 0},
        {"cover_start": -1},
        {"already_registered": "perhaps"},
        {"longest_wait": 1},
        {"tags": ["t"] * 201},
        {"unknown": 1},
    ],
)
def test_wrong_params_are_refused(params):
    """When they are written."""
    assert register_ims_media.NODE.params_issues("node", params)


_KILLED = """
import sys, pathlib
from media_ai.nodes import register_ims_media
from media_ai_emulators.testing import Emulator
from tests.media_ai.nodes import ims
folder, url, port = sys.argv[1:]
class There:
    url = endpoint = "127.0.0.1:" + port
    from media_ai_emulators.credentials import Keys
    keys = Keys()
There.url = "http://" + There.endpoint
job = ims.ims_job(pathlib.Path(folder), There(), video=url, video_id="killed-" + url[-20:-4])
register_ims_media.run(register_ims_media.Params(), register_ims_media.Inputs(video=ims.video_at(url)), job)
"""


@pytest.mark.parametrize("answered", [False, True])
def test_a_killed_process_leaves_one_asset(tmp_path, emulator, url, answered):
    """kill -9 while the request is on its way, or while the asset is waited for: the next process finds what was done."""
    if not answered:
        emulator.faults().add("ice", "slow", operation="RegisterMediaInfo", seconds=2)
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path), url, str(emulator.port)],
        env={**os.environ, "PYTHONPATH": ".:include"},
    )
    end = time.monotonic() + 60
    while time.monotonic() < end and not _seen(emulator, answered):
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    time.sleep(2.5)
    steps = Steps(
        FileStore(tmp_path / "store"), ims_job(tmp_path, emulator).work, clock=lambda: time.time() + LEASE_S + 1
    )
    job = ims_job(tmp_path, emulator, video=url, video_id="killed-" + url[-20:-4], steps=steps)
    done = register(tmp_path, emulator, url, job=job)
    assert [record.id for record in registered(emulator, url)] == [done.asset.id]


def _seen(emulator: Emulator, answered: bool) -> bool:
    calls = emulator.calls("ice", "RegisterMediaInfo")
    return bool(calls) and (not answered or calls[0].status == 200)


def test_fifty_registrations_under_fire(tmp_path):
    """20 % throttled, 5 % failing, 2 % cut: no error reaches anybody, and each address has one asset."""
    with running_emulator(tmp_path / "state", visible_after_s=0.2, seed=7) as emulator:
        emulator.faults().add("ice", "throttle", times=None, rate=0.20)
        emulator.faults().add("ice", "server_error", times=None, rate=0.05)
        emulator.faults().add("ice", "cut", times=None, rate=0.02)
        urls = [f"oss://other/{n}.mp4" for n in range(50)]
        folders = [tmp_path / str(n) for n in range(50)]
        for folder in folders:
            folder.mkdir()

        def run(at: int) -> str:
            job = ims_job(folders[at], emulator, video=urls[at], video_id=f"video-{at:03d}")
            return register_ims_media.run(Params(), Inputs(video=video_at(urls[at])), job).asset.id

        with ThreadPoolExecutor(16) as pool:
            ids = list(pool.map(run, range(50)))
        faults = [call.fault for call in emulator.calls("ice")]
        assert {"throttle", "server_error", "cut"} <= set(faults)
        emulator.faults().clear()
        records = {record.input_url: record.id for record in library(emulator).list()}
        assert len(list(library(emulator).list())) == 50
        assert [records[url] for url in urls] == ids
