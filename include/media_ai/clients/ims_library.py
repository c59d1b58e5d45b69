"""The media library of IMS: assets registered, found, changed, listed and deleted."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from media_ai.clients.access import Access
from media_ai.clients.ims_calls import SERVICE, ImsCalls
from media_ai.clients.ims_record import MediaRecord, record_of
from media_ai.clients.ims_rules import RegisterMedia
from media_ai.errors import ErrorKind, ServiceError

MOST_IDS = 20
"""In one call; the service publishes no number for IMS, and this one for VOD."""
_NOT_FOUND = re.compile(r"not.?found|not.?exist", re.IGNORECASE)
_DUPLICATE = re.compile(r"exist|duplicat|registered|repeat", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """Ids of what was deleted, and of what was not there."""

    done: tuple[str, ...]
    missing: tuple[str, ...]


class ImsMedia:
    """The media library of one account and region."""

    def __init__(self, calls: ImsCalls) -> None:
        self._calls = calls

    def register(self, request: RegisterMedia) -> str:
        """
        Register an address and return the MediaId; the ClientToken makes repetitions harmless.

        Raises:
            InputError: The request breaks a rule; nothing was called.
            ServiceError: The service refused, among others because the address is registered (see `is_duplicate`).
        """
        answer = self._calls.call("RegisterMediaInfo", request.prepared().parameters)
        return required(answer, "MediaId", "RegisterMediaInfo")

    def get(self, media_id: str) -> MediaRecord | None:
        """Return an asset, or None if there is none or it cannot be read yet."""
        return self._ask({"MediaId": media_id})

    def find(self, input_url: str) -> MediaRecord | None:
        """Return the asset that was registered with an address, in the same spelling, or None."""
        return self._ask({"InputURL": input_url})

    def get_all(self, media_ids: Iterable[str]) -> dict[str, MediaRecord]:
        """Return assets by id, 20 in a call; those that are not there, or cannot be read yet, are left out."""
        found: dict[str, MediaRecord] = {}
        for part in in_parts(media_ids):
            found |= records_in(self._calls.call("BatchGetMediaInfos", batch_of(part)))
        return found

    def update(self, media_id: str, changes: Mapping[str, Any], *, has_more_tags: bool = False) -> dict[str, Any]:
        """
        Change an asset, and return its id as the service says it.

        Args:
            media_id: Which one.
            changes: As `MediaTexts.prepared` makes them; what is left out stays as it is.
            has_more_tags: Whether MediaTags are added to those that the asset has.
        """
        more = {"AppendTags": True} if has_more_tags else {}
        answer = self._calls.call("UpdateMediaInfo", {**changes, "MediaId": media_id, **more}, is_repeatable=True)
        return {"id": required(answer, "MediaId", "UpdateMediaInfo")}

    def delete(self, media_ids: Sequence[str], *, delete_files: bool = False) -> Deleted:
        """
        Delete assets from the library, 20 in a call.

        Args:
            media_ids: Which ones; one that is not there is no error.
            delete_files: Whether their files are deleted too: what lies in OSS, for good.

        Raises:
            ServiceError: The service may not delete one of them.
        """
        missing: list[str] = []
        for part in in_parts(media_ids):
            files = {"DeletePhysicalFiles": True} if delete_files else {}
            answer = self._calls.call("DeleteMediaInfos", {"MediaIds": ",".join(part), **files}, is_repeatable=True)
            missing += answer.get("IgnoredList") or ()
            _refuse_forbidden(answer.get("ForbiddenList") or ())
        done = tuple(each for each in dict.fromkeys(media_ids) if each not in missing)
        return Deleted(done=done, missing=tuple(missing))

    def search(self, match: str, *, search_library: str = "", most: int = 1000) -> Iterator[MediaRecord]:
        """
        Yield the assets that fit a condition, as the service sorts them, at most 1,000.

        Args:
            match: In the service's language: "title = 'a' and mediatags = 'b'". Empty: all.
            search_library: Another than the default one.
            most: How many, 1,000 at most.
        """
        parameters: dict[str, Any] = {"PageSize": min(50, most)}
        parameters |= {"Match": match} if match else {}
        parameters |= {"SearchLibName": search_library} if search_library else {}
        yield from self._pages("SearchMedia", parameters, "ScrollToken", "MediaInfoList", most)

    def list(
        self, *, since: datetime | None = None, until: datetime | None = None, status: str = "", most: int | None = None
    ) -> Iterator[MediaRecord]:
        """Yield assets, the newest first; `since` is exclusive, `until` inclusive, both to the second."""
        parameters: dict[str, Any] = {"MaxResults": min(100, most or 100)}
        parameters |= {"StartTime": _iso(since)} if since else {}
        parameters |= {"EndTime": _iso(until)} if until else {}
        parameters |= {"Status": status} if status else {}
        yield from self._pages("ListMediaBasicInfos", parameters, "NextToken", "MediaInfos", most)

    def _pages(
        self, action: str, parameters: dict[str, Any], token: str, items: str, most: int | None
    ) -> Iterator[MediaRecord]:
        count = 0
        while True:
            answer = self._calls.call(action, parameters)
            found = answer.get(items) or []
            for info in found:
                yield record_of(info)
                count += 1
                if count == most:
                    return
            following = answer.get(token)
            if not found or not following or following == parameters.get(token):
                return
            parameters = {**parameters, token: following}

    def _ask(self, parameters: dict[str, str]) -> MediaRecord | None:
        try:
            answer = self._calls.call("GetMediaInfo", parameters)
        except ServiceError as exc:
            if is_not_found(exc):
                return None
            raise
        return record_of(answer.get("MediaInfo") or {})


def open_media(access: Access) -> ImsMedia:
    """Return the media library of the account that `access` leads to."""
    return ImsMedia(ImsCalls(access))


def delete_media(access: Access, media_ids: Sequence[str], *, delete_files: bool = False) -> Deleted:
    """Delete assets from the library; see ImsMedia.delete."""
    return open_media(access).delete(media_ids, delete_files=delete_files)


def is_not_found(error: ServiceError) -> bool:
    """Tell whether the service says that an asset is not there, by HTTP 404 or by the words of its code."""
    return error.kind is ErrorKind.NOT_FOUND or bool(_NOT_FOUND.search(error.code))


def is_duplicate(error: ServiceError) -> bool:
    """Tell whether a refusal sounds like an address that is registered; the code is not documented."""
    if error.kind not in {ErrorKind.INVALID, ErrorKind.CONFLICT} or is_not_found(error):
        return False
    return bool(_DUPLICATE.search(error.code))


def in_parts(media_ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield ids, each once, as many at a time as a call takes."""
    ids = list(dict.fromkeys(media_ids))
    for start in range(0, len(ids), MOST_IDS):
        yield ids[start : start + MOST_IDS]


