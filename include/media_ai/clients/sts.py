"""Sessions of a role, from Alibaba Cloud STS."""

from datetime import UTC, datetime
from typing import Any

from media_ai.clients.access_keys import AccessKeys
from media_ai.clients.credentials import AlibabaCredentials
from media_ai.clients.retrying import Retry
from media_ai.clients.rpc import sts_config, translated

SESSION_S = 3600
"""Lifetime asked for: what a role allows when nobody changed it."""


def assume_role(given: AccessKeys, credentials: AlibabaCredentials, *, retry: Retry | None = None) -> AccessKeys:
    """
    Return the keys of a new session of the connection's role.

    Source: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole

    Raises:
        ServiceError: STS refused or failed; PERMISSION if the user may not assume the role.
    """
    from alibabacloud_tea_openapi.client import Client

    def ask(_: int) -> Any:
        with translated("STS", "sts:AssumeRole"):
            return Client(sts_config(given, credentials)).call_api(*_request(credentials))

    found = (retry or Retry()).call("STS", ask)["body"]["Credentials"]
    return AccessKeys(
        key_id=found["AccessKeyId"],
        secret=found["AccessKeySecret"],
        security_token=found["SecurityToken"],
        expires_at=datetime.fromisoformat(found["Expiration"]).astimezone(UTC).timestamp(),
    )


def _request(credentials: AlibabaCredentials) -> tuple[Any, Any, Any]:
    from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
    from darabonba.runtime import RuntimeOptions

    params = Params(
        action="AssumeRole",
        version="2015-04-01",
        protocol="HTTPS",
        method="POST",
        auth_type="AK",
        style="RPC",
        pathname="/",
        req_body_type="json",
        body_type="json",
    )
    query = {
        "RoleArn": credentials.role_arn,
        "RoleSessionName": "media-ai",
        "DurationSeconds": str(SESSION_S),
    }
    return params, OpenApiRequest(query=query), RuntimeOptions()
