"""Playing videos of VOD: addresses, credentials of players, domains. What opens a video is a secret."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from media_ai.clients.unsigned import unsigned
from media_ai.clients.vod_calls import VodCalls

SHORTEST_AUTH_S, LONGEST_AUTH_S = 100, 3000
_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Stream:
    """
    A stream that can be played.

    Attributes:
        url: Its address, which may be signed.
        about: What VOD says of it, without the address: Definition, Format, Width, Size.
    """

    url: SecretStr
    about: dict[str, Any] = field(default_factory=dict)


def play_info(calls: VodCalls, video_id: str, *, lives_s: int = 3600, formats: str = "") -> tuple[Stream, ...]:
    """
    Return the streams of a video that is Normal.

    Args:
        calls: The way to VOD.
        video_id: Which video.
        lives_s: How long signed addresses work, in seconds.
        formats: Such as "mp4,m3u8"; all if empty.

    Raises:
        ServiceError: It cannot be played yet, with kind NOT_FOUND_YET; or VOD refused.
    """
    more = {"Formats": formats} if formats else {}
    answer = calls.call("GetPlayInfo", {"VideoId": video_id, "AuthTimeout": lives_s, **more})
    infos = (answer.get("PlayInfoList") or {}).get("PlayInfo") or []
    return tuple(
        Stream(
            url=SecretStr(str(info.get("PlayURL") or "")),
            about=unsigned({name: value for name, value in info.items() if name != "PlayURL"}),
        )
        for info in infos
    )


def play_auth(calls: VodCalls, video_id: str, *, lives_s: int = SHORTEST_AUTH_S) -> SecretStr:
    """Return the credential by which a player plays a video that is Normal; it lives 100 to 3,000 seconds."""
    if not SHORTEST_AUTH_S <= lives_s <= LONGEST_AUTH_S:
        raise ValueError(f"A credential lives {SHORTEST_AUTH_S} to {LONGEST_AUTH_S} seconds, not {lives_s}.")
    return SecretStr(str(calls.call("GetVideoPlayAuth", {"VideoId": video_id, "AuthInfoTimeout": lives_s})["PlayAuth"]))


def domains(calls: VodCalls) -> list[dict[str, Any]]:
    """Return the account's domains for playing, with their status."""
    found: list[dict[str, Any]] = []
    while True:
        page = {"PageNumber": len(found) // _PAGE + 1, "PageSize": _PAGE}
        answer = calls.call("DescribeVodUserDomains", page)
        listed = (answer.get("Domains") or {}).get("PageData") or []
        found += [unsigned(item) for item in listed]
        if len(listed) < _PAGE:
            return found


def domain(calls: VodCalls, name: str) -> dict[str, Any]:
    """Return a domain's configuration."""
    detail: dict[str, Any] = unsigned(calls.call("DescribeVodDomainDetail", {"DomainName": name})["DomainDetail"])
    return detail
