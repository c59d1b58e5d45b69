"""From a node's params and inputs to a registration, and from what IMS says of the asset to the artifact."""

from typing import TYPE_CHECKING, Any

from media_ai.clients.credentials import ImsCredentials, OssCredentials
from media_ai.clients.ims_address import canonical_address
from media_ai.clients.ims_rules import Prepared, RegisterMedia, client_token
from media_ai.clients.service_text import reference_id
from media_ai.errors import ConfigurationError
from media_ai.job import Job
from media_ai.model.services import ServiceAsset
from media_ai.nodes._asset_texts import asset_texts

if TYPE_CHECKING:
    from media_ai.nodes.register_ims_media import Inputs, Params

_TEXTS = frozenset({"Title", "Description", "MediaTags", "CoverURL", "UserData", "CateId", "ReferenceId"})


def request_of(params: "Params", inputs: "Inputs", job: Job, failures: int) -> RegisterMedia:
    """
    Return the registration; its ClientToken changes only after `failures` registrations that failed for good.

    Raises:
        InputError: The video is nowhere that IMS reads from.
    """
    asset = job.input.asset()
    results = (inputs.summary, inputs.people, inputs.analyses, inputs.labels, inputs.text, inputs.transcript)
    texts = asset_texts(
        asset, results, title=params.media_title, description=params.media_description, tags=params.tags
    )
    ours = {name: value for name, value in {"videoId": asset.video_id, "metadata": asset.metadata}.items() if value}
    added = {name: value for name, value in ours.items() if name not in params.user_data}
    return RegisterMedia(
        input_url=_address(inputs, job),
        client_token=client_token(job.work, str(failures)),
        title=texts.title,
        description=texts.description,
        tags=texts.tags,
        cover_url=params.cover_url,
        user_data={**params.user_data, **added},
        optional_user_data=tuple(name for name in ("metadata", "videoId") if name in added),
        business_type=params.business_type,
        media_type=params.media_type,
        category_id=params.category_id,
        workflow_id=params.workflow_id,
        smart_tag_template=params.smart_tag_template,
        need_sprite=params.need_sprite,
        need_snapshot=params.need_snapshot,
        cover_start_s=params.cover_start,
        search_library=params.search_library,
        reference_id=reference_id(asset.video_id) if params.has_reference_id else None,
        overwrite=params.already_registered == "overwrite",
    )


def texts_of(prepared: Prepared) -> dict[str, Any]:
    """Return the parameters that UpdateMediaInfo takes as well."""
    return {name: value for name, value in prepared.parameters.items() if name in _TEXTS}


def _address(inputs: "Inputs", job: Job) -> str:
    given = f"vod://{inputs.uploaded.id}" if inputs.uploaded else inputs.video.uri
    oss_region: str | None
    try:
        oss_region = job.access.credentials_of(OssCredentials).region
    except ConfigurationError:
        oss_region = None
    region = job.access.credentials_of(ImsCredentials).region
    return canonical_address(given, ims_region=region, oss_region=oss_region)


def asset_of(data: dict[str, Any], job: Job) -> ServiceAsset:
    """Return what `poll_media` said of an asset as the artifact."""
    basic, file = data["basic"], data["file"]
    attributes = {
        "is_new": data["is_new"],
        "title": basic.get("Title"),
        "tags": [tag for tag in str(basic.get("MediaTags", "")).split(",") if tag],
        "media_type": basic.get("MediaType"),
        "created": basic.get("CreateTime"),
        "duration_s": file.get("Duration"),
        "bytes": file.get("FileSize"),
        "width": file.get("Width"),
        "height": file.get("Height"),
    }
    return ServiceAsset(
        service="ims",
        region=job.access.credentials_of(ImsCredentials).region,
        id=data["id"],
        uri=data["input_url"],
        reference_id=data["reference_id"],
        state=data["status"],
        url=data["file_url"],
        attributes={name: value for name, value in attributes.items() if value not in (None, "", [])},
    )
