"""oss:// paths of Airflow, against the emulated OSS."""

import os
import pickle
import runpy
import subprocess
import sys
import textwrap
import time
import zipfile
from hashlib import sha256
from pathlib import Path

import fsspec
import pytest
from airflow.models.connection import Connection
from airflow.sdk import ObjectStoragePath
from airflow.sdk.io import store as airflow_stores

from media_ai.clients.credentials import OssCredentials
from media_ai.errors import ConfigurationError, ErrorKind, InputError, ServiceError
from operators.io.oss_filesystem import OssFileSystem
from tests.emulated import alibaba_fields, oss_client
from tests.heavy import HEAVY

pytestmark = pytest.mark.airflow

ODD = "视频 1+2&x=y?z#f%20 [2021]*.mp4"
DAG_FILE = """
    from airflow.sdk import DAG, ObjectStoragePath, task

    BASE = ObjectStoragePath("oss://alibaba_oss_default@media-ai/{folder}/dag/")

    with DAG("exports", schedule=None):

        @task
        def export(name: str) -> ObjectStoragePath:
            path = BASE / name / "result.txt"
            path.write_text("12 frames")
            return path

        @task
        def read(path: ObjectStoragePath) -> str:
            return path.read_text()

        read(export("film"))
"""


@pytest.fixture
def connect(emulator, monkeypatch):
    """Defines an OSS connection, and makes Airflow and fsspec forget the filesystems of other tests."""
    monkeypatch.setattr("media_ai.clients.retrying.random.uniform", lambda low, high: 0.0)
    airflow_stores._STORE_CACHE.clear()
    OssFileSystem.clear_instance_cache()

    def defined(conn_id=OssCredentials.connection_id, **changes):
        given = {**alibaba_fields(emulator), **changes}
        standard = {name: given.pop(field) for name, field in OssCredentials.standard_fields.items()}
        connection = Connection(conn_id=conn_id, conn_type="alibaba_oss", extra=given, **standard)
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", connection.get_uri())
        return conn_id

    defined()
    return defined


@pytest.fixture
def folder(connect, tmp_path):
    """A folder of this test's own in the bucket."""
    return ObjectStoragePath(f"oss://alibaba_oss_default@media-ai/{tmp_path.name}")


