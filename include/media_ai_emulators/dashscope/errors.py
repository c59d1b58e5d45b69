"""
DashScope's errors, in its own form and in OpenAI's.

Source: https://help.aliyun.com/en/model-studio/error-code
"""

from starlette.responses import JSONResponse, Response

from media_ai_emulators.refusal import Refusal

_OPENAI = {
    "DataInspectionFailed": ("data_inspection_failed", "data_inspection_failed"),
    "InternalError": ("internal_error", "internal_error"),
    "InvalidApiKey": ("invalid_api_key", "invalid_request_error"),
    "InvalidParameter": ("invalid_parameter_error", "invalid_request_error"),
    "ModelNotFound": ("model_not_found", "invalid_request_error"),
    "Throttling.RateQuota": ("limit_requests", "limit_requests"),
}

FAILURES = {
    "throttle": Refusal(
        429,
        "Throttling.RateQuota",
        "Requests rate limit exceeded, please try again later.",
        headers={"retry-after": "1"},
    ),
    "server_error": Refusal(500, "InternalError", "An internal error has occured, please try again later."),
    "expired_token": Refusal(401, "InvalidApiKey", "Invalid API-key provided."),
}


def invalid(message: str) -> Refusal:
    """Return the error of a parameter."""
    return Refusal(400, "InvalidParameter", message)


def model_not_found(model: str) -> Refusal:
    """Return the error of a model that is unknown."""
    return Refusal(404, "ModelNotFound", f"The model `{model}` does not exist or you do not have access to it.")


def not_implemented(what: str) -> Refusal:
    """Return the error of what the real service has and the emulator has not."""
    return Refusal(501, "EmulatorNotImplemented", f"The emulator does not implement {what}.")


def error_response(error: Refusal, *, request_id: str, is_openai: bool) -> Response:
    """Write an error as JSON."""
    if is_openai:
        code, kind = _OPENAI.get(error.code, (error.code, "invalid_request_error"))
        body: dict[str, object] = {
            "error": {"message": error.message, "type": kind, "param": None, "code": code},
            "request_id": request_id,
        }
    else:
        body = {"code": error.code, "message": error.message, "request_id": request_id}
    return JSONResponse(body, status_code=error.status, headers={"x-request-id": request_id})
