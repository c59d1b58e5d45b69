"""SubmitSnapshotJob and ListSnapshots."""

import json
import uuid
from pathlib import Path

from media_ai_emulators import jobs
from media_ai_emulators.clock import iso
from media_ai_emulators.records import Record, Records
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer
from media_ai_emulators.state import State
from media_ai_emulators.vod.videos import Videos

_MOST_OFFSETS = 30
_TYPES = ("CoverSnapshot", "NormalSnapshot", "SpriteSnapshot", "SpriteOriginSnapshot", "WebVttSnapshot")


class Snapshots:
    """Jobs on videos that are Normal. A job with SpriteSnapshotConfig makes sprites beside the snapshots."""

    def __init__(self, state: State, videos: Videos) -> None:
        self._records = Records(Path(state.folder) / "vod" / "snapshots")
        self._state = state
        self._videos = videos

    def submit(self, parameters: Parameters) -> Answer:
        """SubmitSnapshotJob: at SpecifiedOffsetTimes (at most 30), or Count of them."""
        video_id, _ = self._videos.ready(parameters)
        try:
            offsets = json.loads(parameters.text("SpecifiedOffsetTimes") or "[]")
        except ValueError:
            raise parameters.invalid("SpecifiedOffsetTimes") from None
        if not isinstance(offsets, list) or len(offsets) > _MOST_OFFSETS:
            raise parameters.invalid("SpecifiedOffsetTimes")
        for name in ("Width", "Height"):
            parameters.number(name, 8, lowest=8, highest=4096)
        parameters.json_object("UserData")
        job_id = uuid.uuid4().hex
        record = {
            "created": self._state.clock.now(),
            "video": video_id,
            "count": len(offsets) or parameters.number("Count", 1),
            "has_sprites": parameters.json_object("SpriteSnapshotConfig") is not None,
        }
        self._records.put(job_id, record)
        return {"SnapshotJob": {"JobId": job_id}}

    def listed(self, parameters: Parameters) -> Answer:
        """ListSnapshots of the newest job of a type that has ended well; the addresses are signed and expire."""
        video_id, _ = self._videos.named(parameters)
        kind = parameters.choice("SnapshotType", _TYPES) or "CoverSnapshot"
        size, number = parameters.number("PageSize", 20, highest=100), parameters.number("PageNo", 1)
        made = [one for one in self._records.all() if self._makes(kind, one[1]) and one[1]["video"] == video_id]
        ended = [one for one in made if self._status(one[1]) == "Success"]
        if not ended:
            return {"MediaSnapshot": {"Total": 0, "Snapshots": {"Snapshot": []}}}
        job_id, record = ended[-1]
        folder = "sprite" if kind == "SpriteSnapshot" else "normal"
        base = f"http://{parameters.host}/emulator-vod/{video_id}/snapshots/{folder}"
        every = [{"Index": at, "Url": f"{base}/{at:05d}.jpg?auth_key=emulated"} for at in range(1, record["count"] + 1)]
        snapshot = {
            "JobId": job_id,
            "CreationTime": iso(record["created"]),
            "Regular": f"{base}/{{Count}}.jpg",
            "Total": record["count"],
            "Snapshots": {"Snapshot": every[(number - 1) * size : number * size]},
        }
        return {"MediaSnapshot": snapshot}

    def history(self, video_id: str) -> list[Record]:
        """Return the jobs on a video as ListJobInfo shows them."""
        found = [(job_id, record) for job_id, record in self._records.all() if record["video"] == video_id]
        return [
            {"JobId": job_id, "CreateTime": iso(record["created"]), "Status": self._status(record)}
            for job_id, record in found
        ]

    def detail(self, job_id: str) -> Record | None:
        """Return a job as GetJobDetail shows it."""
        record = self._records.get(job_id)
        if record is None:
            return None
        facts = {"JobId": job_id, "VideoId": record["video"], "Trigger": "Manual", "Status": self._status(record)}
        return {**facts, "CreateTime": iso(record["created"]), "NormalConfig": json.dumps({"count": record["count"]})}

    def _makes(self, kind: str, record: Record) -> bool:
        return kind == "NormalSnapshot" or (kind == "SpriteSnapshot" and bool(record["has_sprites"]))

    def _status(self, record: Record) -> str:
        if jobs.phase(record, self._state.clock.now(), self._state.options.job_takes_s) != jobs.DONE:
            return "Processing"
        return "Fail" if self._videos.fails(record["video"]) else "Success"
