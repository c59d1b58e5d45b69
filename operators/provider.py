"""What the distribution tells Airflow about itself: its connection types."""

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Return the provider's description; Airflow reads it through the entry point `apache_airflow_provider`."""
    return {
        "package-name": "media-ai-airflow",
        "name": "Media AI",
        "description": "Videos into summaries, transcripts, people, on-screen text and searchable records.",
        "connection-types": [
            {
                "connection-type": "media_ai_openai",
                "hook-class-name": "operators.hooks.openai_compatible.OpenAICompatibleHook",
                "ui-field-behaviour": {
                    "hidden-fields": ["schema", "port", "login", "extra"],
                    "relabeling": {"host": "Base URL", "password": "API key"},
                    "placeholders": {"host": "https://api.openai.com/v1"},
                },
            }
        ],
    }
