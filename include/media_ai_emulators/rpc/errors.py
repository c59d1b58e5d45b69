"""
The errors of the RPC gateway.

Source: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature and the public error centre.
"""

from starlette.responses import JSONResponse, Response

from media_ai_emulators.refusal import Refusal

_MESSAGES = {
    (400, "IncompleteSignature"): "The request signature does not conform to Alibaba Cloud standards.",
    (400, "InvalidSecurityToken.Expired"): "Specified SecurityToken is expired.",
    (400, "InvalidSecurityToken.Malformed"): "Specified SecurityToken is malformed.",
    (400, "InvalidTimeStamp.Expired"): "Specified time stamp or date value is expired.",
    (400, "InvalidTimeStamp.Format"): "Specified time stamp or date value is not well formatted.",
    (400, "MissingSecurityToken"): "SecurityToken is mandatory for this action.",
    (400, "SignatureDoesNotMatch"): "Specified signature is not matched with our calculation.",
    (400, "SignatureNonceUsed"): "Specified signature nonce was used already.",
    (400, "Throttling.User"): "Request was denied due to user flow control.",
    (404, "InvalidAccessKeyId.NotFound"): "Specified access key is not found.",
    (404, "InvalidAction.NotFound"): "Specified api is not found, please check your url and method.",
    (400, "InvalidVersion"): "Specified parameter Version is not valid.",
    (500, "InternalError"): "The request processing has failed due to some unknown error, exception or failure.",
    (503, "ServiceUnavailable"): "The request has failed due to a temporary failure of the server.",
}


def refusal(status: int, code: str, message: str = "") -> Refusal:
    """Return an error with the gateway's own message for its code."""
    return Refusal(status, code, message or _MESSAGES.get((status, code), code))


def not_implemented(action: str) -> Refusal:
    """Return the error of an operation that the real service has and the emulator has not."""
    return refusal(501, "EmulatorNotImplemented", f"The emulator does not implement {action}; the real service does.")


FAILURES = {
    # The real gateway throttles with HTTP 400, so that SDKs raise a client error.
    "throttle": refusal(400, "Throttling.User"),
    "server_error": refusal(503, "ServiceUnavailable"),
    "expired_token": refusal(400, "InvalidSecurityToken.Expired"),
}


def error_response(error: Refusal, *, request_id: str, host: str) -> Response:
    """Write an error as JSON."""
    body = {
        "RequestId": request_id,
        "HostId": host,
        "Code": error.code,
        "Message": error.message,
        "Recommend": f"https://api.alibabacloud.com/troubleshoot?q={error.code}",
    }
    return JSONResponse(body, status_code=error.status, headers={"x-acs-request-id": request_id})
