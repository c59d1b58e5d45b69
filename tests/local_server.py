"""A JSON server on the loopback address, for tests of clients of OpenAI-compatible servers."""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from media_ai.clients.credentials import OpenAICredentials

Answer = tuple[int, Any]
"""Status and body."""


class LocalServer:
    """
    Runs while it is a context: `answer` takes the headers and the body of a POST, `listed` answers every GET.

    A refusal is not tried again by the client, so that a test sees one request.
    """

    def __init__(self, answer: Callable[[Mapping[str, str], bytes], Answer], *, listed: Any = None) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self._send(answer(self.headers, self.rfile.read(int(self.headers["content-length"]))))

            def do_GET(self) -> None:
                self._send((200, listed))

            def _send(self, reply: Answer) -> None:
                status, body = reply
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.send_header("x-should-retry", "false")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever)
        self._thread.start()
        self.credentials = OpenAICredentials(
            base_url=f"http://127.0.0.1:{self._http.server_port}/v1", api_key="sk-sentinel"
        )

    def __enter__(self) -> "LocalServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
