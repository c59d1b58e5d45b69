"""
The artifact store: blobs named by their digest, artifacts as JSON blobs, results under a key of what made them.

A result's key is the digest of (node type and version, params, digests of the inputs); its manifest is written last, so
that a result either exists with everything it points to, or does not exist.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from media_ai.errors import NotFoundError, StoreError
from media_ai.model.artifacts import Artifact, ArtifactRef, BlobRef, artifact_class
from media_ai.model.base import Model, canonical_json, digest_of
from media_ai.store.object_store import ObjectStore
from media_ai.store.removal import FRESH, Removal, blob_key, result_key_path
from media_ai.store.steps import Steps

Outputs = dict[str, ArtifactRef | None]
"""What a node produced, by output port."""


class Usage(Model):
    """What one call to a model used, or one job of a service that is paid by the length of what it works on."""

    model: str
    request_id: str | None = None
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    audio_seconds: float = Field(default=0, ge=0, description="Of sound; of video where a service works on pictures.")
    is_batch: bool = Field(default=False, description="Answered within a day, at half the price.")


class StoredResult(Model):
    """The manifest of finished work."""

    node_type: str
    type_version: int
    key: str
    outputs: Outputs
    notices: tuple[str, ...] = ()
    usage: tuple[Usage, ...] = ()
    seconds: float = Field(ge=0, description="Time that the work took when it was done.")
    finished: datetime


def result_key(
    *,
    node_type: str,
    type_version: int,
    params: Mapping[str, Any],
    inputs: Mapping[str, Sequence[ArtifactRef]],
    fingerprint: str | None = None,
) -> str:
    """Return the content-addressed key of the work: equal keys mean that the stored result can be used."""
    return digest_of(
        {
            "node_type": node_type,
            "type_version": type_version,
            "params": dict(params),
            "inputs": {port: [ref.digest for ref in refs] for port, refs in inputs.items() if refs},
            "fingerprint": fingerprint,
        }
    )


class ArtifactStore:
    """Blobs, artifacts and results over any object store."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def put_bytes(self, data: bytes, content_type: str) -> BlobRef:
        """Keep bytes under their digest; bytes that are there already are not written again."""
        ref = BlobRef(sha256=hashlib.sha256(data).hexdigest(), size=len(data), content_type=content_type)
        self._objects.put(blob_key(ref.sha256), data, replace=self._is_to_be_written(ref))
        return ref

    def put_file(self, path: Path, content_type: str) -> BlobRef:
        """Keep a file's content under its digest."""
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        ref = BlobRef(sha256=sha256, size=path.stat().st_size, content_type=content_type)
        self._objects.put(blob_key(sha256), path, replace=self._is_to_be_written(ref))
        return ref

    def read(self, ref: BlobRef) -> bytes:
        """
        Return a blob's bytes.

        Raises:
            NotFoundError: The blob is gone.
            StoreError: The bytes are not those that were stored.
        """
        data = self._objects.read(blob_key(ref.sha256))
        if len(data) != ref.size or hashlib.sha256(data).hexdigest() != ref.sha256:
            # Removed, so that the work which made it counts as undone and is done again.
            self._objects.delete(blob_key(ref.sha256))
            raise StoreError(
                f"Blob {ref.sha256[:12]} is damaged: {len(data)} bytes, {ref.size} expected. Restart the task."
            )
        return data

    def uri(self, ref: BlobRef) -> str:
        """Return the blob's address."""
        return self._objects.uri(blob_key(ref.sha256))

    def save(self, artifact: Artifact) -> ArtifactRef:
        """Store an artifact and return the reference that moves between tasks."""
        body = self.put_bytes(canonical_json(artifact.model_dump(mode="json")), "application/json")
        return ArtifactRef(kind=artifact.kind, digest=artifact.identity(), body=body, counts=artifact.counts())

    def load(self, ref: ArtifactRef) -> Artifact:
        """
        Return the artifact that a reference points to.

        Raises:
            NotFoundError: Its bytes are gone.
            StoreError: Its bytes are damaged or were written by another version.
        """
        try:
            return artifact_class(ref.kind).model_validate_json(self.read(ref.body))
        except ValidationError as exc:
            raise StoreError(
                f"The stored {ref.kind} {ref.digest[:12]} cannot be read: {exc.errors()[0]['msg']}."
            ) from exc

    def save_result(self, result: StoredResult) -> None:
        """Make finished work visible; the last write of a node."""
        self._objects.put(
            result_key_path(result.node_type, result.key), result.model_dump_json().encode(), replace=True
        )

    def steps_of(self, node_type: str, key: str) -> Steps:
        """Return what the work with this key has caused elsewhere."""
        return Steps(self._objects, f"{node_type}/{key[:2]}/{key}")

    def find_result(self, node_type: str, key: str) -> StoredResult | None:
        """Return finished work with this key, or None; a manifest that lost a part counts as none."""
        try:
            result = StoredResult.model_validate_json(self._objects.read(result_key_path(node_type, key)))
        except (NotFoundError, ValidationError):
            return None
        return result if all(self._is_whole(ref) for ref in result.outputs.values() if ref) else None

    def _is_whole(self, ref: ArtifactRef) -> bool:
        try:
            artifact = self.load(ref)
        except (NotFoundError, StoreError):
            return False
        return all(self._has(blob) for blob in blobs_in(artifact))

    def removal(self) -> Removal:
        """Return what takes things out of the store."""
        return Removal(self._objects)

    def _is_to_be_written(self, ref: BlobRef) -> bool:
        """Tell whether bytes that are there are written again: damaged ones, and old ones, which somebody may be removing."""
        info = self._objects.stat(blob_key(ref.sha256))
        return info is not None and (info.size != ref.size or datetime.now(UTC) - info.modified > FRESH)

    def _has(self, ref: BlobRef) -> bool:
        info = self._objects.stat(blob_key(ref.sha256))
        return info is not None and info.size == ref.size


def blobs_in(value: Any) -> list[BlobRef]:
    """Return the blobs that an artifact points to, at any depth."""
    if isinstance(value, BlobRef):
        return [value]
    if isinstance(value, Model):
        return [blob for name in type(value).model_fields for blob in blobs_in(getattr(value, name))]
    if isinstance(value, tuple | list):
        return [blob for item in value for blob in blobs_in(item)]
    return []
