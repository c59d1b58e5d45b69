"""PostObject: an upload by an HTML form."""

import base64
import hashlib
import hmac
import json

from starlette.datastructures import UploadFile
from starlette.responses import Response

from media_ai_emulators.clock import iso_millis
from media_ai_emulators.oss.errors import refusal
from media_ai_emulators.oss.names import check_key
from media_ai_emulators.oss.request import OssRequest
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.oss.write_objects import check_overwrite, guessed_type, receipt


async def post_object(storage: Storage, request: OssRequest, secret_of: dict[str, str | None]) -> Response:
    """
    Store the file of an HTML form that carries a signed policy.

    Source: https://www.alibabacloud.com/help/en/oss/developer-reference/postobject. Of the policy, its expiry and the conditions
    "eq", "starts-with" and "content-length-range" are checked.
    """
    async with request.http.form(max_part_size=1 << 20) as form:
        fields = {name.lower(): value for name, value in form.items() if isinstance(value, str)}
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise refusal(400, "InvalidArgument", "The form must contain a field named file, the last one.")
        key = fields.get("key", "").replace("${filename}", file.filename or "")
        _check_policy({**fields, "key": key, "bucket": request.bucket}, secret_of, file.size or 0, storage.clock.now())
        check_key(key)
        check_overwrite(fields, storage.buckets.get(request.bucket), key)
        with storage.writer() as writer:
            while piece := await file.read(1 << 20):
                writer.write(piece)
            content_type = fields.get("x-oss-content-type") or guessed_type(key)
            stored = storage.put(request.bucket, key, writer.finish(), headers={"content-type": content_type})
    status = fields.get("success_action_status", "204")
    return Response(status_code=int(status) if status in {"200", "201", "204"} else 204, headers=receipt(stored))


def _check_policy(fields: dict[str, str], secret_of: dict[str, str | None], size: int, now: float) -> None:
    secret = secret_of.get(fields.get("ossaccesskeyid", ""))
    if secret is None:
        raise refusal(403, "InvalidAccessKeyId")
    encoded = fields.get("policy", "")
    expected = base64.b64encode(hmac.new(secret.encode(), encoded.encode(), hashlib.sha1).digest())
    if not hmac.compare_digest(expected, fields.get("signature", "").encode()):
        raise refusal(403, "SignatureDoesNotMatch")
    policy = json.loads(base64.b64decode(encoded))
    if policy["expiration"] < iso_millis(now):
        raise refusal(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    if not all(_holds(condition, fields, size) for condition in policy["conditions"]):
        raise refusal(403, "AccessDenied", "Invalid according to Policy: Policy Condition failed.")


def _holds(condition: dict[str, str] | list[str | int], fields: dict[str, str], size: int) -> bool:
    if isinstance(condition, dict):
        return all(fields.get(name.lower()) == value for name, value in condition.items())
    operator, first, second = condition
    if operator == "content-length-range":
        return int(first) <= size <= int(second)
    value = fields.get(str(first).removeprefix("$").lower(), "")
    return value.startswith(str(second)) if operator == "starts-with" else value == second
