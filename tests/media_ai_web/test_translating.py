"""Words of the server in the reader's language."""

import pytest

from media_ai.nodes import node_types
from media_ai.sources.schema import Source
from media_ai_web.translating import language, languages, table, translated
from tests.web import API, make_client


def titles(kind: dict) -> set[str]:
    """Return what a node type is called, and what its category, ports and parameters are."""
    params = kind["params"].get("properties", {}).values()
    named = [kind, *kind["inputs"], *kind["outputs"], *params]
    return {kind["category"]} | {item["title"] for item in named if "title" in item}


@pytest.mark.parametrize("kind", node_types().values(), ids=lambda kind: kind.id)
@pytest.mark.parametrize("tag", sorted(languages()))
def test_each_node_type_has_its_words_in_each_language(kind, tag):
    """Its title, category, ports, parameters and the first sentence of its help: add what is missing to the table."""
    described = kind.describe()
    wanted = titles(described) | {described["help"].split("\n\n")[0]}
    assert {text for text in wanted if text not in table(tag)} == set()


def test_the_form_of_a_source_has_its_words(tmp_path):
    """Titles and help of all its fields."""
    fields = Source.model_json_schema()["properties"].values()
    assert {word for field in fields for word in (field.get("title"), field.get("description")) if word} <= set(
        table("zh")
    )


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "en"),
        ("zh-CN,en;q=0.5", "zh"),
        ("fr, zh;q=0.8", "zh"),
        ("en-GB,zh", "en"),
        ("*", "en"),
        ("../zh", "en"),
        (",;q=", "en"),
    ],
)
def test_the_first_language_that_there_are_words_in_counts(asked, given):
    """Regions do not matter; what is unknown is English."""
    assert language(asked) == given


def test_only_words_for_people_are_translated():
    """Ids, values and defaults stay; a parameter that is called `title` stays a parameter."""
    data = {
        "id": "Frames",
        "title": "Frames",
        "properties": {"title": {"title": "Title", "default": "Frames"}},
        "enum": ["Text"],
    }
    assert translated(data, "zh") == {
        "id": "Frames", "title": "画面", "properties": {"title": {"title": "标题", "default": "Frames"}}, "enum": ["Text"]
    }  # fmt: skip
    assert translated(data, "fr") is data


@pytest.mark.postgres
def test_node_types_come_in_the_language_of_the_request(database, tmp_path):
    """Each language has an ETag of its own, so that nobody gets the other's."""
    client = make_client(database, tmp_path)
    url = f"{API}/node-types"
    english, chinese = (client.get(url, headers={"Accept-Language": tag}) for tag in ("en", "zh-CN"))
    title = {
        answer.headers["etag"]: next(k["title"] for k in answer.json() if k["id"] == "extract_frames")
        for answer in (english, chinese)
    }
    assert list(title.values()) == ["Extract frames", "抽取画面"]
    again = {"Accept-Language": "zh", "If-None-Match": english.headers["etag"]}
    assert client.get(url, headers=again).status_code == 200
    assert (
        client.get(f"{API}/source-form", headers={"Accept-Language": "zh"}).json()["properties"]["location"]["title"]
        == "位置"
    )
