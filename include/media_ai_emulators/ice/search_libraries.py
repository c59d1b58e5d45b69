"""Search libraries by name: what is asked of one that is not there comes back with HTTP 200 and Success "false"."""

from pathlib import Path

from media_ai_emulators.clock import Clock
from media_ai_emulators.records import Records
from media_ai_emulators.rpc.parameters import Parameters
from media_ai_emulators.rpc.service import Answer

DEFAULT = "ims-default-search-lib"


class SearchLibraries:
    """
    The names of libraries; the default one is always there. Indexes are not emulated.

    The code for a library that is not there is not published: SearchLibNotExist is an assumption.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._records = Records(folder)
        self._clock = clock

    def failure(self, name: str | None) -> Answer | None:
        """Return the answer for a library that is not there, or None if it is."""
        if name in (None, DEFAULT) or self._records.get(str(name)) is not None:
            return None
        return {"Code": "SearchLibNotExist", "Success": "false"}

    def create(self, parameters: Parameters) -> Answer:
        """CreateSearchLib: letters, digits and underscores."""
        name = parameters.required("SearchLibName")
        if not name.replace("_", "").isalnum() or not name.isascii():
            raise parameters.invalid("SearchLibName")
        if self.failure(name) is None:
            return {"Code": "SearchLibAlreadyExist", "Success": "false"}
        self._records.put(name, {"created": self._clock.now()})
        return {"Code": "success", "Success": "true", "SearchLibName": name}

    def query(self, parameters: Parameters) -> Answer:
        """QuerySearchLib."""
        name = parameters.required("SearchLibName")
        found = {"Code": "success", "Success": "true", "SearchLibName": name, "Status": "Normal", "IndexInfo": []}
        return self.failure(name) or found
