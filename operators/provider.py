"""What the distribution tells Airflow about itself: its connection types, with their forms, and its filesystems."""

from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from media_ai.clients.credentials import ALL, Credentials

_HOOKS = {
    "media_ai_openai": "operators.hooks.openai_compatible.OpenAICompatibleHook",
    "model_studio": "operators.hooks.cloud.ModelStudioHook",
    "alibaba_oss": "operators.hooks.cloud.OssHook",
    "alibaba_ims": "operators.hooks.cloud.ImsHook",
    "alibaba_vod": "operators.hooks.cloud.VodHook",
}
_STANDARD = ("host", "port", "schema", "login", "password", "extra")


def get_provider_info() -> dict[str, Any]:
    """Return the provider's description; Airflow reads it through the entry point `apache_airflow_provider`."""
    return {
        "package-name": "media-ai-airflow",
        "name": "Media AI",
        "description": "Videos into summaries, transcripts, people, on-screen text and searchable records.",
        "filesystems": ["operators.io.oss_filesystem"],
        "connection-types": [_connection_type(kind) for kind in ALL],
    }


def _connection_type(kind: type[Credentials]) -> dict[str, Any]:
    fields = kind.model_fields
    own = {name: field for name, field in fields.items() if name not in kind.standard_fields.values()}
    used = {name: fields[field] for name, field in kind.standard_fields.items()}
    return {
        "connection-type": kind.connection_type,
        "hook-class-name": _HOOKS[kind.connection_type],
        "hook-name": f"{kind.title} (Media AI)",
        "conn-fields": {name: _form_field(field) for name, field in own.items()},
        "ui-field-behaviour": {
            "hidden-fields": [name for name in _STANDARD if name not in used],
            "relabeling": {name: str(field.title) for name, field in used.items()},
            "placeholders": {name: _hint(field) for name, field in used.items() if _hint(field)},
        },
    }


def _form_field(field: FieldInfo) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": ["string", "null"]}
    if field.annotation is SecretStr:
        # Airflow hides the field while it is typed, and treats its value as a secret.
        schema["format"] = "password"
    elif isinstance(field.default, str) and field.default:
        schema["default"] = field.default
    if choices := [choice for choice in get_args(field.annotation) if isinstance(choice, str)]:
        schema["enum"] = choices
    return {"label": field.title, "schema": schema, "description": field.description or ""}


def _hint(field: FieldInfo) -> str:
    if field.annotation is SecretStr:
        return ""
    return str(field.description or (field.default if isinstance(field.default, str) else ""))
