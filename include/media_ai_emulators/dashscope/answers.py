"""What the emulated models say: a function of the request alone."""

import json
from dataclasses import dataclass
from typing import Any

from media_ai_emulators.dashscope.conversation import Conversation, count_tokens
from media_ai_emulators.dashscope.errors import invalid
from media_ai_emulators.dashscope.schema_answers import Known, SchemaAnswer

_FREE_JSON: dict[str, Any] = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


@dataclass(frozen=True, kw_only=True)
class ModelAnswer:
    """A model's answer: `finish_reason` is "stop", or "length" if it was cut off at max_tokens."""

    text: str
    finish_reason: str
    tokens: int


def answer_to(conversation: Conversation, parameters: dict[str, Any]) -> ModelAnswer:
    """
    Return the answer: JSON if `response_format` asks for it, else a sentence about what was sent.

    For json_object, a JSON Schema in the messages is followed, as a model would.

    Raises:
        Refusal: json_object without the word JSON in the messages, or no schema in json_schema.
    """
    schema = _schema(conversation, parameters.get("response_format") or {})
    if schema is None:
        text = conversation.described()
    else:
        known = Known(sentence=conversation.described(), times=conversation.times)
        text = json.dumps(SchemaAnswer(schema, known).value(), ensure_ascii=False)
    return _cut(text, parameters.get("max_tokens") or parameters.get("max_completion_tokens"))


def _schema(conversation: Conversation, wanted: dict[str, Any]) -> dict[str, Any] | None:
    kind = wanted.get("type", "text")
    if kind == "json_schema":
        schema = (wanted.get("json_schema") or {}).get("schema")
        if not isinstance(schema, dict):
            raise invalid("response_format.json_schema.schema is missing.")
        return schema
    if kind == "json_object":
        if "json" not in conversation.text.lower():
            raise invalid(
                "<400> InternalError.Algo.InvalidParameter: 'messages' must contain the word 'json' in some form, "
                "to use 'response_format' of type 'json_object'."
            )
        return conversation.schema_in_text() or _FREE_JSON
    if kind != "text":
        raise invalid("response_format.type must be text, json_object or json_schema.")
    return None


def _cut(text: str, max_tokens: Any) -> ModelAnswer:
    tokens = count_tokens(text)
    if not isinstance(max_tokens, int) or tokens <= max_tokens:
        return ModelAnswer(text=text, finish_reason="stop", tokens=tokens)
    kept = text.encode()[: max_tokens * 4].decode(errors="ignore")
    return ModelAnswer(text=kept, finish_reason="length", tokens=max_tokens)
