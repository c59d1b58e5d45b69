"""ApsaraVideo VOD: the SDK's client and the check of a connection."""

from typing import Any

from media_ai.clients.access_keys import KeysSource
from media_ai.clients.checks import Report, Step, run_checks
from media_ai.clients.credentials import VodCredentials
from media_ai.clients.rpc import open_config, require_success, translated


def open_vod(credentials: VodCredentials, keys: KeysSource | None = None) -> Any:
    """Return the SDK's client (alibabacloud_vod20170321); make it after a fork, not before."""
    from alibabacloud_vod20170321.client import Client

    return Client(open_config(credentials, service="vod", keys=keys))


def check_vod(credentials: VodCredentials) -> Report:
    """Search for one video."""

    def ask() -> str:
        from alibabacloud_vod20170321.models import SearchMediaRequest

        request = SearchMediaRequest(search_type="video", page_no=1, page_size=1)
        with translated("VOD", "vod:SearchMedia"):
            require_success(open_vod(credentials).search_media(request), "VOD", "vod:SearchMedia")
        return f"{credentials.region}, {credentials.app_id}"

    return run_checks([Step(name="search media", permission="vod:SearchMedia", work=ask)])
