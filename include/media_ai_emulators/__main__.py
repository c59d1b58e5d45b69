"""`python -m media_ai_emulators --port 8090 --state DIR`."""

import argparse
from pathlib import Path

from media_ai_emulators.server import main

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="media_ai_emulators", description="Emulators of OSS, STS, IMS, VOD and DashScope."
    )
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, required=True, help="folder of the data; made if it is not there")
    given = parser.parse_args()
    main(given.port, given.state, host=given.host)
