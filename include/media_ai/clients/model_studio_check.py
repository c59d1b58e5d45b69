"""Check a connection to Model Studio."""

from media_ai.clients.checks import Report, Step, run_checks
from media_ai.clients.credentials import ModelStudioCredentials
from media_ai.clients.model_studio_access import base_url_of, open_model_studio, translated

PROBE_MODEL = "qwen-plus"
_PROBE_TIMEOUT_S = 30.0


def check_model_studio(credentials: ModelStudioCredentials, model: str = PROBE_MODEL) -> Report:
    """Ask a model for one token: the smallest call that is billed like all others."""

    def ask() -> str:
        with open_model_studio(credentials, timeout_s=_PROBE_TIMEOUT_S) as client, translated(credentials, model):
            question = [{"role": "user", "content": "1"}]
            client.chat.completions.create(model=model, messages=question, max_tokens=1)
        return f"{model} at {base_url_of(credentials)}"

    return run_checks([Step(name="chat", permission="API key", work=ask)])
