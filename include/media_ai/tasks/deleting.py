"""
Delete a task with all that it has left, and prove it.

What is to be removed is written down first; each part is done, looked for again and crossed off. Whoever comes after a killed
process goes on with what is left, and doing a part twice is harmless.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from media_ai.catalog.deletions import Deletion, Deletions
from media_ai.catalog.references import References
from media_ai.catalog.results import RunKey
from media_ai.errors import NotFoundError
from media_ai.model.artifacts import ArtifactKind, ArtifactRef
from media_ai.model.base import digest_of
from media_ai.model.services import ServiceAsset
from media_ai.store.artifacts import ArtifactStore, blobs_in
from media_ai.store.removal import FRESH

_GRACE = timedelta(hours=24)
"""No node works longer than this between storing bytes and having them recorded."""
_PAUSE = timedelta(minutes=10)
"""So long after a result was removed whoever had found it just before has recorded that it uses it."""
_PARTS = ("services", "airflow", "rows", "uploads", "results")


class Airflow(Protocol):
    """What is needed of Airflow."""

    def delete_run(self, dag_id: str, run_id: str) -> bool:
        """Delete a run; return whether it was there."""
        ...


class UploadedFiles(Protocol):
    """What was uploaded to this deployment."""

    def owns(self, address: str) -> bool:
        """Tell whether a file was uploaded here; what lies elsewhere is not ours to delete."""
        ...

    def remove(self, address: str) -> bool:
        """Remove an uploaded file; return whether it is gone."""
        ...


RemoveAssets = Callable[[list[ServiceAsset]], list[dict[str, Any]]]
"""Deletes assets of services and asks for them again; returns what the service said of each, and whether it is gone."""


@dataclass(frozen=True, kw_only=True)
class Hands:
    """What deletes where."""

    store: ArtifactStore
    airflow: Airflow
    uploads: UploadedFiles
    assets: RemoveAssets


def references(database: Any, store: ArtifactStore) -> References:
    """Return what knows which blobs are in use."""
    return References(database, lambda ref: [blob.sha256 for blob in blobs_in(store.load(ref))])


class TaskDeletion:
    """Deletes tasks for one caller."""

    def __init__(
        self, deletions: Deletions, refs: References, hands: Hands, *, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._deletions = deletions
        self._refs = refs
        self._hands = hands
        self._clock = clock or (lambda: datetime.now(UTC))

    def delete(self, run: RunKey, *, by: str, reason: str = "", with_services: bool = False) -> Deletion:
        """
        Delete a task; one that is being deleted is gone on with.

        Raises:
            NotFoundError: Nothing is known of it.
            ConflictError: It goes on; or its deletion began without the assets in services, and is past them.
            MediaAIError: A part failed; the record says what is left, and deleting again goes on with it.
        """
        open_ = self._deletions.open_of(run)
        if open_ is None:
            open_ = self._deletions.begin(run, self._plan(run), by=by, reason=reason, with_services=with_services)
        if with_services and not open_.with_services:
            open_ = self._deletions.include_services(open_)
        return self.go_on(open_)

    def go_on(self, deletion: Deletion) -> Deletion:
        """Do what is left of a deletion; it stays "waiting" while tasks go on that may just be reusing its bytes."""
        for part in _PARTS:
            if part in deletion.work:
                deletion = getattr(self, f"_remove_{part}")(deletion)
        if "blobs" in deletion.work:
            deletion = self._sweep(deletion)
        return deletion

    def _plan(self, run: RunKey) -> dict[str, Any]:
        nodes = self._deletions.outputs(run)
        refs = [ArtifactRef.model_validate(ref) for _, _, outputs in nodes for ref in outputs.values() if ref]
        given = self._deletions.given(run)
        return {
            "services": self._assets(refs, run),
            "airflow": True,
            "rows": True,
            "uploads": [address for address in given if self._hands.uploads.owns(address)],
            "results": [[node_type, key] for node_type, key, _ in nodes],
            "blobs": sorted(self._refs.blobs_of(refs)),
            "bodies": sorted({ref.body.sha256 for ref in refs}),
        }

    def _assets(self, refs: Iterable[ArtifactRef], run: RunKey) -> list[dict[str, Any]]:
        found = {ref.digest: ref for ref in refs if ref.kind is ArtifactKind.SERVICE_ASSET}
        assets = []
        for digest, ref in found.items():
            try:
                asset = self._hands.store.load(ref)
            except NotFoundError:
                continue
            assets.append(
                {"asset": asset.model_dump(mode="json"), "shared": self._deletions.shares_artifact(digest, run)}
            )
        return assets

    def _remove_services(self, deletion: Deletion) -> Deletion:
        wanted = [(ServiceAsset.model_validate(item["asset"]), item["shared"]) for item in deletion.work["services"]]
        ours = [asset for asset, is_shared in wanted if deletion.with_services and not is_shared]
        proof = self._hands.assets(ours) if ours else []
        reason = "another task has it" if deletion.with_services else "nobody asked to delete it"
        kept = [asset for asset, _ in wanted if asset not in ours]
        proof += [{"service": asset.service, "id": asset.id, "outcome": f"kept: {reason}"} for asset in kept]
        return self._deletions.save(deletion, done="services", proof=proof)

    def _remove_airflow(self, deletion: Deletion) -> Deletion:
        was_there = self._hands.airflow.delete_run(deletion.dag_id, deletion.run_id)
        is_gone = not self._hands.airflow.delete_run(deletion.dag_id, deletion.run_id)
        return self._deletions.save(deletion, done="airflow", proof={"was_there": was_there, "is_gone": is_gone})

    def _remove_rows(self, deletion: Deletion) -> Deletion:
        return self._deletions.remove_rows(deletion)

    def _remove_uploads(self, deletion: Deletion) -> Deletion:
        done: list[dict[str, Any]] = []
        for address in deletion.work["uploads"]:
            digest = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()
            if self._deletions.readers(address):
                done.append({"address_sha256": digest, "outcome": "kept: another task reads it"})
            else:
                done.append(
                    {"address_sha256": digest, "outcome": "removed", "is_gone": self._hands.uploads.remove(address)}
                )
        return self._deletions.save(deletion, done="uploads", proof=done)

    def _remove_results(self, deletion: Deletion) -> Deletion:
        """Remove finished work that no other task has used, so that from now on nobody finds it to reuse."""
        wanted = [(node_type, key) for node_type, key in deletion.work["results"]]
        used = self._refs.results_in_use(key for _, key in wanted)
        removal, results, steps = self._hands.store.removal(), 0, 0
        run = f"{deletion.dag_id}/{deletion.run_id}"
        for node_type, key in wanted:
            steps += removal.steps(node_type, digest_of([key, run]))
            if key not in used:
                results += removal.result(node_type, key)
                steps += removal.steps(node_type, key)
        proof = {"removed": results, "steps": steps, "kept": len(used)}
        return self._deletions.save(deletion, done="results", proof=proof, swept_at=self._clock())

    def _sweep(self, deletion: Deletion) -> Deletion:
        """Remove the blobs that no task points to; what may just be reused or written waits for the next time."""
        before = self._horizon(deletion)
        if before is None:
            return self._deletions.wait(deletion)
        wanted, removal = deletion.work["blobs"], self._hands.store.removal()
        used = self._refs.in_use(wanted)
        freed = {digest: removal.blob(digest, older_than=before) for digest in wanted if digest not in used}
        young = [digest for digest, size in freed.items() if size is None]
        gone = sorted(digest for digest, size in freed.items() if size is not None)
        found_again = sum(removal.has_blob(digest) for digest in gone)
        earlier = deletion.proof.get("blobs", {})
        proof = {
            "removed": earlier.get("removed", 0) + len(gone),
            "bytes": earlier.get("bytes", 0) + sum(size or 0 for size in freed.values()),
            "kept": len(used),
            "still_there": found_again,
            "digests_sha256": hashlib.sha256(
                "\n".join([earlier.get("digests_sha256", ""), *gone]).encode()
            ).hexdigest(),
        }
        self._refs.forget(set(gone) & set(deletion.work["bodies"]))
        if young:
            return self._deletions.wait(deletion, blobs=young, proof=proof)
        done = {"state": "done", "work": {}, "ended_at": self._clock()}
        return self._deletions.save(deletion, done="blobs", proof=proof, **done)

    def _horizon(self, deletion: Deletion) -> datetime | None:
        """Return before when blobs must have been written to be removed now; None: wait."""
        now = self._clock()
        begun = self._refs.oldest_unfinished()
        if begun is None:
            return now - 2 * FRESH
        if deletion.swept_at is None or now - deletion.swept_at < _PAUSE:
            return None
        return max(min(begun, now) - 2 * FRESH, now - _GRACE)
