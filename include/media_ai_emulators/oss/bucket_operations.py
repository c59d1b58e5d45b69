"""Operations on buckets: list, create, delete, and what Test Connection asks."""

from starlette.responses import Response

from media_ai_emulators.clock import iso_millis
from media_ai_emulators.oss import xml
from media_ai_emulators.oss.objects import Bucket
from media_ai_emulators.oss.request import OssRequest
from media_ai_emulators.oss.storage import Storage

_OWNER = xml.element("Owner", xml.text("ID", "emulator"), xml.text("DisplayName", "emulator"))
_REGION = "oss-cn-hangzhou"


async def list_buckets(storage: Storage, request: OssRequest) -> Response:
    """List all buckets, at once."""
    prefix = request.params.get("prefix", "")
    buckets = [bucket for bucket in storage.buckets.all() if bucket.name.startswith(prefix)]
    nodes = [xml.element("Bucket", *_description(bucket)) for bucket in buckets]
    return xml.document(xml.element("ListAllMyBucketsResult", _OWNER, xml.element("Buckets", *nodes)))


async def put_bucket(storage: Storage, request: OssRequest) -> Response:
    """Make a bucket; to make one's own again is no error."""
    storage.buckets.create(request.bucket)
    return Response(headers={"location": f"/{request.bucket}"})


async def delete_bucket(storage: Storage, request: OssRequest) -> Response:
    """Remove an empty bucket."""
    storage.buckets.delete(request.bucket)
    return Response(status_code=204)


async def get_bucket_info(storage: Storage, request: OssRequest) -> Response:
    """Describe a bucket."""
    bucket = storage.buckets.get(request.bucket)
    grant = xml.element("AccessControlList", xml.text("Grant", "private"))
    return xml.document(
        xml.element("BucketInfo", xml.element("Bucket", *_description(bucket), _OWNER, grant, xml.text("Comment", "")))
    )


async def get_bucket_location(storage: Storage, request: OssRequest) -> Response:
    """Name the region."""
    storage.buckets.get(request.bucket)
    return xml.document(xml.text("LocationConstraint", _REGION))


async def get_bucket_acl(storage: Storage, request: OssRequest) -> Response:
    """Say that the bucket is private; all are."""
    storage.buckets.get(request.bucket)
    grant = xml.element("AccessControlList", xml.text("Grant", "private"))
    return xml.document(xml.element("AccessControlPolicy", _OWNER, grant))


def _description(bucket: Bucket) -> list[str]:
    return [
        xml.text("CreationDate", iso_millis(bucket.created)),
        xml.text("ExtranetEndpoint", f"{_REGION}.aliyuncs.com"),
        xml.text("IntranetEndpoint", f"{_REGION}-internal.aliyuncs.com"),
        xml.text("Location", _REGION),
        xml.text("Name", bucket.name),
        xml.text("StorageClass", "Standard"),
    ]
