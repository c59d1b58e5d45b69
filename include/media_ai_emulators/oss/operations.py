"""The operations of OSS, in the order in which a request is compared with them."""

from media_ai_emulators.oss import bucket_operations, copies, cors, listing, multipart, read_objects, write_objects
from media_ai_emulators.oss.handlers import Operation
from media_ai_emulators.oss.request import OssRequest

_OBJECT = (
    Operation(
        name="UploadPartCopy",
        method="PUT",
        is_object=True,
        has=("partNumber", "uploadId", "x-oss-copy-source"),
        handler=copies.upload_part_copy,
    ),
    Operation(
        name="UploadPart", method="PUT", is_object=True, has=("partNumber", "uploadId"), handler=multipart.upload_part
    ),
    Operation(name="CopyObject", method="PUT", is_object=True, has=("x-oss-copy-source",), handler=copies.copy_object),
    Operation(
        name="InitiateMultipartUpload", method="POST", is_object=True, has=("uploads",), handler=multipart.initiate
    ),
    Operation(
        name="CompleteMultipartUpload", method="POST", is_object=True, has=("uploadId",), handler=multipart.complete
    ),
    Operation(name="AbortMultipartUpload", method="DELETE", is_object=True, has=("uploadId",), handler=multipart.abort),
    Operation(name="ListParts", method="GET", is_object=True, has=("uploadId",), handler=multipart.list_parts),
    Operation(
        name="GetObjectMeta", method="HEAD", is_object=True, has=("objectMeta",), handler=read_objects.head_object_meta
    ),
    Operation(name="GetObject", method="GET", is_object=True, handler=read_objects.get_object),
    Operation(name="HeadObject", method="HEAD", is_object=True, handler=read_objects.head_object),
    Operation(name="PutObject", method="PUT", is_object=True, handler=write_objects.put_object),
    Operation(name="DeleteObject", method="DELETE", is_object=True, handler=write_objects.delete_object),
)
_BUCKET = (
    Operation(
        name="DeleteMultipleObjects",
        method="POST",
        is_object=False,
        has=("delete",),
        handler=write_objects.delete_objects,
    ),
    Operation(
        name="ListMultipartUploads", method="GET", is_object=False, has=("uploads",), handler=multipart.list_uploads
    ),
    Operation(name="ListObjectsV2", method="GET", is_object=False, has=("list-type",), handler=listing.list_objects_v2),
    Operation(
        name="GetBucketInfo",
        method="GET",
        is_object=False,
        has=("bucketInfo",),
        handler=bucket_operations.get_bucket_info,
    ),
    Operation(
        name="GetBucketLocation",
        method="GET",
        is_object=False,
        has=("location",),
        handler=bucket_operations.get_bucket_location,
    ),
    Operation(
        name="GetBucketAcl", method="GET", is_object=False, has=("acl",), handler=bucket_operations.get_bucket_acl
    ),
    Operation(name="GetBucketCors", method="GET", is_object=False, has=("cors",)),
    Operation(name="PutBucketCors", method="PUT", is_object=False, has=("cors",), handler=cors.put_rules),
    Operation(name="DeleteBucketCors", method="DELETE", is_object=False, has=("cors",), handler=cors.delete_rules),
    Operation(name="ListObjects", method="GET", is_object=False, handler=listing.list_objects),
    Operation(name="PutBucket", method="PUT", is_object=False, handler=bucket_operations.put_bucket),
    Operation(name="DeleteBucket", method="DELETE", is_object=False, handler=bucket_operations.delete_bucket),
)
_NAMES = """
    append symlink tagging restore callback x-oss-process x-oss-async-process versions versionId lifecycle website referer
    logging encryption policy inventory stat accessPoint worm replication requestPayment asyncFetch versioning
"""
_UNKNOWN = frozenset(_NAMES.split())
"""Query parameters that change what a request means, and that are not implemented."""


def operation_of(request: OssRequest) -> Operation | None:
    """Return the operation that a request means, or None if it is not implemented."""
    if not request.bucket:
        return Operation(name="ListBuckets", method="GET", is_object=False) if request.method == "GET" else None
    if request.method == "OPTIONS":
        return Operation(name="OptionObject", method="OPTIONS", is_object=True)
    if request.method == "POST" and request.headers.get("content-type", "").startswith("multipart/form-data"):
        return Operation(name="PostObject", method="POST", is_object=False)
    if _UNKNOWN & request.params.keys():
        return None
    return next((known for known in (*_OBJECT, *_BUCKET) if known.matches(request)), None)


def first_unknown(request: OssRequest) -> str:
    """Return the query parameter that makes a request one that is not implemented."""
    return f"?{min(_UNKNOWN & request.params.keys(), default='')}"
