"""Routes that list videos which are there already."""

from typing import Annotated, Self

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from media_ai.settings import PROJECT
from media_ai.tasks.media_listing import Listing, MediaListing
from media_ai_web.permissions import Permission, needs
from media_ai_web.routing import apart, make_router
from media_ai_web.services import Conf, credentials_of

router = make_router("Media")


class MediaView(BaseModel):
    """A video."""

    address: str = Field(description="What a task takes as its video.")
    subtitles: str | None = Field(description="Address of the subtitles beside it.")
    size: int = Field(description="Bytes.")


class MediaPage(BaseModel):
    """The videos below a folder."""

    places: list[str] = Field(description="Folders that can be listed, and everything below them.")
    videos: list[MediaView]
    is_cut: bool = Field(description="There are more; name a folder below.")

    @classmethod
    def of(cls, places: list[str], found: Listing) -> Self:
        """Return a listing as the API shows it."""
        videos = [MediaView(address=each.address, subtitles=each.subtitles, size=each.size) for each in found.videos]
        return cls(places=places, videos=videos, is_cut=found.is_cut)


@router.get("/media", summary="List videos in a folder", dependencies=[Depends(needs(Permission.CREATE_TASKS))])
@apart
def list_media(
    conf: Conf,
    prefix: Annotated[str, Query(max_length=1000, description="oss://bucket/folder/ or file:///folder/")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> MediaPage:
    """Return the videos below a folder with the subtitles beside them; without a prefix, the folders alone."""
    folders = (*conf.media_roots, PROJECT / "include" / "samples")
    listing = MediaListing(folders, conf.media_prefixes, credentials_of())
    found = listing.videos(prefix, limit=limit) if prefix else Listing(videos=(), is_cut=False)
    return MediaPage.of(listing.places, found)
