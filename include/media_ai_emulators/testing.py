"""The emulator as a fixture of tests, here and in users' projects."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_ai_emulators.calls import Call
from media_ai_emulators.credentials import Keys
from media_ai_emulators.faults import Faults
from media_ai_emulators.server import ThreadedServer
from media_ai_emulators.state import Options, State


@dataclass(frozen=True)
class Emulator:
    """A running emulator."""

    state: State
    port: int

    @property
    def url(self) -> str:
        """The address of OSS, "http://127.0.0.1:PORT"."""
        return f"http://{self.endpoint}"

    @property
    def endpoint(self) -> str:
        """What the alibabacloud_* SDKs call an endpoint: "127.0.0.1:PORT", with protocol="http"."""
        return f"127.0.0.1:{self.port}"

    @property
    def dashscope_url(self) -> str:
        """The base URL of DashScope's own protocol."""
        return f"{self.url}/api/v1"

    @property
    def openai_url(self) -> str:
        """The base URL of DashScope's OpenAI-compatible protocol."""
        return f"{self.url}/compatible-mode/v1"

    @property
    def keys(self) -> Keys:
        """The keys that open it."""
        return self.state.options.keys

    def faults(self) -> Faults:
        """The faults in force."""
        return self.state.faults

    def calls(self, service: str | None = None, operation: str | None = None) -> list[Call]:
        """The calls so far, oldest first."""
        return self.state.calls.find(service, operation)

    def advance(self, seconds: float) -> None:
        """Let the services' time pass: jobs go on, tokens and signed addresses expire."""
        self.state.clock.advance(seconds)

    def reset(self) -> None:
        """Forget calls, faults, quotas and what time was advanced; the data stay."""
        self.state.clock.reset()
        self.state.faults.clear()
        self.state.calls.clear()
        self.state.quotas.set({})


@contextmanager
def running_emulator(state_folder: Path, **options: Any) -> Iterator[Emulator]:
    """Run an emulator on a free port; `options` are the fields of media_ai_emulators.state.Options."""
    state = State(state_folder, Options(**options))
    server = ThreadedServer(state)
    server.start()
    try:
        yield Emulator(state, server.port)
    finally:
        server.stop()
