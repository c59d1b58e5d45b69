"""What docs/notifications.md tells receivers to do verifies what we send."""

import re
import time
from pathlib import Path

from media_ai.clients.webhooks import new_secret, signed_headers

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_snippet_verifies_our_messages_and_no_others():
    """A byte more, another secret, another hour or no signature of version 1 do not pass."""
    (code,) = re.findall(r"```python\n(.*?)```", (DOCS / "notifications.md").read_text(), re.DOTALL)
    scope = {}
    exec(code, scope)
    verify = scope["verify"]
    secret, body = new_secret(), '{"a": "视频"}'
    headers = signed_headers(secret, "msg_1", body)

    assert verify(secret, headers, body.encode())
    assert verify(secret, headers | {"webhook-signature": f"v2,x {headers['webhook-signature']}"}, body.encode())
    assert not verify(secret, headers, body.encode() + b" ")
    assert not verify(new_secret(), headers, body.encode())
    assert not verify(secret, headers | {"webhook-id": "msg_2"}, body.encode())
    assert not verify(secret, headers | {"webhook-timestamp": str(int(time.time()) - 400)}, body.encode())
    assert not verify(
        secret, headers | {"webhook-signature": headers["webhook-signature"].replace("v1", "v2")}, body.encode()
    )


def test_the_metrics_of_the_table_are_all_that_there_are():
    """In docs/observability.md."""
    from operators.metrics import NAMES

    text = (DOCS / "observability.md").read_text()
    found = set()
    for line in re.findall(r"^\| (`media_ai\.[^|]*)\|", text, re.MULTILINE):
        names = re.findall(r"`([^`]*)`", line)
        base = names[0].split(".<")[0]
        found.add(base)
        for name in (each.split(".<")[0] for each in names[1:]):
            found.add(name if name.startswith("media_ai") else base.rpartition(".")[0] + name)
    assert found == set(NAMES)
