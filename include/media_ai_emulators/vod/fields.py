"""What VOD accepts in the fields of a video."""

from pathlib import PurePosixPath

from media_ai_emulators.records import Record
from media_ai_emulators.rpc.errors import refusal
from media_ai_emulators.rpc.parameters import Codes, Parameters

CODES = Codes(too_long="LengthExceededMax", too_many_tags="TagsExceededMax", illegal_user_data="IllegalUserData")
_VIDEO = "mp4 mov mkv avi flv ts m3u8 webm wmv mpg mpeg m4v 3gp rmvb"
_AUDIO = "mp3 wav aac m4a flac ogg wma amr"
_EXTENSIONS = frozenset(f".{name}" for name in f"{_VIDEO} {_AUDIO}".split())


def new_fields(parameters: Parameters) -> Record:
    """Return the fields of a video that is created: the limits are characters."""
    return {
        "Title": parameters.required("Title", max_characters=128),
        "Description": parameters.text("Description", max_characters=1024),
        "Tags": parameters.tags("Tags", are_bytes=False),
        **_common(parameters),
        "TemplateGroupId": parameters.text("TemplateGroupId"),
        "AppId": parameters.text("AppId") or "app-1000000",
    }


def changed_fields(parameters: Parameters) -> Record:
    """Return the fields that an update gives: the limits are bytes."""
    fields = {
        "Title": parameters.text("Title", max_bytes=128),
        "Description": parameters.text("Description", max_bytes=1024),
        "Tags": parameters.tags("Tags"),
        **_common(parameters),
    }
    return {name: value for name, value in fields.items() if value is not None}


def check_file_name(name: str) -> None:
    """
    Check that a file name has a known extension.

    Raises:
        Refusal: InvalidFileName.Extension.
    """
    if PurePosixPath(name).suffix.lower() not in _EXTENSIONS:
        raise refusal(400, "InvalidFileName.Extension", "The specified FileName's extension is illegal.")


def _common(parameters: Parameters) -> Record:
    parameters.json_object("UserData")
    return {
        "CoverURL": parameters.text("CoverURL"),
        "UserData": parameters.text("UserData"),
        "ReferenceId": parameters.reference_id(),
        "CateId": parameters.number("CateId", 0, lowest=0) or None,
    }