def batch_of(media_ids: Sequence[str]) -> dict[str, str]:
    """Return the parameters of BatchGetMediaInfos."""
    return {"MediaIds": ",".join(media_ids), "AdditionType": "FileInfo"}


def records_in(answer: Mapping[str, Any]) -> dict[str, MediaRecord]:
    """Return the assets in an answer of BatchGetMediaInfos by id."""
    records = [record_of(info) for info in answer.get("MediaInfos") or ()]
    return {record.id: record for record in records}


def required(answer: Mapping[str, Any], name: str, action: str) -> str:
    """
    Return a text that an answer must hold.

    Raises:
        ServiceError: It does not, with kind TRANSIENT: nobody knows what was done.
    """
    value = str(answer.get(name) or "")
    if not value:
        raise ims_error(f"{action} gave no {name}. It is tried again later.", "EmptyAnswer", ErrorKind.TRANSIENT)
    return value


def _refuse_forbidden(ids: Sequence[str]) -> None:
    if ids:
        raise ims_error(
            f"DeleteMediaInfos may not delete {', '.join(ids[:5])}. Grant AliyunICEDefaultRole the right to delete the files, "
            "or keep the files.",
            "ForbiddenList",
            ErrorKind.PERMISSION,
        )


def ims_error(message: str, code: str, kind: ErrorKind) -> ServiceError:
    """Return an error of the service, in its words and ours."""
    return ServiceError(f"{SERVICE} {message}", service=SERVICE.lower(), code=code, kind=kind)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
