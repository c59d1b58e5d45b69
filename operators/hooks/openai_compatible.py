"""The connection to any OpenAI-compatible model server."""

from airflow.sdk import BaseHook

from media_ai.clients.credentials import OpenAICredentials
from media_ai.errors import MediaAIError
from operators.credentials import from_connection


class OpenAICompatibleHook(BaseHook):
    """Host is the server's base URL, password the API key."""

    conn_name_attr = "conn_id"
    default_conn_name = "media_ai_openai"
    conn_type = "media_ai_openai"
    hook_name = "OpenAI-compatible models (Media AI)"

    def __init__(self, conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.conn_id = conn_id

    def test_connection(self) -> tuple[bool, str]:
        """Ask the server for its list of models; return whether it answered, and a line."""
        from media_ai.clients.service_checks import check_service

        try:
            report = check_service(from_connection(OpenAICredentials, self.get_connection(self.conn_id)))
        except MediaAIError as exc:
            return False, exc.message
        return report.is_ok, str(report)
