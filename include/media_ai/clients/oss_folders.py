"""Folders in OSS, which has none: keys that share a beginning up to a "/"."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from media_ai.clients.oss_objects import OssObject
from media_ai.errors import ErrorKind, ServiceError

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient

_MOST_DELETED = 1000


def children(client: "OssClient", folder: str) -> Iterator[OssObject | str]:
    """
    Yield what lies directly in a folder, objects and the keys of folders, in order within each answer of OSS.

    Args:
        folder: Ends with "/", or is "" for the whole bucket.

    Raises:
        ServiceError: OSS refused or failed.
    """
    token = ""
    while True:
        found = client.call("oss:ListObjects", folder, partial(_page, folder, token, 1000))
        yield from found.prefix_list
        yield from (OssObject.of_listing(item) for item in found.object_list)
        if not found.is_truncated:
            return
        token = found.next_continuation_token


def is_folder(client: "OssClient", folder: str) -> bool:
    """Tell whether any key begins with `folder`; the bucket itself, "", is a folder also when it is empty."""
    found = client.call("oss:ListObjects", folder, partial(_page, folder, "", 1))
    return not folder or bool(found.object_list or found.prefix_list)


def delete_all(client: "OssClient", keys: Iterable[str]) -> None:
    """
    Remove objects, a thousand per request.

    Raises:
        ServiceError: OSS refused, also if it refused only some of them.
    """
    rest = iter(keys)
    while batch := list(islice(rest, _MOST_DELETED)):
        found = client.call("oss:DeleteObject", batch[0], partial(_delete, batch))
        if kept := set(batch) - set(found.deleted_keys):
            raise ServiceError(
                f"OSS did not delete {len(kept)} of {len(batch)} objects, 'oss://{client.bucket}/{min(kept)}' first. "
                "Grant the RAM action oss:DeleteObject on all of them.",
                service="oss",
                code="AccessDenied",
                kind=ErrorKind.PERMISSION,
            )


def _delete(keys: list[str], io: Any, _: int) -> Any:
    return io.batch_delete_objects(keys)


def _page(folder: str, token: str, size: int, io: Any, _: int) -> Any:
    return io.list_objects_v2(prefix=folder, delimiter="/", continuation_token=token, max_keys=size)
