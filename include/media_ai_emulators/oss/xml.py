"""XML as OSS writes and reads it."""

import xml.etree.ElementTree as ET
from urllib.parse import quote
from xml.sax.saxutils import escape

from starlette.responses import Response

from media_ai_emulators.oss.errors import refusal


def element(name: str, *content: str) -> str:
    """Return an element around XML that is already escaped."""
    return f"<{name}>{''.join(content)}</{name}>"


def text(name: str, value: object, *, is_url_encoded: bool = False) -> str:
    """Return an element around a text; keys are percent-encoded when the caller asked for encoding-type=url."""
    return element(name, quote(str(value), safe="/") if is_url_encoded else escape(str(value)))


def document(*content: str) -> Response:
    """Return a document."""
    return Response('<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(content), media_type="application/xml")


def parse(body: bytes, root_name: str) -> ET.Element:
    """
    Return the root of a caller's document.

    Raises:
        Refusal: MalformedXML.
    """
    try:
        root = ET.fromstring(body)  # noqa: S314  # expat limits entity expansion, and the caller is a test
    except ET.ParseError:
        raise refusal(400, "MalformedXML") from None
    if root.tag != root_name:
        raise refusal(400, "MalformedXML")
    return root
