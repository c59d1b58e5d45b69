"""`media-ai emulator`: OSS, STS, IMS, VOD and Model Studio on this machine, to try everything without an account."""

from pathlib import Path
from typing import Annotated

import typer

from media_ai.cli import context
from media_ai.cli.printing import say


def emulator(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Of 127.0.0.1.")] = 8090,
    state: Annotated[Path | None, typer.Option(help="Folder of the data; it is made and served again.")] = None,
) -> None:
    """Run emulators of the Alibaba Cloud services until interrupted; print the settings that point to them."""
    from media_ai_emulators.credentials import Keys
    from media_ai_emulators.server import main

    folder = state or context.settings().home / "emulator"
    for line in _variables(f"http://127.0.0.1:{port}", Keys()):
        say(f"export {line}")
    say(f"# The data are in {folder}. These keys open nothing but the emulator. End it with Ctrl-C.")
    main(port, folder)


def _variables(url: str, keys: object) -> list[str]:
    """Return the settings of every service as variables."""
    key_id, secret, api_key = (getattr(keys, name) for name in ("access_key_id", "access_key_secret", "api_key"))
    identity = {"REGION": "cn-shanghai", "ENDPOINT": url, "KEY_ID": key_id, "SECRET": secret, "STS_ENDPOINT": url}
    shared = {"REGION": "cn-shanghai", "ENDPOINT": url, "IDENTITY": "oss"}
    services = {
        "OSS": identity | {"BUCKET": "media-ai"},
        "IMS": shared,
        "VOD": shared,
        "MODELSTUDIO": {"BASE_URL": f"{url}/api/v1", "API_KEY": api_key},
    }
    return [
        f"MEDIA_AI_{service}_{name}={value}" for service, fields in services.items() for name, value in fields.items()
    ]
