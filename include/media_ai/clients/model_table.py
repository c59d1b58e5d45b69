"""What is known of Model Studio's models: how much they take, and how often they may be asked."""

import json
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from media_ai.model.base import Model

_DEFAULTS = Path(__file__).with_name("model_studio_models.json")


class ModelFacts(Model):
    """
    The limits of a model. They are of the account, and change monthly: the connection's table goes before the one here.

    Source of the defaults: https://help.aliyun.com/en/model-studio/rate-limit
    """

    context_tokens: int = Field(default=0, ge=0, description="Of a question; 0 is unknown.")
    calls_per_minute: float = Field(default=0, ge=0, description="0 is unlimited.")
    tokens_per_minute: float = Field(default=0, ge=0, description="0 is unlimited.")
    batch: int = Field(default=1, ge=1, le=1000, description="Texts in one call, of embedding models.")
    pictures: int = Field(default=0, ge=0, le=1000, description="Pictures in one call, of embedding models that see.")


Table = dict[str, ModelFacts]
"""Name, or pattern with "*", to what is known; the first that matches counts."""


def parse_table(text: str) -> Table:
    """
    Read a table from JSON.

    Raises:
        ValueError: It is not JSON, or an entry is wrong; says which.
    """
    try:
        given = json.loads(text or "{}")
    except ValueError as exc:
        raise ValueError(f"is not JSON ({exc})") from None
    if not isinstance(given, dict):
        raise ValueError('must be an object: {"qwen-plus": {"calls_per_minute": 600}}')
    table: Table = {}
    for name, facts in given.items():
        try:
            table[name] = ModelFacts.model_validate(facts)
        except ValidationError as exc:
            error = exc.errors(include_url=False, include_input=False)[0]
            field = ".".join(str(part) for part in error["loc"])
            raise ValueError(f"entry '{name}', {field or 'value'}: {error['msg']}") from None
    return table


def facts_of(model: str, own: Table) -> ModelFacts:
    """Return what is known of a model: what `own` says, and for the rest what is documented."""
    documented = _find(model, _documented())
    return documented.model_copy(update=_find(model, own).model_dump(exclude_unset=True))


def _find(model: str, table: Table) -> ModelFacts:
    return next((facts for pattern, facts in table.items() if fnmatchcase(model, pattern)), ModelFacts())


@cache
def _documented() -> Table:
    return parse_table(_DEFAULTS.read_text(encoding="utf-8"))
