"""IMS as a service of the emulator."""

from media_ai_emulators.ice.known_actions import KNOWN_ACTIONS
from media_ai_emulators.ice.library import MediaLibrary
from media_ai_emulators.ice.read import Reading
from media_ai_emulators.ice.register import Registration
from media_ai_emulators.ice.search_libraries import SearchLibraries
from media_ai_emulators.ice.smart_tags import SmartTagJobs
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.rpc.authentication import Authenticator
from media_ai_emulators.rpc.service import RpcService
from media_ai_emulators.state import State

VERSION = "2020-11-09"


def make_service(state: State, storage: Storage, authenticator: Authenticator) -> RpcService:
    """Return the service "ice"."""
    folder = state.folder / "ice"
    jobs = SmartTagJobs(folder / "smart-tag-jobs", storage, state.clock, state.options.job_takes_s)
    library = MediaLibrary(folder / "media", storage, state.clock, state.options.visible_after_s)
    libraries = SearchLibraries(folder / "search-libraries", state.clock)
    registration, reading = Registration(library, jobs), Reading(library, jobs, libraries)
    return RpcService(
        "ice",
        authenticator=authenticator,
        known=KNOWN_ACTIONS,
        handlers={
            "RegisterMediaInfo": registration.register,
            "UpdateMediaInfo": registration.update,
            "GetMediaInfo": reading.get,
            "BatchGetMediaInfos": reading.batch_get,
            "ListMediaBasicInfos": reading.list,
            "SearchMedia": reading.search,
            "DeleteMediaInfos": reading.delete,
            "CreateSearchLib": libraries.create,
            "QuerySearchLib": libraries.query,
            "SubmitSmarttagJob": registration.tag,
            "QuerySmarttagJob": jobs.query_action,
        },
    )
