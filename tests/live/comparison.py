"""Make a call to the real service and to the emulator, and note where their answers differ."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from media_ai.clients.access import Access
from media_ai.errors import MediaAIError
from tests.live.exchanges import Answer, recorded


@dataclass
class Comparison:
    """
    Both ways to the services, and the differences so far.

    Attributes:
        real: By the credentials in the environment.
        emulated: To an emulator of this process.
    """

    real: Access
    emulated: Access
    calls: list[str] = field(default_factory=list)
    differences: list[dict[str, Any]] = field(default_factory=list)

    def both(self, name: str, call: Callable[[Access], Any]) -> Any:
        """
        Call the emulator, then the service; return what the service gave.

        Raises:
            MediaAIError: The service refused, which may be what the test wants.
        """
        _, _, expected = _observed(call, self.emulated)
        value, error, seen = _observed(call, self.real)
        self.calls.append(name)
        if expected is not None and seen is not None:
            self.differences += _differences(name, seen, expected)
        if error is not None:
            raise error
        return value

    def write(self, path: Path) -> None:
        """Write the report."""
        path.parent.mkdir(exist_ok=True)
        report = {
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "calls": self.calls,
            "differences": self.differences,
        }
        path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _observed(call: Callable[[Access], Any], access: Access) -> tuple[Any, MediaAIError | None, Answer | None]:
    value: Any = None
    error: MediaAIError | None = None
    with recorded() as answers:
        try:
            value = call(access)
        except MediaAIError as exc:
            error = exc
    # The last one: those before it are tries, or the session of a role.
    return value, error, answers[-1] if answers else None


def _differences(name: str, real: Answer, emulated: Answer) -> list[dict[str, Any]]:
    more, less = real.beyond(emulated), emulated.beyond(real)
    if (real.status, real.code) == (emulated.status, emulated.code) and not more and not less:
        return []
    found = {
        "call": name,
        "status": {"service": real.status, "emulator": emulated.status},
        "code": {"service": real.code, "emulator": emulated.code},
        "only_the_service_says": more,
        "only_the_emulator_says": less,
    }
    return [found]
