"""Workflow files: presets, and what is wrong with a bad file."""

import json

import pytest

from media_ai.errors import GraphError, InputError, NotFoundError
from media_ai.graph.upgrade import upgrade_nodes
from media_ai.graph.validate import errors_in, validate
from media_ai.nodes import node_types
from media_ai.workflows.files import read_template, read_workflow, template_names, write_workflow


@pytest.mark.parametrize("slug", template_names())
def test_a_preset_is_named_after_its_slug_and_valid_once_its_nodes_exist(slug):
    """A preset has no mistakes of its own: all that may be wrong with it is a node type that is not here yet."""
    workflow = read_template(slug)
    issues = errors_in(validate(upgrade_nodes(workflow, node_types()), node_types()))

    assert workflow.slug == slug
    assert {issue.code for issue in issues} <= {"unknown_type"}
    assert all("unknown node type" in issue.message for issue in issues)


def test_the_presets_that_need_no_account_are_complete():
    """The demo's preset can run as it is."""
    workflow = read_template("summarize-without-account")

    assert validate(workflow, node_types()) == []


def test_a_workflow_comes_back_from_its_file(tmp_path):
    """Export and import keep everything."""
    workflow = read_template("analyze-frames")
    (tmp_path / "w.json").write_text(write_workflow(workflow), encoding="utf-8-sig")

    assert read_workflow(tmp_path / "w.json") == workflow


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"[]", "holds list, not an object"),
        (b'{"format": 2}', "has format 2; this installation reads format 1"),
        (b'{"slug": "A B", "name": "x", "nodes": []}', "parameter 'slug' is 'A B'"),
        (b'{"slug": "a", "name": "x", "nodes": 3}', "parameter 'nodes' is 3"),
        (b'{"slug": "a", "name": "x", "nodes": [], "wires": []}', "unknown parameter 'wires'"),
        (
            b'{"slug": "a", "name": "x", "nodes": [{"id": "n", "type": "t", "params": 7}]}',
            "parameter 'nodes.0.params' is 7",
        ),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_bad_file_gives_one_clear_sentence(tmp_path, content, sentence):
    """The sentence names the file and the place."""
    (tmp_path / "w.json").write_bytes(content)

    with pytest.raises(InputError, match="w.json") as caught:
        read_workflow(tmp_path / "w.json")
    assert sentence in str(caught.value)


def test_missing_files_and_presets_are_named(tmp_path):
    """Both say what was looked for."""
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_workflow(tmp_path / "none.json")
    with pytest.raises(NotFoundError, match="Did you mean 'analyze-frames'"):
        read_template("analyse-frames")


def test_huge_files_are_refused_before_they_are_read(tmp_path):
    """A file of many megabytes is no workflow."""
    (tmp_path / "w.json").write_text(json.dumps({"x": "y" * 6_000_000}))

    with pytest.raises(InputError, match="at most 5000000"):
        read_workflow(tmp_path / "w.json")


def test_graph_errors_carry_their_issues(tmp_path):
    """An editor can mark every field."""
    (tmp_path / "w.json").write_text('{"slug": "A", "name": "", "nodes": []}')

    with pytest.raises(GraphError) as caught:
        read_workflow(tmp_path / "w.json")
    assert {issue.field for issue in caught.value.issues} == {"slug", "name"}
