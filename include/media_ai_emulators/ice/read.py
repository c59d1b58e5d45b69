"""GetMediaInfo, BatchGetMediaInfos, ListMediaBasicInfos, SearchMedia and DeleteMediaInfos."""

from collections.abc import Iterable

from media_ai_emulators import match
from media_ai_emulators.clock import from_iso
from media_ai_emulators.ice.library import MediaLibrary
from media_ai_emulators.ice.search_libraries import SearchLibraries
from media_ai_emulators.ice.smart_tags import SmartTagJobs
from media_ai_emulators.paging import page_by_token
from media_ai_emulators.records import Record
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer

_STATUSES = ("Init", "Preparing", "PrepareFail", "Normal")
_MOST_IDS = 20


class Reading:
    """The reading actions on the library, and the deletion."""

    def __init__(self, library: MediaLibrary, jobs: SmartTagJobs, libraries: SearchLibraries) -> None:
        self._library = library
        self._jobs = jobs
        self._libraries = libraries

    def get(self, parameters: Parameters) -> Answer:
        """GetMediaInfo."""
        media_id, url = parameters.text("MediaId"), parameters.text("InputURL")
        if media_id is None and url is None:
            parameters.required("MediaId")
        media_id, record = self._library.get(media_id, url)
        return {"MediaInfo": {**self._whole(media_id, record), **self._tags(record)}}

    def batch_get(self, parameters: Parameters) -> Answer:
        """BatchGetMediaInfos; what is not there is named in IgnoredList."""
        wanted = parameters.listed("MediaIds", most=_MOST_IDS)
        has_files = "FileInfo" in (parameters.text("AdditionType") or "")
        found = [(media_id, self._library.find(media_id)) for media_id in wanted]
        return {
            "MediaInfos": [self._shown(media_id, record, has_files=has_files) for media_id, record in found if record],
            "IgnoredList": [media_id for media_id, record in found if record is None],
        }

    def list(self, parameters: Parameters) -> Answer:
        """ListMediaBasicInfos: newest first unless SortBy is asc; the time range is (StartTime, EndTime]."""
        size = parameters.number("MaxResults", 10, highest=100)
        order = parameters.choice("SortBy", ("asc", "desc")) or "desc"
        has_files = parameters.flag("IncludeFileBasicInfo")
        wanted = {
            "MediaType": parameters.choice("MediaType", ("image", "video", "audio", "text")),
            "BusinessType": parameters.text("BusinessType"),
            "Status": parameters.choice("Status", _STATUSES),
            "Source": parameters.choice("Source", ("oss", "vod", "live", "general")),
            "MediaId": parameters.text("MediaId"),
        }
        found = [
            (media_id, record)
            for media_id, record in self._in_time(parameters)
            if _fits(self._library.basic_info(media_id, record), wanted)
        ]
        if order == "desc":
            found.reverse()
        page = page_by_token(found, token=parameters.text("NextToken"), size=size, parameter="NextToken")
        answer: Answer = {
            "MediaInfos": [self._shown(media_id, record, has_files=has_files) for media_id, record in page.items],
            "MaxResults": size,
            "TotalCount": len(found),
        }
        return {**answer, "NextToken": page.token} if page.token else answer

    def search(self, parameters: Parameters) -> Answer:
        """SearchMedia on the fields of MediaBasicInfo, newest first; all assets are in all libraries."""
        failure = self._libraries.failure(parameters.text("SearchLibName"))
        if failure is not None:
            return failure
        conditions = match.parse(parameters.text("Match"))
        size = parameters.number("PageSize", 10, highest=50)
        number = parameters.number("PageNo", 1)
        token = parameters.text("ScrollToken")
        found = [
            (media_id, record)
            for media_id, record in reversed(self._library.visible())
            if all(condition.holds(_lower(self._library.basic_info(media_id, record))) for condition in conditions)
        ]
        page = page_by_token(
            found if token else found[(number - 1) * size :], token=token, size=size, parameter="ScrollToken"
        )
        return {
            "Code": "success",
            "Success": "true",
            "Total": len(found),
            "MediaInfoList": [self._whole(media_id, record) for media_id, record in page.items],
            "ScrollToken": page.token,
        }

    def delete(self, parameters: Parameters) -> Answer:
        """DeleteMediaInfos by ids, or else by addresses, with their files if asked; what is not there is in IgnoredList."""
        has_files = parameters.flag("DeletePhysicalFiles")
        if parameters.text("MediaIds"):
            wanted = {media_id: media_id for media_id in parameters.listed("MediaIds", most=_MOST_IDS)}
        else:
            urls = parameters.listed("InputURLs", most=_MOST_IDS)
            wanted = {url: self._library.by_url(url) or "" for url in urls}
        ignored = []
        for name, media_id in wanted.items():
            if self._library.find(media_id) is None:
                ignored.append(name)
            else:
                self._library.remove(media_id, has_file=has_files)
        return {"ForbiddenList": [], "IgnoredList": ignored}

    def _in_time(self, parameters: Parameters) -> Iterable[tuple[str, Record]]:
        start, end = _time(parameters, "StartTime"), _time(parameters, "EndTime")
        for media_id, record in self._library.visible():
            is_late = start is None or record["created"] > start
            is_early = end is None or int(record["created"]) <= end
            if is_late and is_early:
                yield media_id, record

    def _shown(self, media_id: str, record: Record, *, has_files: bool) -> Record:
        whole = self._whole(media_id, record)
        return whole if has_files else {name: value for name, value in whole.items() if name != "FileInfoList"}

    def _whole(self, media_id: str, record: Record) -> Record:
        return {
            "MediaId": media_id,
            "MediaBasicInfo": self._library.basic_info(media_id, record),
            "FileInfoList": self._library.file_infos(record),
        }

    def _tags(self, record: Record) -> Record:
        job_id = record.get("SmartTagJobId")
        if not job_id:
            return {}
        status = self._jobs.status(job_id)
        job = {"AiJobId": job_id, "Status": status, "Results": self._jobs.results(job_id)}
        return {"AiRoughData": {"AiJobId": job_id, "Status": status, "StandardSmartTagJob": job}}


def _fits(info: Record, wanted: Record) -> bool:
    return all(value is None or info.get(name) == value for name, value in wanted.items())


def _lower(info: Record) -> Record:
    return {name.lower(): value for name, value in info.items()}


def _time(parameters: Parameters, name: str) -> float | None:
    text = parameters.text(name)
    if text is None:
        return None
    try:
        return from_iso(text)
    except ValueError:
        raise parameters.invalid(name) from None
