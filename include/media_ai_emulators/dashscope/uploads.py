"""The certificate by which the SDK uploads local files to DashScope's own bucket for 48 hours."""

import base64
import hashlib
import hmac
import json
import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from media_ai_emulators.clock import iso_millis
from media_ai_emulators.dashscope.errors import invalid
from media_ai_emulators.state import TEMPORARY_BUCKET, State

_LIVES_S = 300
_LARGEST_MB = 1024


class Uploads:
    """GET /uploads?action=getPolicy&model=M."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def policy(self, request: Request, request_id: str) -> Response:
        """Return a signed policy for an HTML form to OSS; one serves for several files."""
        if request.query_params.get("action") != "getPolicy" or not request.query_params.get("model"):
            raise invalid("Required parameter(s) missing or invalid: action, model")
        keys = self._state.options.keys
        folder = f"{TEMPORARY_BUCKET}/emulator/{uuid.uuid4().hex}"
        policy = {
            "expiration": iso_millis(self._state.clock.now() + _LIVES_S),
            "conditions": [
                ["content-length-range", 0, _LARGEST_MB << 20],
                ["starts-with", "$key", folder],
                {"bucket": TEMPORARY_BUCKET},
            ],
        }
        encoded = base64.b64encode(json.dumps(policy).encode())
        signature = hmac.new(keys.access_key_secret.encode(), encoded, hashlib.sha1).digest()
        data = {
            "policy": encoded.decode(),
            "signature": base64.b64encode(signature).decode(),
            "upload_dir": folder,
            "upload_host": f"http://{request.headers.get('host', '')}/{TEMPORARY_BUCKET}",
            "expire_in_seconds": _LIVES_S,
            "max_file_size_mb": _LARGEST_MB,
            "capacity_limit_mb": 999_999_999,
            "oss_access_key_id": keys.access_key_id,
            "x_oss_object_acl": "private",
            "x_oss_forbid_overwrite": "true",
        }
        return JSONResponse({"data": data, "request_id": request_id})
