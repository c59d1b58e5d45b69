"""The page on Alibaba Cloud names what there is to fill in."""

import re
from pathlib import Path

import pytest

from media_ai.clients.credentials import ImsCredentials, ModelStudioCredentials, OssCredentials, VodCredentials

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "alibaba-cloud.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [OssCredentials, ModelStudioCredentials, ImsCredentials, VodCredentials])
def test_every_field_of_a_connection_is_explained(kind):
    """By its variable; the type and the default connection as well."""
    service = kind.service.upper()
    (rows,) = re.findall(rf"^### [^\n]*`{kind.connection_type}`\n(.*?)^#", PAGE, re.MULTILINE | re.DOTALL)
    named = set(re.findall(rf"`MEDIA_AI_{service}_(\w+)`", rows)) | set(re.findall(r"`_(\w+)`", rows))

    assert named == {name.upper() for name in kind.model_fields}
    assert f"| `{kind.connection_type}` | `{kind.connection_id}` |" in PAGE


@pytest.mark.parametrize("page", ["alibaba-cloud.md", "object-storage.md"])
def test_links_lead_somewhere(page):
    """To files of the project, and to headings of the page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ")).lower().replace(" ", "-")
        for line in re.findall(r"^#+ .*", text, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, heading = target.partition("#")
        assert heading in headings if not file else (DOCS / file).exists(), target
