"""The emulated cloud services, connected to a running system as a person would connect the real ones."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from media_ai_emulators.testing import Emulator, running_emulator

CALLBACK_KEY = "callback-sentinel"


@contextmanager
def connected_cloud(system: Any, folder: Path, **options: Any) -> Iterator[Emulator]:
    """Run the services, and have Airflow connections to them as long."""
    with running_emulator(folder, **options) as emulator:
        alibaba = {
            "host": emulator.url,
            "login": emulator.keys.access_key_id,
            "password": emulator.keys.access_key_secret,
        }
        region: dict[str, Any] = {"region": "cn-shanghai"}
        model = {"host": emulator.dashscope_url, "password": emulator.keys.api_key}
        connections = [
            ("alibaba_oss", alibaba, {**region, "bucket": "media-ai"}),
            ("alibaba_ims", alibaba, {**region, "calls_per_second": "200"}),
            ("alibaba_vod", alibaba, {**region, "callback_key": CALLBACK_KEY, "calls_per_second": "200"}),
            ("model_studio", model, {}),
        ]
        for kind, fields, extra in connections:
            body = {"connection_id": f"{kind}_default", "conn_type": kind, **fields, "extra": json.dumps(extra)}
            system.api._call("POST", "/api/v2/connections", json=body)
        yield emulator
        for kind, _, _ in connections:
            system.api._send("DELETE", f"/api/v2/connections/{kind}_default")
