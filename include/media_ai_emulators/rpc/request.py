"""A request of the RPC family, in the forms of both signature versions."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from media_ai_emulators.oss.request import params_of

PROTOCOL = frozenset(
    (
        "Action",
        "Version",
        "Format",
        "AccessKeyId",
        "SecurityToken",
        "Signature",
        "SignatureMethod",
        "SignatureVersion",
        "SignatureNonce",
        "SignatureType",
        "Timestamp",
    )
)
"""Parameters of the protocol; all others belong to the action."""


@dataclass(frozen=True, kw_only=True)
class RpcRequest:
    """What a caller sent. `params` are the decoded query and form together; `headers` have lower-case names."""

    method: str
    path: str
    query: dict[str, str]
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @classmethod
    async def of(cls, request: Request) -> "RpcRequest":
        """Read a request, its body included."""
        body = await request.body()
        query = params_of(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        form: dict[str, str] = {}
        if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        return cls(
            method=request.method,
            path=request.url.path,
            query=query,
            params={**query, **form},
            headers=headers,
            body=body,
        )

    @property
    def action(self) -> str:
        """The operation: a header in signature V3, a parameter in V1."""
        return self.headers.get("x-acs-action") or self.params.get("Action", "")

    @property
    def version(self) -> str:
        """The version of the API, which tells the services apart."""
        return self.headers.get("x-acs-version") or self.params.get("Version", "")

    @property
    def arguments(self) -> dict[str, str]:
        """The parameters of the action."""
        return {name: value for name, value in self.params.items() if name not in PROTOCOL}


def is_rpc(request: Request) -> bool:
    """Tell whether a request is one of the RPC family: they all go to "/"."""
    if request.url.path != "/":
        return False
    if "x-acs-action" in request.headers or "Action" in params_of(request):
        return True
    return request.method == "POST"
