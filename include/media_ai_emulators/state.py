"""Everything that one emulator knows: its options, keys, clock, faults and the folder where its data are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from media_ai_emulators.calls import CallLog
from media_ai_emulators.clock import Clock
from media_ai_emulators.credentials import Keyring, Keys
from media_ai_emulators.faults import Faults
from media_ai_emulators.quotas import Quotas

UPLOAD_BUCKET = "emulator-vod"
"""Where VOD's upload addresses point."""
TEMPORARY_BUCKET = "dashscope-instant"
"""Where DashScope keeps the files that its SDK uploads for 48 hours."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """
    How the services behave; times are seconds.

    Attributes:
        visible_after_s: How long a registered IMS asset answers "not found".
        job_takes_s: How long an IMS or VOD job runs.
        task_takes_s: How long a DashScope task runs.
        upload_keys_live_s: Lifetime of VOD's upload keys; the real service gives 3,000.
        buckets: OSS buckets that exist from the start.
        quotas: Calls per second and service ("oss", "sts", "ice", "vod", "dashscope"); none is unlimited.
        seed: Starts the draws of faults with a rate.
    """

    visible_after_s: float = 0.5
    job_takes_s: float = 0.5
    task_takes_s: float = 0.5
    upload_keys_live_s: float = 3000.0
    buckets: tuple[str, ...] = ("media-ai",)
    quotas: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0
    keys: Keys = field(default_factory=Keys)


class State:
    """What the services share. `folder` holds everything that survives a restart."""

    def __init__(self, folder: Path, options: Options | None = None) -> None:
        self.options = options or Options()
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.clock = Clock()
        self.keyring = Keyring(self.options.keys)
        self.calls = CallLog()
        self.faults = Faults(self.options.seed)
        self.quotas = Quotas(self.options.quotas)