def test_what_is_written_is_read(folder):
    """Text, bytes, and names with any letters; bytes with the digest that every object of ours has."""
    for path in (folder / "a.txt", folder / ODD, folder / "a/b/c.txt"):
        path.write_text("Zürich 视频\n", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "Zürich 视频\n"
        assert path.read_bytes() == "Zürich 视频\n".encode()
    assert oss_fs().info((folder / ODD).path)["name"] == f"media-ai/{folder.name}/{ODD}"


def oss_fs() -> OssFileSystem:
    return fsspec.filesystem("oss")


def test_paths_are_put_together_as_of_files(folder):
    """The bucket is the root, not a folder; the connection goes along."""
    path = folder / "a" / "film.tar.gz"

    assert str(path) == f"oss://alibaba_oss_default@media-ai/{folder.name}/a/film.tar.gz"
    assert (path.bucket, path.key, path.name, path.suffix) == (
        "media-ai",
        f"{folder.name}/a/film.tar.gz",
        "film.tar.gz",
        ".gz",
    )
    assert path.parent == folder / "a"
    assert str(folder.parent) == "oss://alibaba_oss_default@media-ai/"
    assert folder.parent.parent == folder.parent
    assert path.with_suffix(".zip").name == "film.tar.zip"


def test_a_file_is_read_by_ranges(folder, emulator):
    """Seeking costs nothing; a read costs a request for what is needed, and not one for every 8 KB."""
    data = os.urandom(3_000_000)
    (folder / "big").write_bytes(data)
    emulator.reset()

    with (folder / "big").open("rb") as stream:
        stream.seek(2_000_000)
        assert stream.read(10) == data[2_000_000:2_000_010]
        stream.seek(0)
        assert stream.read() == data
    with (folder / "big").open("rb", buffering=1000) as stream:
        assert stream.read(10) == data[:10]

    ranges = [call.params["range"] for call in emulator.calls("oss", "GetObject")]
    assert ranges == ["bytes=2000000-2999999", "bytes=0-2999999", "bytes=0-999"]
    fs = oss_fs()
    assert fs.cat_file((folder / "big").path, start=-5) == data[-5:]
    assert fs.cat_file((folder / "big").path, start=10, end=20) == data[10:20]
    assert fs.read_block((folder / "big").path, offset=2_999_990, length=None) == data[-10:]


def test_an_object_that_is_replaced_meanwhile_is_never_mixed(folder):
    """The reader finds out."""
    path = folder / "replaced"
    path.write_bytes(b"1" * 3000)
    with path.open("rb", buffering=1000) as stream:
        stream.read(1000)
        path.write_bytes(b"2" * 3000)
        with pytest.raises(ServiceError) as caught:
            stream.read(1000)
    assert caught.value.kind is ErrorKind.CONFLICT


def test_nothing_is_seen_until_the_file_is_closed(folder):
    """Other programs write where they like, back and forth, as zip does."""
    path = folder / "made.zip"
    with path.open("wb") as stream:
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("name", "content")
        assert not path.exists()

    with path.open("rb") as stream, zipfile.ZipFile(stream) as archive:
        assert archive.read("name") == b"content"


@pytest.mark.parametrize("mode", ["w", "wb", "x", "xb"])
def test_an_error_while_writing_leaves_nothing(folder, mode, monkeypatch, tmp_path):
    """Neither an object nor a file on this machine; an older object stays as it was."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = folder / "half"
    data = b"half" if "b" in mode else "half"

    with pytest.raises(RuntimeError), path.open(mode) as stream:
        stream.write(data)
        raise RuntimeError
    assert not path.exists()

    if "w" in mode:
        path.write_bytes(b"older")
        with pytest.raises(RuntimeError), path.open(mode) as stream:
            stream.write(data)
            raise RuntimeError
        assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", ["w", "wb"])
def test_a_file_that_nobody_closed_stores_nothing(folder, mode):
    """What Python collects was given up on."""
    stream = (folder / "forgotten").open(mode)
    stream.write("text" if mode == "w" else b"bytes")
    del stream

    assert not (folder / "forgotten").exists()


def test_a_failure_to_store_is_raised_by_close(folder, emulator):
    """It is not lost in a destructor."""
    emulator.faults().add("oss", "throttle", operation="PutObject", times=None)

    with pytest.raises(ServiceError, match="ServiceUnavailable"):
        (folder / "refused").write_text("text")


def test_x_writes_only_what_is_not_there(folder):
    """Also when somebody else was faster between open and close."""
    path = folder / "once"
    with path.open("x") as stream:
        stream.write("1")
    with pytest.raises(FileExistsError):
        path.open("x")

    (folder / "race").unlink(missing_ok=True)
    with pytest.raises(FileExistsError), (folder / "race").open("xb") as stream:
        (folder / "race").write_bytes(b"faster")
        stream.write(b"slower")
    assert (folder / "race").read_bytes() == b"faster"
    with pytest.raises(FileExistsError):
        oss_fs().pipe_file(path.path, b"2", mode="create")
    assert path.read_text() == "1"


@pytest.mark.parametrize("mode", ["a", "r+b", "w+"])
def test_what_oss_cannot_do_is_refused_with_a_sentence(folder, mode):
    """Nothing is lost silently."""
    with pytest.raises(ValueError, match="objects in OSS are read"):
        (folder / "x").open(mode)


@pytest.mark.parametrize("compression", ["gzip", "bz2", "xz", "infer"])
@pytest.mark.parametrize("kind", ["", "b"])
def test_files_are_compressed_and_unpacked(folder, compression, kind):
    """As fsspec does it; an error leaves nothing here either."""
    path, data = folder / "t.gz", "text " * 1000
    given = data.encode() if kind else data
    with path.open(f"w{kind}", compression=compression) as stream:
        stream.write(given)

    assert path.stat().st_size < 200
    with path.open(f"r{kind}", compression=compression) as stream:
        assert stream.read() == given
    with pytest.raises(RuntimeError), path.open(f"w{kind}", compression=compression) as stream:
        stream.write(given[:5])
        raise RuntimeError
    with path.open(f"r{kind}", compression=compression) as stream:
        assert stream.read() == given


def test_airflow_keeps_large_xcoms_there(folder, monkeypatch):
    """The backend of apache-airflow-providers-common-io, with compression."""
    from airflow.providers.common.io.xcom import backend

    monkeypatch.setenv("AIRFLOW__COMMON_IO__XCOM_OBJECTSTORAGE_PATH", str(folder))
    monkeypatch.setenv("AIRFLOW__COMMON_IO__XCOM_OBJECTSTORAGE_THRESHOLD", "100")
    monkeypatch.setenv("AIRFLOW__COMMON_IO__XCOM_OBJECTSTORAGE_COMPRESSION", "gzip")
    for cached in (backend._get_base_path, backend._get_compression, backend._get_threshold):
        cached.cache_clear()
    value = {"frames": list(range(1000))}

    stored = backend.XComObjectStorageBackend.serialize_value(
        value, key="k", task_id="t", dag_id="d", run_id="r", map_index=-1
    )

    assert str(folder) in str(stored)
    assert [path.suffix for path in (folder / "d/r/t").iterdir()] == [".gz"]

    class Row:
        pass

    Row.value = stored
    assert backend.XComObjectStorageBackend.deserialize_value(Row) == value
    for cached in (backend._get_base_path, backend._get_compression, backend._get_threshold):
        cached.cache_clear()


def test_stat_tells_size_time_and_etag(folder):
    """As of a local file; the ETag changes with the content."""
    path = folder / "known"
    path.write_bytes(b"12345")
    found = path.stat()

    assert found.st_size == path.size() == 5
    assert found.st_mtime == pytest.approx(time.time(), abs=60)
    assert found["ETag"] == "827CCB0EEA8A706C4C34A16891F84E7B"
    before = path.checksum()
    path.write_bytes(b"12346")
    assert path.checksum() != before
    assert folder.stat().st_mode != found.st_mode
    assert path.fs.modified(path.path).timestamp() == path.stat().st_mtime


def test_what_is_there_is_told_apart(folder):
    """Files, folders, the bucket, and what is missing."""
    (folder / "a/b").write_text("x")

    assert [(folder / name).exists() for name in ("a", "a/b", "a/", "b", "a/b/c")] == [True, True, True, False, False]
    assert [(folder / name).is_dir() for name in ("a", "a/b", "b")] == [True, False, False]
    assert [(folder / name).is_file() for name in ("a", "a/b", "b")] == [False, True, False]
    assert folder.parent.is_dir()
    assert not ObjectStoragePath("oss://no-such-bucket/").exists()


def test_folders_are_listed(folder):
    """Over pages; markers that consoles leave for folders are no files."""
    client = OssFileSystem().place(folder.path)[0]
    for number in range(7):
        (folder / f"many/{number}").write_text("x")
    (folder / "many/sub/x").write_text("x")
    client.put(f"{folder.key}/many/", b"")
    client.put(f"{folder.key}/empty/", b"")

    assert [path.name for path in (folder / "many").iterdir()] == [*"0123456", "sub"]
    assert list((folder / "empty").iterdir()) == []
    assert oss_fs().ls((folder / "many/3").path, detail=False) == [(folder / "many/3").path]
    assert oss_fs().ls(folder.path, detail=False) == [f"{folder.path}/empty", f"{folder.path}/many"]
    with pytest.raises(NotADirectoryError):
        list((folder / "none").iterdir())
    with pytest.raises(FileNotFoundError):
        oss_fs().ls((folder / "none").path)


def test_listings_go_on_over_pages(folder, monkeypatch):
    """However many answers of OSS they take."""
    for number in range(5):
        (folder / f"{number}").write_text("x")
        (folder / f"sub{number}/x").write_text("x")
    client = oss_fs().place(folder.path)[0]
    original = client._io.list_objects_v2
    asked = []

    def two_at_a_time(**more):
        asked.append(more)
        return original(**{**more, "max_keys": 2})

    monkeypatch.setattr(client._io, "list_objects_v2", two_at_a_time)

    assert len(oss_fs().ls(folder.path)) == 10
    assert len(asked) == 5
    assert len(oss_fs().find(folder.path)) == 10


def test_files_are_found_by_patterns(folder, emulator):
    """One level or all; a whole tree is one listing."""
    for name in ("a.mp4", "b.srt", "x/c.mp4", "x/y/d.mp4"):
        (folder / name).write_text("x")

    assert sorted(path.name for path in folder.glob("*.mp4")) == ["a.mp4"]
    assert sorted(path.name for path in folder.glob("*/*.mp4")) == ["c.mp4"]
    emulator.reset()
    assert sorted(path.name for path in folder.glob("**/*.mp4")) == ["a.mp4", "c.mp4", "d.mp4"]
    assert len(emulator.calls("oss")) == 1
    assert sorted(path.name for path in folder.rglob("*")) == ["a.mp4", "b.srt", "c.mp4", "d.mp4", "x", "y"]
    assert list(folder.glob("none/*")) == []
    assert [len(files) for _, _, files in oss_fs().walk(folder.path)] == [2, 1, 1]
    assert oss_fs().find((folder / "a.mp4").path) == [(folder / "a.mp4").path]
    assert oss_fs().du(folder.path) == 4


def test_missing_files_are_missing(folder):
    """As everywhere in Python."""
    for work in (folder.read_text, folder.stat, folder.unlink):
        with pytest.raises(FileNotFoundError):
            work()
    with pytest.raises(FileNotFoundError):
        (folder / "none").open("rb")
    with pytest.raises(FileNotFoundError, match="NoSuchBucket"):
        ObjectStoragePath("oss://no-such-bucket/x").write_text("x")
    (folder / "none").unlink(missing_ok=True)


def test_a_missing_right_is_named(folder, connect, emulator):
    """Never taken for a missing file; the sentence says what to grant."""
    keys = emulator.state.keyring.issue(expires_at=emulator.state.clock.now() + 3600, prefixes=("media-ai/in/",))
    limited = {"key_id": keys.access_key_id, "secret": keys.access_key_secret, "security_token": keys.security_token}
    path = ObjectStoragePath(f"oss://{connect('limited', **limited)}@media-ai/out/x")

    for work, action in (
        (path.exists, "oss:GetObject"),
        (path.is_dir, "oss:GetObject"),
        (path.read_bytes, "oss:GetObject"),
        (lambda: path.write_text("x"), "oss:PutObject"),
        (lambda: list(path.parent.parent.glob("*/x")), "oss:ListObjects"),
        (lambda: oss_fs_of("limited").find(path.path), "oss:ListObjects"),
    ):
        with pytest.raises(PermissionError, match=f"Grant the RAM action {action} on acs:oss"):
            work()


def oss_fs_of(conn_id: str) -> OssFileSystem:
    return OssFileSystem(conn_id=conn_id)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"secret": "wrong"}, "SignatureDoesNotMatch"), ({"endpoint": "http://127.0.0.1:9"}, "network")],
)
def test_other_troubles_are_not_taken_for_missing_files(connect, changes, sentence):
    """A wrong secret is an error, also when one asks only whether a file exists."""
    path = ObjectStoragePath(f"oss://{connect('broken', **changes)}@media-ai/x")

    for work in (path.exists, path.is_file, path.read_text):
        with pytest.raises(ServiceError, match=sentence):
            work()


def test_what_is_no_address_says_so(connect):
    """And a connection that lacks a field."""
    with pytest.raises(InputError, match="write oss://bucket/key"):
        ObjectStoragePath("oss://A/x").exists()
    with pytest.raises(ConfigurationError, match="connection 'empty', field 'key_id': is missing"):
        ObjectStoragePath(f"oss://{connect('empty', key_id='')}@media-ai/x").exists()
    with pytest.raises(IsADirectoryError):
        oss_fs().pipe_file("media-ai", b"x")


@pytest.mark.parametrize("name", ["film.mp4", ODD])
def test_files_are_copied_to_this_machine_and_back(folder, tmp_path, name):
    """Whole, or not at all; a large one in parts."""
    local = tmp_path / "local" / name
    local.parent.mkdir()
    local.write_bytes(os.urandom(200_000))
    ObjectStoragePath(f"file://{local}").copy(folder / name)
    assert (folder / name).read_bytes() == local.read_bytes()
    assert oss_client_of(folder).head(f"{folder.key}/{name}").sha256 == sha256(local.read_bytes()).hexdigest()

    back = tmp_path / "back" / name
    (folder / name).copy(f"file://{back}")
    assert back.read_bytes() == local.read_bytes()
    assert list(back.parent.iterdir()) == [back]


def oss_client_of(path):
    return path.fs.place(path.path)[0]


def test_a_download_that_arrives_wrong_leaves_nothing(folder, tmp_path, monkeypatch):
    """The checksum is that of OSS."""
    (folder / "wrong").write_bytes(b"1" * 1000)
    client = oss_client_of(folder)
    monkeypatch.setattr(type(client), "read", lambda *given, **more: b"2" * 1000)

    with pytest.raises(ServiceError, match="another checksum"):
        (folder / "wrong").copy(f"file://{tmp_path}/got")
    assert list(tmp_path.iterdir()) == []


def test_folders_are_copied_to_this_machine_and_back(folder, tmp_path):
    """With all that is below."""
    for name in ("a", "b/c"):
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    ObjectStoragePath(f"file://{tmp_path}/tree").copy(folder / "tree", recursive=True)
    assert (folder / "tree/b/c").read_text() == "b/c"

    (folder / "tree").copy(f"file://{tmp_path}/again", recursive=True)
    assert (tmp_path / "again/b/c").read_text() == "b/c"


def test_copies_inside_oss_do_not_come_here(folder, emulator):
    """Also to another bucket, with the metadata; folders with all that is below."""
    (folder / "a/x").write_bytes(b"data")
    (folder / "a/y/z").write_bytes(b"more")
    emulator.reset()

    (folder / "a/x").copy(folder / "b")
    (folder / "a").copy(folder / "c", recursive=True)

    assert emulator.calls("oss", "GetObject") == []
    assert oss_client_of(folder).head(f"{folder.key}/b").sha256 == sha256(b"data").hexdigest()
    assert (folder / "c/y/z").read_bytes() == b"more"
    with pytest.raises(FileNotFoundError):
        (folder / "none").copy(folder / "d")


def test_two_connections_copy_through_this_machine(folder, connect):
    """What one identity may read and another may write."""
    other = ObjectStoragePath(f"oss://{connect('other')}@media-ai/{folder.name}/to/x")
    (folder / "x").write_bytes(b"data")
    (folder / "x").copy(other)

    assert other.read_bytes() == b"data"


@pytest.mark.parametrize("name", ["x", ODD])
def test_files_are_moved(folder, name):
    """The source is gone, the target is there, under a new name or in a folder."""
    (folder / name).write_bytes(b"data")
    (folder / name).rename(folder / f"{name}.new")
    assert (folder / f"{name}.new").read_bytes() == b"data"
    assert not (folder / name).exists()

    (folder / "into/other").write_bytes(b"")
    (folder / f"{name}.new").move(folder / "into")
    assert (folder / "into" / f"{name}.new").read_bytes() == b"data"
    (folder / "into").move(folder / "renamed", recursive=True)
    assert sorted(path.name for path in (folder / "renamed").iterdir()) == sorted(["other", f"{name}.new"])
    assert not (folder / "into").exists()


def test_nothing_is_lost_by_a_move_onto_itself(folder):
    """Nor into itself, nor of a folder that one forgot to say is one."""
    (folder / "a/x").write_bytes(b"data")
    fs = oss_fs()

    for source, target in (("a/x", "a/x"), ("a/x", "a"), ("a", "a/b"), ("a", "a")):
        with pytest.raises(OSError, match="the same or inside it"):
            fs.mv(f"oss://{(folder / source).path}", (folder / target).path, recursive=True)
    with pytest.raises(IsADirectoryError):
        (folder / "a").rename(folder / "b")
    assert [path.name for path in folder.rglob("*")] == ["a", "x"]


def test_a_name_with_brackets_removes_only_itself(folder):
    """fsspec would take it for a pattern."""
    for name in ("x[1].mp4", "x1.mp4", "y*"):
        (folder / name).write_text("x")
    (folder / "x[1].mp4").unlink()
    (folder / "y*").unlink()

    assert [path.name for path in folder.iterdir()] == ["x1.mp4"]
    oss_fs().rm(f"{folder.path}/x*.mp4")
    assert not folder.exists()


def test_trees_are_removed_many_at_a_time(folder, emulator, monkeypatch):
    """Markers included; a folder is not removed by unlink, and what is missing is said."""
    monkeypatch.setattr("media_ai.clients.oss_folders._MOST_DELETED", 10)
    client = oss_client_of(folder)
    for number in range(11):
        client.put(f"{folder.key}/tree/{number // 4}/{number}", b"")
    client.put(f"{folder.key}/tree/", b"")
    (folder / "treetop").write_text("stays")

    with pytest.raises(IsADirectoryError, match="It is a folder"):
        (folder / "tree").unlink()
    (folder / "tree").rmdir()

    assert len(emulator.calls("oss", "DeleteMultipleObjects")) == 2
    assert [path.name for path in folder.iterdir()] == ["treetop"]
    with pytest.raises(FileNotFoundError):
        oss_fs().rm((folder / "tree").path, recursive=True)


def test_making_a_folder_does_nothing(folder):
    """OSS has none; files below need none."""
    (folder / "new").mkdir(parents=True)
    assert not (folder / "new").exists()
    (folder / "new").mkdir(exist_ok=True)
    (folder / "new/x").touch()
    assert (folder / "new/x").stat().st_size == 0


def test_a_path_goes_through_xcom(folder):
    """As one task returns it and the next one takes it; the connection by its name only."""
    from airflow.sdk.serde import deserialize, serialize

    (folder / "x").write_text("text")
    sent = serialize(folder / "x")

    assert "emulator-key-secret" not in str(sent)
    assert deserialize(sent).read_text() == "text"
    assert pickle.loads(pickle.dumps((folder / "x").fs)).cat_file((folder / "x").path) == b"text"


def test_links_are_signed(folder, emulator):
    """For a browser or a model, as the object store's own."""
    from urllib.request import urlopen

    (folder / ODD).write_text("text")
    with urlopen((folder / ODD).sign(expiration=60)) as answer:
        assert answer.read() == b"text"


def test_a_url_is_enough(folder, connect):
    """Libraries that know fsspec take the connection from the address."""
    (folder / "x").write_text("text")
    with fsspec.open(f"oss://{connect('named')}@media-ai/{folder.name}/x", "rt") as stream:
        assert stream.read() == "text"
    with fsspec.open(f"oss://media-ai/{folder.name}/x") as stream:
        assert stream.read() == b"text"
    assert ObjectStoragePath(f"oss://media-ai/{folder.name}/x").read_text() == "text"


def test_the_environment_will_do_where_there_is_no_connection(connect, emulator, monkeypatch, tmp_path):
    """MEDIA_AI_OSS_* as everywhere."""
    monkeypatch.delenv("AIRFLOW_CONN_ALIBABA_OSS_DEFAULT")
    with pytest.raises(ConfigurationError, match="alibaba_oss_default"):
        ObjectStoragePath("oss://media-ai/x").exists()
    for name, value in alibaba_fields(emulator).items():
        monkeypatch.setenv(f"MEDIA_AI_OSS_{name.upper()}", value)
    OssFileSystem.clear_instance_cache()
    path = ObjectStoragePath(f"oss://media-ai/{tmp_path.name}/env")
    path.write_text("text")

    assert path.read_text() == "text"


def test_a_dag_file_writes_and_reads(folder, tmp_path, emulator):
    """Parsing calls nothing; the tasks' functions do the work."""
    file = tmp_path / "dag.py"
    file.write_text(textwrap.dedent(DAG_FILE.format(folder=folder.name)))
    emulator.reset()
    namespace = runpy.run_path(str(file))
    assert emulator.calls() == []

    path = namespace["export"].function("film")
    assert oss_client(emulator).read(f"{folder.name}/dag/film/result.txt") == b"12 frames"
    assert namespace["read"].function(path) == "12 frames"


def test_parsing_a_dag_file_with_paths_loads_nothing_heavy(connect, tmp_path):
    """The SDK is imported when a path is used."""
    file = tmp_path / "dag.py"
    file.write_text(textwrap.dedent(DAG_FILE.format(folder="f")))
    code = f"import runpy, sys; runpy.run_path({str(file)!r}); print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )

    assert done.stdout.strip().splitlines()[-1] == "[]"
