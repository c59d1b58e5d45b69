"""The temporary keys by which a caller puts one file into VOD's bucket."""

import base64
import json

from media_ai_emulators.clock import iso
from media_ai_emulators.records import Record
from media_ai_emulators.state import UPLOAD_BUCKET, State
from media_ai_emulators.vod.videos import REGION


def upload_keys(state: State, key: str, host: str) -> Record:
    """Return UploadAddress and UploadAuth: JSON in Base64. The keys write the one object, and read nothing."""
    lives_s = state.options.upload_keys_live_s
    keys = state.keyring.issue(
        expires_at=state.clock.now() + lives_s, prefixes=(f"{UPLOAD_BUCKET}/{key}",), is_write_only=True
    )
    auth = {
        "AccessKeyId": keys.access_key_id,
        "AccessKeySecret": keys.access_key_secret,
        "SecurityToken": keys.security_token,
        "Expiration": str(int(lives_s)),
        "ExpireUTCTime": iso(keys.expires_at),
        "Region": REGION,
    }
    address = {"Endpoint": f"http://{host}", "Bucket": UPLOAD_BUCKET, "FileName": key}
    return {"UploadAddress": _encoded(address), "UploadAuth": _encoded(auth)}


def _encoded(value: Record) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()
