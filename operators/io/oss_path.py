"""How oss:// paths are put together: what ObjectStoragePath takes from the entry point `universal_pathlib.implementations`."""

from fsspec import register_implementation
from upath._flavour import WrappedFileSystemFlavour
from upath.implementations.cloud import CloudPath

from operators.io.oss_filesystem import OssFileSystem

# Where no class is registered when the first path is parsed, universal_pathlib parses as the package ossfs does: "/bucket/key".
register_implementation("oss", OssFileSystem, clobber=True)


class OssPath(CloudPath):
    """A path whose root is the bucket; without a class of its own universal_pathlib warns, and takes the bucket for a folder."""

    __slots__ = ()

    parser = WrappedFileSystemFlavour(OssFileSystem, netloc_is_anchor=True, supports_empty_parts=True)
