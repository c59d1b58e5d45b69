"""The suite for the real services (tests/live), run against an emulator in their place, so that it works when it is needed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from media_ai.clients.access import Access
from media_ai.clients.oss import OssClient
from media_ai.errors import ServiceError
from media_ai_emulators.testing import running_emulator
from tests.emulated import alibaba_fields, oss_credentials, quick
from tests.live.comparison import Comparison
from tests.live.exchanges import Answer, answer_of

ROOT = Path(__file__).parents[2]


def run(report: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the suite as `make test-live` does."""
    hidden = {name: value for name, value in os.environ.items() if not name.startswith(("MEDIA_AI_", "PYTEST_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--confcutdir=tests/live", "tests/live"],
        env={**hidden, "MEDIA_AI_HOME": str(report.parent), "MEDIA_AI_LIVE_REPORT": str(report), **variables},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def test_it_passes_and_finds_no_difference_between_emulators(tmp_path):
    """All services, and nothing stays in the bucket."""
    with running_emulator(tmp_path / "state") as emulator:
        shared = {"REGION": "cn-shanghai", "ENDPOINT": emulator.url, "IDENTITY": "oss"}
        fields = {
            "OSS": {name.upper(): value for name, value in alibaba_fields(emulator).items()} | {"BUCKET": "media-ai"},
            "IMS": shared,
            "VOD": shared,
            "MODELSTUDIO": {"BASE_URL": emulator.dashscope_url, "API_KEY": emulator.keys.api_key},
        }
        done = run(
            tmp_path / "report.json",
            **{f"MEDIA_AI_{service}_{name}": value for service, of in fields.items() for name, value in of.items()},
        )
        left = list(OssClient(oss_credentials(emulator)).list())

    assert done.returncode == 0, done.stdout
    assert " skipped" not in done.stdout
    assert left == []
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["differences"] == []
    assert {name.partition(":")[0] for name in report["calls"]} == {"oss", "modelstudio", "ims", "vod"}


def test_without_credentials_everything_is_skipped_with_a_reason(tmp_path):
    """Each service says what to set."""
    done = run(tmp_path / "report.json")

    assert done.returncode == 0, done.stdout
    assert " passed" not in done.stdout
    for service in ("OSS", "MODELSTUDIO", "IMS", "VOD"):
        assert f"set MEDIA_AI_{service}_* (docs/alibaba-cloud.md)" in done.stdout


def test_a_difference_is_noted(emulator, tmp_path):
    """Status, code and fields; never a value."""
    with running_emulator(tmp_path / "other") as other:
        ways = [
            Access(credentials_of=lambda kind, running=running: oss_credentials(running))
            for running in (emulator, other)
        ]
        comparison = Comparison(real=ways[0], emulated=ways[1])

        def head(access: Access) -> object:
            return OssClient(access.credentials_of(None), retry=quick(1)).head("compared")

        for way in ways:
            OssClient(way.credentials_of(None)).put("compared", b"secret-value")
        emulator.faults().add("oss", "throttle", operation="HeadObject")
        with pytest.raises(ServiceError, match="ServiceUnavailable"):
            comparison.both("oss: HeadObject", head)
        assert comparison.both("oss: HeadObject", head).size == 12
        comparison.write(tmp_path / "report.json")

    report = json.loads((tmp_path / "report.json").read_text())
    (found,) = report["differences"]
    assert found["status"] == {"service": 503, "emulator": 200}
    assert found["code"] == {"service": "ServiceUnavailable", "emulator": ""}
    assert "Error.Code" in found["only_the_service_says"]
    assert "header etag" in found["only_the_emulator_says"]
    assert report["calls"] == ["oss: HeadObject"] * 2
    assert "secret-value" not in (tmp_path / "report.json").read_text()


def test_lists_are_compared_where_both_hold_something():
    """An account that holds videos differs from an emulator without any in nothing."""

    def answer(body: bytes) -> Answer:
        return answer_of(200, {}, body)

    full = answer(b'{"RequestId": "1", "List": [{"Id": "x", "Tags": []}]}')
    empty = answer(b'{"RequestId": "2", "List": [], "Total": 0}')
    other = answer(b'{"RequestId": "3", "List": [{"Id": "y", "Name": "n", "Tags": ["t"]}]}')

    assert (full.beyond(empty), empty.beyond(full)) == ([], ["Total"])
    assert (full.beyond(other), other.beyond(full)) == ([], ["List[].Name"])
    xml = answer(b"<R><C><K>1</K></C><C><K>2</K><S>3</S></C></R>")
    assert xml.fields == {"R", "R.C", "R.C.K", "R.C.S"}
    assert answer(b"<Error><Code>NoSuchKey</Code></Error>").code == "NoSuchKey"
    assert answer(b'{"error": {"code": "x"}}').code == "x"
    assert answer(b"not known").fields == set()


def test_a_normal_run_leaves_it_out():
    """It costs money and needs an account."""
    others = [path for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name not in {"live", "docs"}]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(
        [*command, *(f"--ignore={path}" for path in others)], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert "tests/docs/" in done.stdout
    assert "tests/live" not in done.stdout
