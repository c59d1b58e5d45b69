"""Run the emulator, in the foreground or in a thread."""

import socket
import threading
from pathlib import Path

import uvicorn

from media_ai_emulators.app import create_app
from media_ai_emulators.state import Options, State


def main(port: int, state_folder: Path, options: Options | None = None, host: str = "127.0.0.1") -> None:
    """Serve until interrupted. The state folder is made if it is not there; what it holds is served again."""
    app = create_app(State(state_folder, options))
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=2)


class ThreadedServer:
    """The emulator on a free port of 127.0.0.1, in a thread of this process."""

    def __init__(self, state: State) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            create_app(state),
            log_config=None,
            log_level="critical",
            access_log=False,
            loop="asyncio",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="media-ai-emulator", daemon=True
        )

    def start(self) -> None:
        """Begin to listen; calls are accepted from now on, and answered as soon as the thread is up."""
        self._socket.listen(128)
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait until the thread has ended."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()
