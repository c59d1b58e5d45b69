"""A web server that takes notifications, and answers what a test tells it to."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook

Reply = tuple[int, dict[str, str]]


class Receiver:
    """
    Runs while it is a context. `answer` gets the number of a request, from 1, and returns status and headers.

    Attributes:
        got: Path, headers in lower case, and body of each request, in their order.
    """

    def __init__(self, answer: Callable[[int], Reply] = lambda _: (200, {})) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answer = answer
        lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                with lock:
                    receiver.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                    number = len(receiver.got)
                status, headers = receiver.answer(number)
                self.send_response(status)
                for name, value in {"content-length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}/hook"

    def verified(self, secret: str, at: int = 0) -> dict:
        """Return the message of a request, if it is signed as it should be."""
        _, headers, body = self.got[at]
        return Webhook(secret).verify(body, headers)

    def wait(self, count: int, within_s: float = 30) -> None:
        """Wait until so many requests have come."""
        deadline = time.monotonic() + within_s
        while len(self.got) < count:
            assert time.monotonic() < deadline, f"{len(self.got)} of {count} came within {within_s} s"
            time.sleep(0.05)

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
