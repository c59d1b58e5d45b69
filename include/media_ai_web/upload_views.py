"""Uploads as the API shows them."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from media_ai.tasks.direct_uploads import DirectUpload
from media_ai.tasks.uploads import UploadState


class UploadView(BaseModel):
    """An upload."""

    id: str
    name: str
    size: int = Field(description="Bytes.")
    offset: int = Field(description="Bytes that have arrived.")
    is_finished: bool
    address: str | None = Field(description="Of a finished one: what a task takes as its video or subtitles.")
    created_at: datetime
    expires_at: datetime | None = Field(description="When an unfinished one is removed, if nothing more comes.")

    @classmethod
    def of(cls, state: UploadState) -> Self:
        """Return an upload as its owner sees it."""
        own = {name: getattr(state.upload, name) for name in ("id", "name", "size", "created_at")}
        return cls(
            **own,
            offset=state.offset,
            is_finished=state.address is not None,
            address=state.address,
            expires_at=state.expires_at,
        )

    @classmethod
    def of_direct(cls, upload: DirectUpload) -> Self:
        """Return a finished upload to object storage as its owner sees it."""
        own = {name: getattr(upload, name) for name in ("id", "name", "size", "address", "created_at")}
        return cls(**own, offset=upload.size, is_finished=True, expires_at=None)
