"""What `media-ai -v` says while it works."""

import subprocess
import sys

from tests.local_server import LocalServer

READS = """
import logging, sys
from media_ai.cli.entry import options
options(version=False, verbose=True)
from media_ai.clients.model_studio_tasks import read_document
print(read_document(sys.argv[1]))
logging.getLogger("media_ai").info("said")
"""


def test_signed_addresses_are_not_told():
    """The library that asks for results tells each address whole, at the level that -v shows; the nodes' own lines stay."""
    with LocalServer(lambda headers, body: (500, None), listed={"transcripts": []}) as server:
        address = f"{server.credentials.base_url}/result.json?Expires=1&Signature=sentinel"
        done = subprocess.run(
            [sys.executable, "-c", READS, address], capture_output=True, text=True, check=False, timeout=300
        )
    assert (done.returncode, done.stdout.strip()) == (0, "{'transcripts': []}")
    assert done.stderr.splitlines() == ["said"]
