"""What people read of a video in a media library: title, description and tags, from the task and from results."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from media_ai.model.artifacts import Artifact
from media_ai.model.media import MediaAsset
from media_ai.model.people import People
from media_ai.model.services import Labels
from media_ai.model.speech import Transcript
from media_ai.model.text import Summary, TextContent
from media_ai.model.vision import Analyses

_OPENING = 2000
"""Characters of speech or text that stand for a summary where there is none; services take 1,024 bytes."""
_MOST_OF_A_KIND = 16


@dataclass(frozen=True, kw_only=True)
class AssetTexts:
    """Texts as long as they happen to be; the service's rules cut them."""

    title: str
    description: str
    tags: tuple[str, ...]


def asset_texts(
    asset: MediaAsset,
    results: Sequence[Artifact | None],
    *,
    title: str = "",
    description: str = "",
    tags: Sequence[str] = (),
) -> AssetTexts:
    """
    Return the texts of a video: what the user wrote, else what results say.

    Tags come in the order of their worth, because a service takes only some: the user's, the summary's keywords, names of
    people, what analyses name most often.
    """
    return AssetTexts(
        title=title or asset.title or asset.video_id,
        description=description or _description(asset, results),
        tags=tuple(dict.fromkeys([*tags, *_tags(results)])),
    )


def _description(asset: MediaAsset, results: Sequence[Artifact | None]) -> str:
    summary = next((result.text for result in results if isinstance(result, Summary)), "")
    return summary or asset.description or next((text for text in map(_opening, results) if text), "")


def _opening(result: Artifact | None) -> str:
    lines: Sequence[str] = ()
    if isinstance(result, Transcript):
        lines = [segment.text for segment in result.segments[:_OPENING]]
    elif isinstance(result, TextContent):
        lines = [region.text for region in result.regions[:_OPENING]]
    return " ".join(lines)[:_OPENING]


def _tags(results: Sequence[Artifact | None]) -> Iterator[str]:
    for result in results:
        if isinstance(result, Summary):
            yield from result.keywords
    for result in results:
        if isinstance(result, People):
            yield from (person.name for person in result.persons if person.name)
    for result in results:
        if isinstance(result, Labels):
            yield from (label.name for label in result.labels[:_MOST_OF_A_KIND])
        elif isinstance(result, Analyses):
            yield from _named_most(result)


def _named_most(analyses: Analyses) -> Iterator[str]:
    """Yield the words that stand in lists of the frames' findings, such as tags or objects, the most frequent first."""
    words = Counter(
        value
        for item in analyses.items
        for finding in item.attributes.values()
        if isinstance(finding, list)
        for value in dict.fromkeys(value for value in finding if isinstance(value, str))
    )
    yield from (word for word, _ in words.most_common(_MOST_OF_A_KIND))
