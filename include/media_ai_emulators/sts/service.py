"""AssumeRole: temporary keys for a role."""

import re

from media_ai_emulators.clock import Clock, iso
from media_ai_emulators.credentials import Keyring
from media_ai_emulators.rpc.authentication import Authenticator
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer, RpcService
from media_ai_emulators.state import State

VERSION = "2015-04-01"
_ROLE = re.compile(r"acs:ram::(?P<account>\w+):role/(?P<role>[\w.-]+)", re.IGNORECASE)
_SESSION = re.compile(r"[\w.@-]{2,64}")
_KNOWN = frozenset(("AssumeRoleWithOIDC", "AssumeRoleWithSAML", "GetCallerIdentity"))


class Roles:
    """Every role exists, and everybody may assume it. The session's Policy is read, and not enforced."""

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        self._keyring = keyring
        self._clock = clock

    def assume(self, parameters: Parameters) -> Answer:
        """
        AssumeRole: keys for DurationSeconds (900 to 43,200, by default 3,600).

        Source: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
        """
        role = _ROLE.fullmatch(parameters.required("RoleArn"))
        if role is None:
            raise refusal(400, "InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed.")
        session = parameters.required("RoleSessionName")
        if not _SESSION.fullmatch(session):
            raise refusal(400, "InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed.")
        parameters.json_object("Policy", max_bytes=2048)
        lifetime_s = parameters.number("DurationSeconds", 3600, lowest=900, highest=43_200)
        keys = self._keyring.issue(expires_at=self._clock.now() + lifetime_s)
        return {
            "Credentials": {
                "AccessKeyId": keys.access_key_id,
                "AccessKeySecret": keys.access_key_secret,
                "SecurityToken": keys.security_token,
                "Expiration": iso(keys.expires_at),
            },
            "AssumedRoleUser": {
                "Arn": f"acs:ram::{role['account']}:role/{role['role']}/{session}",
                "AssumedRoleId": f"300000000000000000:{session}",
            },
        }


def make_service(state: State, authenticator: Authenticator) -> RpcService:
    """Return the service "sts"."""
    roles = Roles(state.keyring, state.clock)
    return RpcService("sts", authenticator=authenticator, known=_KNOWN, handlers={"AssumeRole": roles.assume})
