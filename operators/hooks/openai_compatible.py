"""The connection to any OpenAI-compatible model server."""

from airflow.sdk import BaseHook

from media_ai.clients.models import Credentials
from media_ai.errors import MediaAIError


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
        """Ask the server for its list of models; return whether it answered, and a sentence."""
        from media_ai.clients.openai_compatible import list_models

        try:
            connection = self.get_connection(self.conn_id)
            models = list_models(Credentials(base_url=connection.host or "", api_key=connection.password or ""))
        except MediaAIError as exc:
            return False, exc.message
        return True, f"The server offers {len(models)} models: {', '.join(models[:5])}."
