"""The built pages are those of the source, and know nothing that only the server may know."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any, cast

from media_ai.nodes import node_types
from media_ai_web.app import create_app

UI = Path(__file__).parents[2] / "plugins" / "media_ai_ui"
RECORD = json.loads((UI / "dist" / "record.json").read_text(encoding="utf-8"))
SOURCES = sorted(path for path in (UI / "src").rglob("*") if path.is_file())


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_build_is_made_from_the_source():
    """`make ui` writes what it read and what it made; neither has changed since."""
    made_from = [*(path.relative_to(UI).as_posix() for path in [*SOURCES, *(UI / "public").iterdir()])]
    rest = ["openapi.json", "package.json", "package-lock.json", "tsconfig.json", "vite.config.js"]
    assert sorted(RECORD["sources"]) == sorted([*made_from, *rest]), "run `make ui`"
    assert {name: digest(UI / name) for name in RECORD["sources"]} == RECORD["sources"], "run `make ui`"
    built = {path.name: digest(path) for path in (UI / "dist").iterdir() if path.name != "record.json"}
    assert built == RECORD["built"], "run `make ui`"


def test_the_client_is_of_this_api():
    """The types of requests and answers are generated from the API's own document."""
    document = create_app(gate=cast("Any", None), airflow=cast("Any", None), cipher=cast("Any", None)).openapi()
    assert json.loads((UI / "openapi.json").read_text(encoding="utf-8")) == json.loads(json.dumps(document)), (
        "run `make ui`"
    )


def test_the_pages_know_no_node_type():
    """Palette, forms, help and wires come from the server: no id or title of a node type is in the source."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if path.name != "schema.ts")
    quoted = set(re.findall(r"[\"'`]([^\"'`\n]{3,60})[\"'`]", text))
    assert quoted.isdisjoint({kind.id for kind in node_types().values()})
    assert quoted.isdisjoint({kind.title for kind in node_types().values()})


def test_text_of_videos_is_never_taken_for_a_page():
    """React writes text as text; nothing goes around that."""
    for path in SOURCES:
        assert not re.search(
            r"dangerouslySetInnerHTML|innerHTML|document\.write|\beval\(", path.read_text(encoding="utf-8")
        ), path


def test_no_registry_is_named():
    """Packages are found by name, wherever they are taken from."""
    lock = (UI / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert "://registry" not in lock


def test_the_first_page_is_small():
    """React, Chakra and the router are Airflow's; the canvas is loaded when it is opened."""
    import gzip

    built = json.loads((UI / "dist" / "manifest.json").read_text(encoding="utf-8"))
    wanted = ["src/main.tsx", "src/app.tsx", "src/workflows/WorkflowsPage.tsx"]
    seen: set[str] = set()
    while wanted:
        part = wanted.pop()
        if part not in seen:
            seen.add(part)
            wanted += built[part].get("imports", [])
    size = sum(len(gzip.compress((UI / "dist" / built[part]["file"]).read_bytes())) for part in seen)
    assert size < 60_000
