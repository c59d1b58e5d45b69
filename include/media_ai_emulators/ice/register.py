"""RegisterMediaInfo and UpdateMediaInfo: the writes to the library."""

from media_ai_emulators.ice.addresses import parse
from media_ai_emulators.ice.library import MediaLibrary
from media_ai_emulators.ice.smart_tags import SmartTagJobs
from media_ai_emulators.records import Record
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer

_MEDIA_TYPES = ("image", "video", "audio", "text")
_BUSINESS_TYPES = ("subtitles", "watermark", "opening", "ending", "general", "font")
_TEXT_BUSINESS_TYPES = ("subtitles", "font")
_SMART_TAG_TEMPLATES = ("S00000101-300080", "S00000103-000001", "S00000103-000002")


class Registration:
    """The writing actions on the library."""

    def __init__(self, library: MediaLibrary, jobs: SmartTagJobs) -> None:
        self._library = library
        self._jobs = jobs

    def register(self, parameters: Parameters) -> Answer:
        """
        Register an address. The same ClientToken gives the same asset; an address twice is refused unless it is overwritten.

        The code for an address that is registered is not published: MediaAlreadyExist is an assumption.
        """
        url = parameters.required("InputURL")
        if parse(url) is None:
            raise parameters.invalid("InputURL")
        token = parameters.text("ClientToken")
        if token is not None and len(token) != 32:
            raise parameters.invalid("ClientToken")
        fields = {**_common_fields(parameters), **_kind(parameters, url), "InputURL": url, "ClientToken": token}
        fields["RegisterConfig"] = parameters.json_object("RegisterConfig")
        template = parameters.choice("SmartTagTemplateId", _SMART_TAG_TEMPLATES)
        repeated = self._library.by_field("ClientToken", token)
        if repeated is not None:
            return {"MediaId": repeated}
        self._make_room(url, is_overwritten=parameters.flag("Overwrite"))
        self._check_reference(fields.get("ReferenceId"), None, parameters)
        if template:
            fields["SmartTagJobId"] = self._jobs.submit({"Media": url, "Type": "OSS"}, template, {})
        return {"MediaId": self._library.add(fields)}

    def update(self, parameters: Parameters) -> Answer:
        """Change the fields that are given; tags are replaced unless AppendTags."""
        media_id, record = self._library.get(parameters.text("MediaId"), parameters.text("InputURL"))
        changes = {name: value for name, value in _common_fields(parameters).items() if value is not None}
        category = parameters.text("Category", max_bytes=64)
        if category is not None:
            changes["Category"] = category
        if parameters.flag("AppendTags") and "MediaTags" in changes:
            joined = [*(record.get("MediaTags") or "").split(","), *changes["MediaTags"].split(",")]
            changes["MediaTags"] = ",".join(dict.fromkeys(tag for tag in joined if tag))
        self._check_reference(changes.get("ReferenceId"), media_id, parameters)
        self._library.update(media_id, changes)
        return {"MediaId": media_id}

    def tag(self, parameters: Parameters) -> Answer:
        """SubmitSmarttagJob; an asset of the library remembers its last job."""
        media = parameters.json_object("Input") or {}
        if media.get("Type") != "Media":
            return self._jobs.submit_action(parameters)
        media_id, _ = self._library.get(str(media.get("Media") or ""), None)
        answer = self._jobs.submit_action(parameters)
        self._library.update(media_id, {"SmartTagJobId": answer["JobId"]})
        return answer

    def _make_room(self, url: str, *, is_overwritten: bool) -> None:
        known = self._library.by_url(url)
        if known is None:
            return
        if not is_overwritten:
            raise refusal(400, "MediaAlreadyExist", "The specified InputURL is already registered.")
        self._library.remove(known)

    def _check_reference(self, reference_id: str | None, media_id: str | None, parameters: Parameters) -> None:
        known = self._library.by_field("ReferenceId", reference_id)
        if known is not None and known != media_id:
            raise parameters.invalid("ReferenceId")


def _common_fields(parameters: Parameters) -> Record:
    parameters.json_object("UserData", max_bytes=1024)
    return {
        "Title": parameters.text("Title", max_bytes=128),
        "Description": parameters.text("Description", max_bytes=1024),
        "CoverURL": parameters.text("CoverURL", max_bytes=128),
        "MediaTags": parameters.tags("MediaTags"),
        "UserData": parameters.text("UserData", max_bytes=1024),
        "BusinessType": parameters.choice("BusinessType", _BUSINESS_TYPES),
        "ReferenceId": parameters.reference_id(),
        "CateId": parameters.number("CateId", 0, lowest=0) or None,
    }


def _kind(parameters: Parameters, url: str) -> Record:
    address = parse(url)
    media_type = parameters.choice("MediaType", _MEDIA_TYPES) or (address.media_type if address else None)
    if media_type is None:
        raise parameters.invalid("MediaType")
    business_type = parameters.text("BusinessType")
    if media_type == "text" and business_type not in _TEXT_BUSINESS_TYPES:
        raise parameters.invalid("BusinessType")
    return {"MediaType": media_type, "BusinessType": business_type or "general"}
