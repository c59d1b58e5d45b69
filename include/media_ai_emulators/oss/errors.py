"""OSS's errors: status, code and the EC number where it is published."""

import base64
from xml.sax.saxutils import escape

from starlette.responses import Response

from media_ai_emulators.refusal import Refusal

_EC = {
    "SignatureDoesNotMatch": "0002-00000040",
    "InvalidAccessKeyId": "0002-00000902",
    "NoSuchBucket": "0015-00000101",
    "NoSuchKey": "0026-00000001",
}
_MESSAGES = {
    (400, "EntityTooSmall"): "Your proposed upload is smaller than the minimum allowed size.",
    (400, "InvalidArgument"): "The argument is invalid.",
    (400, "InvalidBucketName"): "The specified bucket is not valid.",
    (400, "InvalidDigest"): "The Content-MD5 you specified was invalid.",
    (400, "InvalidObjectName"): "The specified object is not valid.",
    (400, "InvalidPart"): "One or more of the specified parts could not be found or the specified entity tag might not "
    "have matched the part's entity tag.",
    (400, "InvalidPartOrder"): "The list of parts was not in ascending order.",
    (400, "MalformedXML"): "The XML you provided was not well-formed or did not validate against our published schema.",
    (403, "AccessDenied"): "You have no right to access this object.",
    (403, "InvalidAccessKeyId"): "The OSS Access Key Id you provided does not exist in our records.",
    (403, "InvalidSecurityToken"): "The security token you provided is invalid.",
    (403, "RequestTimeTooSkewed"): "The difference between the request time and the current time is too large.",
    (403, "SecurityTokenExpired"): "The security token you provided has expired.",
    (403, "SignatureDoesNotMatch"): "The request signature we calculated does not match the signature you provided. "
    "Check your key and signing method.",
    (404, "NoSuchBucket"): "The specified bucket does not exist.",
    (404, "NoSuchKey"): "The specified key does not exist.",
    (404, "NoSuchUpload"): "The specified upload does not exist. The upload ID may be invalid, or the upload may have "
    "been aborted or completed.",
    (409, "BucketNotEmpty"): "The bucket you tried to delete is not empty.",
    (409, "FileAlreadyExists"): "The object you specified already exists and can not be overwritten.",
    (412, "PreconditionFailed"): "At least one of the pre-conditions you specified did not hold.",
    (501, "NotImplemented"): "The emulator does not implement this operation.",
    (500, "InternalError"): "We encountered an internal error. Please try again.",
    (503, "ServiceUnavailable"): "Please reduce your request rate.",
}


def refusal(status: int, code: str, message: str = "") -> Refusal:
    """Return an error with the service's own message for its code."""
    return Refusal(status, code, message or _MESSAGES.get((status, code), code))


FAILURES = {
    # "Please reduce your request rate" is OSS's throttling; its status is 503.
    "throttle": refusal(503, "ServiceUnavailable"),
    "server_error": refusal(500, "InternalError"),
    "expired_token": refusal(403, "SecurityTokenExpired"),
}


def error_response(error: Refusal, *, request_id: str, host: str, is_head: bool) -> Response:
    """Write an error as XML; the answer to HEAD has no body, and its XML is in the header x-oss-err in Base64."""
    ec = _EC.get(error.code, "")
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n'
        f"  <Code>{escape(error.code)}</Code>\n  <Message>{escape(error.message)}</Message>\n"
        f"  <RequestId>{request_id}</RequestId>\n  <HostId>{escape(host)}</HostId>\n"
        + (f"  <EC>{ec}</EC>\n" if ec else "")
        + "</Error>\n"
    )
    headers = {"x-oss-request-id": request_id, "x-oss-server-time": "1"}
    if ec:
        headers["x-oss-ec"] = ec
    if error.status == 304:
        return Response(status_code=304, headers=headers)
    if is_head:
        headers["x-oss-err"] = base64.b64encode(xml.encode()).decode()
        return Response(status_code=error.status, headers=headers, media_type="application/xml")
    return Response(xml, status_code=error.status, headers=headers, media_type="application/xml")
