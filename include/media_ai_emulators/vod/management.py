"""GetVideoInfo(s), SearchMedia, UpdateVideoInfo, DeleteVideo, GetPlayInfo and GetVideoPlayAuth."""

import base64
import json

from media_ai_emulators import match
from media_ai_emulators.paging import page_by_token
from media_ai_emulators.records import Record
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer
from media_ai_emulators.vod.fields import changed_fields
from media_ai_emulators.vod.videos import DURATION_S, Videos

_MOST_IDS = 20


class Management:
    """The actions on videos that are there."""

    def __init__(self, videos: Videos) -> None:
        self._videos = videos

    def get(self, parameters: Parameters) -> Answer:
        """GetVideoInfo."""
        video_id, record = self._videos.named(parameters)
        return {"Video": self._videos.info(video_id, record)}

    def get_several(self, parameters: Parameters) -> Answer:
        """GetVideoInfos; what is not there is named, not refused."""
        found = [(one, self._videos.find(one)) for one in parameters.listed("VideoIds", most=_MOST_IDS)]
        return {
            "VideoList": [self._videos.info(one, record) for one, record in found if record],
            "NonExistVideoIds": [one for one, record in found if record is None],
            "NonExistReferenceIds": [],
        }

    def search(self, parameters: Parameters) -> Answer:
        """SearchMedia for videos, newest first unless SortBy is CreationTime:Asc; other types find nothing."""
        kind = parameters.choice("SearchType", ("video", "audio", "image", "attached")) or "video"
        conditions = match.parse(parameters.text("Match"))
        size = parameters.number("PageSize", 10, highest=100)
        number, token = parameters.number("PageNo", 1), parameters.text("ScrollToken")
        infos = [self._videos.info(video_id, record) for video_id, record in self._videos.all()]
        found = [info for info in infos if kind == "video" and all(one.holds(_lower(info)) for one in conditions)]
        if not (parameters.text("SortBy") or "").lower().endswith(":asc"):
            found.reverse()
        start = 0 if token else (number - 1) * size
        page = page_by_token(found[start:], token=token, size=size, parameter="ScrollToken")
        media = [
            {"MediaId": info["VideoId"], "MediaType": "video", "CreationTime": info["CreationTime"], "Video": info}
            for info in page.items
        ]
        return {"MediaList": media, "Total": len(found), "ScrollToken": page.token}

    def update(self, parameters: Parameters) -> Answer:
        """UpdateVideoInfo."""
        parameters.required("VideoId")
        video_id, _ = self._videos.named(parameters)
        self._videos.update(video_id, changed_fields(parameters))
        return {}

    def delete(self, parameters: Parameters) -> Answer:
        """DeleteVideo, with the files."""
        wanted = parameters.listed("VideoIds", most=_MOST_IDS)
        missing = [one for one in wanted if self._videos.find(one) is None]
        for one in wanted:
            self._videos.remove(one)
        return {"NonExistVideoIds": missing, "ForbiddenVideoIds": [], "NonExistReferenceIds": []}

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


def _lower(info: Record) -> Record:
    return {name.lower(): value for name, value in info.items()}
