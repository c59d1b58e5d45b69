"""The addresses that can be registered with IMS, and what they say about the media."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

_HTTP = re.compile(r"https?://(?P<bucket>[a-z0-9-]+)\.oss-(?P<region>[a-z0-9-]+)\.aliyuncs\.com/(?P<key>[^?#]+)")
_OSS = re.compile(r"oss://(?P<bucket>[a-z0-9-]+)/(?P<key>[^?#]+)", re.IGNORECASE)
_VOD = re.compile(r"vod://(?P<id>[\w*-]+)", re.IGNORECASE)
_EXTENSIONS = {
    "video": "mp4 mov mkv avi flv ts m3u8 webm wmv mpg mpeg m4v 3gp rmvb mxf",
    "audio": "mp3 wav aac m4a flac ogg wma amr",
    "image": "jpg jpeg png gif bmp webp tiff svg heic",
}


@dataclass(frozen=True, kw_only=True)
class MediaAddress:
    """Where a media asset is: an OSS object, or a VOD id with an empty bucket."""

    bucket: str
    key: str

    @property
    def media_type(self) -> str | None:
        """What the name's extension says: video, audio, image or nothing."""
        extension = PurePosixPath(self.key).suffix.removeprefix(".").lower()
        return next((kind for kind, known in _EXTENSIONS.items() if extension in known.split()), None)


def parse(url: str) -> MediaAddress | None:
    """Return what an InputURL names, or None if it has none of the documented forms. A signed address has none."""
    if found := _VOD.fullmatch(url):
        return MediaAddress(bucket="", key=f"{found['id']}.mp4")
    if found := _OSS.fullmatch(url):
        return MediaAddress(bucket=found["bucket"], key=unquote(found["key"]))
    if found := _HTTP.fullmatch(url):
        return MediaAddress(bucket=found["bucket"], key=unquote(found["key"]))
    return None
