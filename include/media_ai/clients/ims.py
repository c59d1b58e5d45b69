"""Intelligent Media Services: the SDK's client and the check of a connection."""

from typing import Any

from media_ai.clients.access_keys import KeysSource
from media_ai.clients.checks import Report, Step, run_checks
from media_ai.clients.credentials import ImsCredentials
from media_ai.clients.rpc import open_config, require_success, translated


def open_ims(credentials: ImsCredentials, keys: KeysSource | None = None) -> Any:
    """Return the SDK's client (alibabacloud_ice20201109); make it after a fork, not before."""
    from alibabacloud_ice20201109.client import Client

    return Client(open_config(credentials, service="ice", keys=keys))


def check_ims(credentials: ImsCredentials) -> Report:
    """List one media asset."""

    def ask() -> str:
        from alibabacloud_ice20201109.models import ListMediaBasicInfosRequest

        with translated("IMS", "ice:ListMediaBasicInfos"):
            found = open_ims(credentials).list_media_basic_infos(ListMediaBasicInfosRequest(max_results=1))
            require_success(found, "IMS", "ice:ListMediaBasicInfos")
        return credentials.region

    return run_checks([Step(name="list media", permission="ice:ListMediaBasicInfos", work=ask)])
