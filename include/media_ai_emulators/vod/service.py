"""VOD as a service of the emulator."""

from media_ai_emulators.dashscope.media import MediaFiles
from media_ai_emulators.oss.authentication import Authenticator as OssAuthenticator
from media_ai_emulators.oss.storage import Storage
from media_ai_emulators.rpc.authentication import Authenticator
from media_ai_emulators.rpc.service import RpcService
from media_ai_emulators.state import State
from media_ai_emulators.vod import domains
from media_ai_emulators.vod.attached import AttachedMedia
from media_ai_emulators.vod.fields import CODES
from media_ai_emulators.vod.history import History
from media_ai_emulators.vod.intelligence import Intelligence
from media_ai_emulators.vod.known_actions import KNOWN_ACTIONS
from media_ai_emulators.vod.management import Management
from media_ai_emulators.vod.processing import Processing
from media_ai_emulators.vod.reviews import Reviews
from media_ai_emulators.vod.snapshots import Snapshots
from media_ai_emulators.vod.uploads import Uploads
from media_ai_emulators.vod.videos import Videos

VERSION = "2017-03-21"


def make_service(state: State, storage: Storage, authenticator: Authenticator) -> RpcService:
    """Return the service "vod"."""
    videos = Videos(state, storage)
    files = MediaFiles(storage, OssAuthenticator(state.keyring, state.clock))
    attached = AttachedMedia(state, storage)
    uploads, management = Uploads(state, storage, videos, files), Management(videos, attached)
    processing, snapshots = Processing(state, videos), Snapshots(state, videos)
    intelligence, reviews = Intelligence(state, videos, storage), Reviews(state, videos)
    history = History(videos, transcode=processing, snapshot=snapshots, ai=(intelligence, reviews))
    return RpcService(
        "vod",
        authenticator=authenticator,
        known=KNOWN_ACTIONS,
        codes=CODES,
        handlers={
            "CreateUploadVideo": uploads.create,
            "RefreshUploadVideo": uploads.refresh,
            "UploadMediaByURL": uploads.by_url,
            "GetURLUploadInfos": uploads.url_infos,
            "CancelUrlUploadJobs": uploads.cancel,
            "GetVideoInfo": management.get,
            "GetVideoInfos": management.get_several,
            "SearchMedia": management.search,
            "UpdateVideoInfo": management.update,
            "DeleteVideo": management.delete,
            "GetPlayInfo": management.play_info,
            "GetVideoPlayAuth": management.play_auth,
            "SubmitTranscodeJobs": processing.submit_transcoding,
            "GetTranscodeTask": processing.transcoding,
            "ListTranscodeTask": processing.transcodings,
            "ListTranscodeTemplateGroup": processing.template_groups,
            "SubmitWorkflowJob": processing.submit_workflow,
            "GetWorkflowTask": processing.workflow,
            "SubmitSnapshotJob": snapshots.submit,
            "ListSnapshots": snapshots.listed,
            "SubmitAIImageJob": intelligence.submit_images,
            "GetAIImageJobs": intelligence.images,
            "SubmitAIMediaAuditJob": reviews.submit,
            "GetAIMediaAuditJob": reviews.job,
            "GetMediaAuditResult": reviews.result,
            "GetMediaAuditResultDetail": reviews.details,
            "GetMediaAuditResultTimeline": reviews.timeline,
            "ListAIImageInfo": intelligence.image_infos,
            "ListJobInfo": history.listed,
            "GetJobDetail": history.detail,
            "CreateUploadAttachedMedia": attached.create,
            "GetAttachedMediaInfo": attached.get,
            "DescribeVodUserDomains": domains.user_domains,
            "DescribeVodDomainDetail": domains.domain_detail,
        },
    )
