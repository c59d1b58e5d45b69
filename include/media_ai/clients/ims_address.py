"""
The addresses that IMS registers, in one spelling each: IMS takes two spellings of one object for two media assets.

Documented are oss://bucket/key, for a bucket of the region of IMS, http(s)://bucket.oss-region.aliyuncs.com/key and vod://id.
"""

import re
from urllib.parse import quote, unquote, urlsplit

from media_ai.clients.oss_address import split_address
from media_ai.errors import InputError

_HOST = re.compile(
    r"(?P<bucket>[a-z0-9][a-z0-9-]{1,61}[a-z0-9])\.oss-(?P<region>[a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com"
)
_VOD = re.compile(r"vod://(?P<id>[A-Za-z0-9_-]{1,64})", re.IGNORECASE)
_ENDS = re.compile(r"[%?#]")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NO_REGION = re.compile(r"accelerate(-overseas)?")
_HINT = (
    "IMS registers videos that are in OSS or VOD: start the task with oss://bucket/key or "
    "https://bucket.oss-region.aliyuncs.com/key, or wire the asset that upload_vod_media gives."
)


def canonical_address(address: str, *, ims_region: str, oss_region: str | None = None) -> str:
    """
    Return the one spelling of an address that is registered and looked up.

    What is in the region of IMS becomes oss://, all else the https form with its region. Signatures are left off: IMS reads by
    its own role.

    Args:
        address: oss://bucket/key with the key as it is in OSS, an address of OSS percent-encoded as usual, or vod://id.
        ims_region: Region of IMS.
        oss_region: Region of the buckets of oss:// addresses, where it is known.

    Raises:
        InputError: IMS cannot read from there.
    """
    if found := _VOD.fullmatch(address):
        return f"vod://{found['id']}"
    if _LONE_SURROGATE.search(address):
        raise InputError(f"'{_shown(address)!a}' holds half of a character. {_HINT}")
    if address.lower().startswith("oss://"):
        bucket, key = split_address(f"oss://{address[6:]}")
        region = oss_region or ims_region
    else:
        bucket, region, key = _parts(address)
    if not key or key.endswith("/"):
        raise InputError(f"'{_shown(address)}' names no file. {_HINT}")
    if region == ims_region:
        # Only what would end the key, and the sign itself: whether the service decodes this form is not documented.
        return f"oss://{bucket}/{_ENDS.sub(lambda found: f'%{ord(found.group()):02X}', key)}"
    return f"https://{bucket}.oss-{region}.aliyuncs.com/{quote(key, safe='/~')}"


def _parts(address: str) -> tuple[str, str, str]:
    """Return bucket, region and key of an address of OSS."""
    try:
        parts = urlsplit(address)
        host, key = (parts.hostname or "").lower(), unquote(parts.path[1:], errors="strict")
    except ValueError:
        raise InputError(f"'{_shown(address)}' is not an address. {_HINT}") from None
    found = _HOST.fullmatch(host)
    if parts.scheme not in ("https", "http") or found is None or _NO_REGION.fullmatch(found["region"]):
        raise InputError(f"'{_shown(address)}' cannot be registered. {_HINT}")
    return found["bucket"], found["region"], split_address(f"oss://{found['bucket']}/{key}")[1]


def _shown(address: str) -> str:
    return address.partition("?")[0][:200]
