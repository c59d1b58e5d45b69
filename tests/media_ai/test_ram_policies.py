"""The RAM policies of docs/alibaba-cloud.md: they are JSON, and grant all that the code asks for."""

import ast
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from media_ai.clients.ims_calls import ims_api
from media_ai.clients.vod_calls import vod_api

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "alibaba-cloud.md"
CODE = ROOT / "include" / "media_ai"
OF_OTHERS = re.compile(r"(oss|sts):[A-Z][A-Za-z]+")
FORBIDDEN = ("oss:*", "ice:*", "vod:*", "sts:*", "*")


def blocks() -> dict[str, str]:
    """Return the JSON blocks of the page by the heading above each."""
    found, heading = {}, ""
    for part in re.findall(
        r"^#+ [^\n]*$|^ *```json\n.*?^ *```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    ):
        if part.startswith("#"):
            heading = part.lstrip("# ")
        else:
            found[f"{heading} ({len(found) + 1})"] = part.strip().removeprefix("```json").removesuffix("```")
    return found


def texts_of(path: Path) -> set[str]:
    """Return the texts in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def asked_for() -> dict[str, str]:
    """
    Return the RAM actions that the code needs, each with a module that says so.

    They are written as "oss:PutObject", as the name of an operation in a module of IMS or VOD, or as vod:GetVideoInfo in a text.
    """
    operations = {"ice": (set(ims_api().actions), "ims"), "vod": (set(vod_api().actions), "vod")}
    found: dict[str, str] = {}
    for path in CODE.rglob("*.py"):
        module = str(path.relative_to(CODE))
        texts = texts_of(path)
        actions = {text for text in texts if OF_OTHERS.fullmatch(text)}
        for prefix, (known, name) in operations.items():
            if name in path.stem:
                actions |= {f"{prefix}:{text}" for text in texts & known}
            # Help texts of nodes name them too.
            named = re.findall(rf"\b{prefix}:([A-Z][A-Za-z]+)", path.read_text(encoding="utf-8"))
            actions |= {f"{prefix}:{operation}" for operation in known.intersection(named)}
        found |= dict.fromkeys(actions, module)
    return found


def test_the_code_is_read():
    """What is known to be needed is found; were it not, the next test would prove nothing."""
    assert {"oss:PutObject", "oss:ListObjects", "ice:RegisterMediaInfo", "vod:GetVideoInfo", "sts:AssumeRole"} <= set(
        asked_for()
    )


def test_every_action_is_granted():
    """Who copies the policies can use everything; a new call needs a line in the page."""
    granted = [
        action
        for block in blocks().values()
        for statement in json.loads(block)["Statement"]
        for action in statement["Action"]
    ]
    missing = {
        action: module
        for action, module in asked_for().items()
        if not any(fnmatchcase(action, pattern) for pattern in granted)
    }

    assert missing == {}


@pytest.mark.parametrize("name", list(blocks()))
def test_a_policy_is_json_and_as_small_as_ram_allows(name):
    """No service as a whole; OSS by bucket and prefix; listing on the bucket with its prefixes, objects below it."""
    policy = json.loads(blocks()[name])

    assert policy["Version"] == "1"
    for statement in policy["Statement"]:
        assert statement["Effect"] == "Allow"
        if "Principal" in statement:
            assert statement["Action"] == ["sts:AssumeRole"]
            continue
        assert not set(statement["Action"]) & set(FORBIDDEN)
        assert statement["Action"] == sorted(set(statement["Action"]))
        resources = statement["Resource"]
        if any(action.startswith("oss:") for action in statement["Action"]):
            is_list = statement["Action"] == ["oss:ListObjects"]
            assert is_list or "oss:ListObjects" not in statement["Action"]
            assert all(("/" in resource) != is_list and resource.startswith("acs:oss:*:*:") for resource in resources)
            assert not is_list or statement["Condition"]["StringLike"]["oss:Prefix"]


def test_what_cannot_be_undone_is_granted_apart():
    """Deleting assets and changing settings of the account stand in policies of their own, which the page calls optional."""
    for name, block in blocks().items():
        actions = {action for statement in json.loads(block)["Statement"] for action in statement["Action"]}
        dangerous = {
            action for action in actions if re.match(r"(ice|vod):(Delete|Set|Add|Batch(Start|Stop|Set))", action)
        }
        assert not dangerous or (name.startswith("Optional") and dangerous == actions), name
