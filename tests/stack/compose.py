"""What docker-compose.yaml says, for processes that run on this machine instead of in containers."""

import re
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[2]
_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")


class Compose:
    """
    The Compose file with its variables filled in.

    Args:
        variables: As .env has them.

    Raises:
        KeyError: A variable that must be set is not.
    """

    def __init__(self, variables: dict[str, str]) -> None:
        self._variables = variables
        text = (PROJECT / "docker-compose.yaml").read_text(encoding="utf-8")
        self.services: dict[str, Any] = self._filled(yaml.safe_load(text)["services"])

    def command(self, service: str) -> list[str]:
        """Return the whole command of a service."""
        return list(self.services[service]["command"])

    def environment(self, service: str) -> dict[str, str]:
        """Return the environment of a service."""
        return {name: str(value) for name, value in self.services[service]["environment"].items()}

    def _filled(self, data: Any) -> Any:
        """Return data with the variables in their strings, which Compose fills in when it has read the file."""
        if isinstance(data, dict):
            return {name: self._filled(value) for name, value in data.items()}
        if isinstance(data, list):
            return [self._filled(value) for value in data]
        return _VARIABLE.sub(self._value, data) if isinstance(data, str) else data

    def _value(self, match: re.Match[str]) -> str:
        given = self._variables.get(match["name"], "")
        if match["kind"] == "?" and not given:
            raise KeyError(match["name"])
        return given or (match["rest"] if match["kind"] == "-" else "")
