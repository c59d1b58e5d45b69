"""What the palette and the forms are made from."""

import pytest

from media_ai.nodes import node_type_ids
from tests.web import API, make_client

pytestmark = pytest.mark.postgres


def test_all_node_types_are_described_once(database, tmp_path):
    """Each with the schema of its parameters and its ports; a client that has them is told so."""
    client = make_client(database, tmp_path)
    answer = client.get(f"{API}/node-types")
    types = {item["id"]: item for item in answer.json()}

    assert set(types) == set(node_type_ids())
    assert types["deduplicate_frames"]["params"]["properties"]["threshold"]["maximum"] == 1
    assert types["deduplicate_frames"]["inputs"][0]["kinds"] == ["frame_set"]
    for known in (answer.headers["etag"], f"W/{answer.headers['etag']}", f'"a", {answer.headers["etag"]}'):
        again = client.get(f"{API}/node-types", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    assert client.get(f"{API}/node-types", headers={"if-none-match": '"other"'}).status_code == 200
