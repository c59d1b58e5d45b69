"""Drawing on the canvas: undo, copy, keys, versions, files, and the fields of an answer."""

import json

import pytest
from playwright.sync_api import expect

from media_ai.graph.schema import Workflow
from tests.running import RunningSystem
from tests.system.helpers import graph, publish
from tests.ui.conftest import Open, picture
from tests.ui.steps import node

pytestmark = pytest.mark.system


def clone(system: RunningSystem, slug: str) -> None:
    assert system.cli("workflow", "clone", "analyze-frames", slug).returncode == 0


def draft(system: RunningSystem, slug: str) -> Workflow:
    return system.library.workflow(slug)


def test_changes_are_undone_and_nodes_are_copied_by_keys(open_page: Open, system: RunningSystem):
    """Copy, paste, cut, delete, select all, undo and redo work by keys; what is typed in a field is not taken for them."""
    clone(system, "canvas-keys")
    page = open_page("?page=canvas&slug=canvas-keys")
    nodes = page.locator(".react-flow__node")
    expect(nodes).to_have_count(len(draft(system, "canvas-keys").nodes))
    count = nodes.count()

    node(page, "Remove similar frames").click()
    for keys, expected in [
        ("Control+c", count), ("Control+v", count + 1), ("Control+v", count + 2), ("Control+z", count + 1),
        ("Control+Shift+z", count + 2), ("Delete", count + 1), ("Control+a", count + 1), ("Control+x", 0),
        ("Control+v", count + 1), ("Control+z", 0), ("Control+z", count + 1),
    ]:  # fmt: skip
        page.keyboard.press(keys)
        expect(nodes, keys).to_have_count(expected)
    page.get_by_role("searchbox", name="Find a node").fill("frames")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(nodes).to_have_count(count + 1)

    library = page.get_by_role("complementary", name="Node library")
    library.get_by_role("button", name="Input video").focus()
    page.keyboard.press("Enter")
    expect(nodes).to_have_count(count + 2)
    page.get_by_role("button", name="Undo").click()
    expect(nodes).to_have_count(count + 1)
    page.keyboard.press("Control+s")
    expect(page.get_by_role("toolbar").get_by_text("Saved", exact=True)).to_be_visible()
    assert len(draft(system, "canvas-keys").nodes) == count + 1


def test_a_version_is_compared_and_brought_back(open_page: Open, system: RunningSystem):
    """The versions say who and when, what is different from the canvas; an older one comes back as the draft."""
    publish(system, graph("ui-versions", interval=5.0))
    publish(system, graph("ui-versions", interval=2.0))
    page = open_page("?page=canvas&slug=ui-versions")
    page.get_by_role("button", name="Versions").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Version 2")).to_be_visible()
    dialog.get_by_role("button", name="Compare with what is on the canvas").last.click()
    expect(dialog.get_by_text("interval: 5 → 2")).to_be_visible()
    picture(page, "versions")
    dialog.get_by_role("button", name="Bring back").last.click()
    expect(page.get_by_text("Version 1 is on the canvas.")).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("toolbar").get_by_text("Saved", exact=True)).to_be_visible()

    assert {item.id: item.params for item in draft(system, "ui-versions").nodes}["frames"] == {"interval": 5.0}


def test_a_workflow_leaves_as_a_file_and_comes_back(open_page: Open, system: RunningSystem, tmp_path):
    """Exported, imported under a name of its own, duplicated, deleted; a file that is none is told."""
    clone(system, "ui-files")
    renamed = draft(system, "ui-files").model_copy(update={"name": "Filed away"})
    system.library.save(renamed)
    page = open_page()
    row = page.get_by_role("row", name="Filed away")
    row.get_by_role("button", name="Actions: Filed away").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Export").click()
    file = tmp_path / "workflow.json"
    download.value.save_as(file)
    exported = json.loads(file.read_text())
    assert (exported["slug"], exported["name"]) == ("ui-files", "Filed away")

    file.write_text(json.dumps(exported | {"slug": "ui-files-again", "name": "Came back"}))
    page.set_input_files("input[aria-label='Import']", file)
    expect(page.get_by_role("heading", name="Came back")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    page.set_input_files("input[aria-label='Import']", bad)
    expect(page.get_by_text("This file is not a workflow.")).to_be_visible()

    page.get_by_role("button", name="Duplicate: Came back").click()
    expect(page.get_by_role("heading", name="Came back (copy)")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Actions: Came back (copy)").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("row", name="Came back (copy)")).to_have_count(0)
    expect(page.get_by_role("row", name="Came back")).to_have_count(1)


def test_the_fields_of_an_answer_are_a_table(open_page: Open, system: RunningSystem):
    """Names, types, choices and fields within fields become a JSON Schema, which can be written by hand too."""
    clone(system, "ui-fields")
    page = open_page("?page=canvas&slug=ui-fields")
    node(page, "Analyze frames").click()
    editor = page.get_by_role("group", name="Output schema", exact=True)
    editor.get_by_role("button", name="Add field").click()
    first = editor.get_by_role("group", name="Field 1", exact=True)
    first.get_by_label("Name").fill("mood")
    first.get_by_label("Type").select_option("choice")
    first.get_by_label("Choices").fill("calm, tense, calm")
    first.get_by_label("Description for the model").fill("How it feels")
    editor.get_by_role("button", name="Add field").last.click()
    second = editor.get_by_role("group", name="Field 2", exact=True)
    second.get_by_label("Name").fill("people")
    second.get_by_label("Type").select_option("array")
    second.get_by_label("Type of the entries").select_option("object")
    second.get_by_text("Required").click()
    second.get_by_role("button", name="Add field").click()
    second.get_by_role("group", name="Field 1", exact=True).get_by_label("Name").fill("age")
    second.get_by_role("group", name="Field 1", exact=True).get_by_label("Type").select_option("integer")
    picture(page, "fields")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("toolbar").get_by_text("Saved", exact=True)).to_be_visible()

    person = {
        "type": "object",
        "properties": {"age": {"type": "integer"}},
        "required": ["age"],
        "additionalProperties": False,
    }
    params = next(item.params for item in draft(system, "ui-fields").nodes if item.type == "analyze_frames")
    assert params["output_schema"] == {
        "type": "object",
        "properties": {
            "mood": {"type": "string", "enum": ["calm", "tense"], "description": "How it feels"},
            "people": {"type": "array", "items": person},
        },
        "required": ["mood"],
        "additionalProperties": False,
    }
    page.get_by_text("JSON", exact=True).click()
    page.get_by_role("textbox", name="Output schema").fill('{"type": "object", "properties": {"x": {"anyOf": []}}}')
    expect(page.get_by_text("This schema says more than the table can show.")).to_be_visible()
