"""A request to OSS: which bucket, which object, and the texts that its signature covers."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request

_VIRTUAL_HOST = re.compile(r"^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])\.(?:oss-[a-z0-9-]+\.aliyuncs\.com|localhost)(?::\d+)?$")


@dataclass(frozen=True, kw_only=True)
class OssRequest:
    """
    What a caller of OSS sent. `headers` have lower-case names; `params` are decoded, an absent value is "".

    The bucket is in the path for an IP address (as oss2 does by itself), or in the host name.
    """

    method: str
    bucket: str
    key: str
    params: dict[str, str]
    headers: dict[str, str]
    http: Request

    @classmethod
    def of(cls, request: Request) -> "OssRequest":
        """Read a request. oss2 writes "/" in a key as %2F: the path is split before it is decoded."""
        raw_path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
        path = raw_path.decode("latin-1").partition("?")[0].lstrip("/")
        headers = {name.decode("latin-1").lower(): _text(value) for name, value in request.scope["headers"]}
        host = _VIRTUAL_HOST.match(headers.get("host", ""))
        if host:
            bucket, key = host.group(1), unquote(path)
        else:
            first, _, rest = path.partition("/")
            bucket, key = unquote(first), unquote(rest)
        return cls(
            method=request.method,
            bucket=bucket,
            key=key,
            params=params_of(request),
            headers=headers,
            http=request,
        )

    def number(self, name: str, default: int) -> int:
        """Return a numeric query parameter; what is no number counts as absent."""
        text = self.params.get(name, "")
        return int(text) if text.isdigit() else default


def params_of(request: Request) -> dict[str, str]:
    """Return the decoded query; "+" is a space, as requests writes it."""
    query: bytes = request.scope["query_string"]
    return dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))


def _text(value: bytes) -> str:
    # oss2 sends non-ASCII header values as UTF-8; surrogates keep whatever else was sent, for the signature.
    return value.decode("utf-8", "surrogateescape").strip()
