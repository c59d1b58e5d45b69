"""
The simple part of the search protocol of IMS and VOD: conditions joined by "and".

    Title in ('a', 'b') and Status = 'Normal' and CreationTime = ('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z')

Source: https://help.aliyun.com/document_detail/86991.html. "or", brackets and scoring are not implemented; a Match
that cannot be read is refused as the services do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from media_ai_emulators.rpc.errors import refusal

_TEXT = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s()',\"]+"
_CONDITION = re.compile(
    rf"\s*(?P<field>[\w.]+)\s*(?P<operator>==|!=|>=|<=|=|>|<|in|like)\s*(?P<values>\((?:[^()'\"]|'[^']*'|\"[^\"]*\")*\)|{_TEXT})",
    re.IGNORECASE,
)
_VALUE = re.compile(_TEXT)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One condition; `field` is lower case."""

    field: str
    operator: str
    values: tuple[str, ...]

    def holds(self, record: Mapping[str, object]) -> bool:
        """Tell whether a record with lower-case field names satisfies it. Text fields match when they contain a value."""
        found = str(record.get(self.field, "") or "")
        first = self.values[0] if self.values else ""
        if self.operator == "!=":
            return found != first
        if self.operator in {"=", "=="} and len(self.values) == 2:
            return first <= found <= self.values[1]
        if self.operator in {">", ">=", "<", "<="}:
            comparisons = {">": found > first, ">=": found >= first, "<": found < first, "<=": found <= first}
            return comparisons[self.operator]
        return any(value == found or (self.field in _TEXTS and value in found) for value in self.values)


_TEXTS = ("title", "description", "tags", "mediatags")


def parse(match: str | None) -> list[Condition]:
    """
    Return the conditions of a Match; none if there is none.

    Raises:
        Refusal: ErrorMatchSyntax.
    """
    text = (match or "").strip()
    conditions: list[Condition] = []
    position = 0
    while position < len(text):
        found = _CONDITION.match(text, position)
        if found is None:
            raise refusal(400, "ErrorMatchSyntax", "The syntax of the specified Match is invalid.")
        values = tuple(_unquoted(value) for value in _VALUE.findall(found["values"]))
        conditions.append(
            Condition(field=found["field"].lower(), operator=found["operator"].lower(), values=values),
        )
        joint = re.compile(r"\s*(?:and\s|$)", re.IGNORECASE).match(text, found.end())
        if joint is None:
            raise refusal(400, "ErrorMatchSyntax", "The syntax of the specified Match is invalid.")
        position = joint.end()
    return conditions


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] in {"'", '"'} else value
