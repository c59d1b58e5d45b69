"""GetVideoInfo(s), SearchMedia, UpdateVideoInfo, DeleteVideo, GetPlayInfo and GetVideoPlayAuth."""

import base64
import json

from media_ai_emulators import match
from media_ai_emulators.paging import page_by_token, token_at
from media_ai_emulators.records import Record
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer
from media_ai_emulators.vod.attached import AttachedMedia
from media_ai_emulators.vod.fields import changed_fields
from media_ai_emulators.vod.videos import DURATION_S, Videos

_MOST_IDS = 20
_MOST_WITHOUT_TOKEN = 5000


class Management:
    """The actions on videos that are there."""

    def __init__(self, videos: Videos, attached: AttachedMedia) -> None:
        self._videos = videos
        self._attached = attached

    def get(self, parameters: Parameters) -> Answer:
        """GetVideoInfo."""
        video_id, record = self._videos.named(parameters)
        return {"Video": self._videos.info(video_id, record)}

    def get_several(self, parameters: Parameters) -> Answer:
        """GetVideoInfos by VideoIds and ReferenceIds; what is not there is named, not refused."""
        found, missing_ids, missing_references = self._listed(parameters)
        return {
            "VideoList": [self._videos.info(one, self._videos.find(one) or {}) for one in found],
            "NonExistVideoIds": missing_ids,
            "NonExistReferenceIds": missing_references,
        }

    def search(self, parameters: Parameters) -> Answer:
        """SearchMedia for videos and attached media, newest first unless SortBy is CreationTime:Asc; other types find nothing."""
        kind = parameters.choice("SearchType", ("video", "audio", "image", "attached")) or "video"
        conditions = match.parse(parameters.text("Match"))
        size = parameters.number("PageSize", 10, highest=100)
        number, token = parameters.number("PageNo", 1), parameters.text("ScrollToken")
        if token is None and number * size > _MOST_WITHOUT_TOKEN:
            raise parameters.invalid("PageNo")
        found = [one for one in self._searched(kind) if all(condition.holds(_lower(one)) for condition in conditions)]
        if not (parameters.text("SortBy") or "").lower().endswith(":asc"):
            found.reverse()
        # A token says where to go on; without one the number of the page does.
        start = 0 if token else (number - 1) * size
        page = page_by_token(found, token=token or token_at(start), size=size, parameter="ScrollToken")
        return {
            "MediaList": [_listing(kind, info) for info in page.items],
            "Total": len(found),
            "ScrollToken": page.token,
        }

    def update(self, parameters: Parameters) -> Answer:
        """UpdateVideoInfo."""
        parameters.required("VideoId")
        video_id, _ = self._videos.named(parameters)
        changes = changed_fields(parameters)
        if self._videos.by_reference(changes.get("ReferenceId")) not in {None, video_id}:
            raise parameters.invalid("ReferenceId")
        self._videos.update(video_id, changes)
        return {}

    def delete(self, parameters: Parameters) -> Answer:
        """DeleteVideo, with the files."""
        found, missing_ids, missing_references = self._listed(parameters)
        for one in found:
            self._videos.remove(one)
        return {
            "NonExistVideoIds": missing_ids,
            "ForbiddenVideoIds": [],
            "NonExistReferenceIds": missing_references,
        }

    def play_info(self, parameters: Parameters) -> Answer:
        """GetPlayInfo: one stream, the file itself, at an address that works."""
        video_id, record = self._videos.ready(parameters)
        lives_s = parameters.number("AuthTimeout", 3600)
        info = self._videos.info(video_id, record)
        play: Record = {
            "PlayURL": self._videos.signed_url(record["key"], parameters.host, lives_s),
            "Format": record["key"].rpartition(".")[2],
            "Definition": "OD",
            "StreamType": "video",
            "Status": "Normal",
            "Duration": str(DURATION_S),
            "Size": info["Size"],
            "Width": 1280,
            "Height": 720,
            "Bitrate": "1000",
            "Fps": "25",
            "Encrypt": 0,
            "CreationTime": info["CreationTime"],
        }
        base = {name: info.get(name, "") for name in ("VideoId", "Title", "Status", "CreationTime", "CoverURL")}
        base |= {"Duration": str(DURATION_S), "MediaType": "video"}
        return {"PlayInfoList": {"PlayInfo": [play]}, "VideoBase": base}

    def play_auth(self, parameters: Parameters) -> Answer:
        """GetVideoPlayAuth; the credential opens nothing here."""
        video_id, record = self._videos.ready(parameters)
        lives_s = parameters.number("AuthInfoTimeout", 100, lowest=100, highest=3000)
        info = self._videos.info(video_id, record)
        auth = base64.b64encode(json.dumps({"VideoId": video_id, "AuthInfoTimeout": lives_s}).encode()).decode()
        meta = {name: info.get(name, "") for name in ("VideoId", "Title", "Status", "CoverURL", "Duration")}
        return {"PlayAuth": auth, "VideoMeta": meta}

    def _listed(self, parameters: Parameters) -> tuple[list[str], list[str], list[str]]:
        """Return the ids that are there, the ids that are not, and the references that are not."""
        references = parameters.listed("ReferenceIds", most=_MOST_IDS) if parameters.text("ReferenceIds") else []
        # One of the two lists must be there.
        ids = parameters.listed("VideoIds", most=_MOST_IDS) if parameters.text("VideoIds") or not references else []
        named = {one: self._videos.by_reference(one) for one in references}
        found = [one for one in ids if self._videos.find(one)] + [one for one in named.values() if one]
        return found, [one for one in ids if not self._videos.find(one)], [one for one in references if not named[one]]

    def _searched(self, kind: str) -> list[Record]:
        if kind == "attached":
            return self._attached.all()
        return [self._videos.info(*one) for one in self._videos.all()] if kind == "video" else []


def _listing(kind: str, info: Record) -> Record:
    if kind == "attached":
        facts = {name: value for name, value in info.items() if name != "Type"}
        return {
            "MediaId": info["MediaId"],
            "MediaType": kind,
            "CreationTime": info["CreationTime"],
            "AttachedMedia": facts,
        }
    return {"MediaId": info["VideoId"], "MediaType": kind, "CreationTime": info["CreationTime"], "Video": info}


def _lower(info: Record) -> Record:
    return {name.lower(): value for name, value in info.items()}
