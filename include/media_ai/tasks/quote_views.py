"""Quotes: what tasks will probably use, take and cost."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field

Basis = Literal["history", "estimate", "nothing"]


class NodeQuote(BaseModel):
    """What a node will probably use."""

    node_id: str
    node_type: str
    basis: Basis = Field(
        description="history: what it did with other videos; estimate: rules of thumb; nothing: no model is asked."
    )
    tasks: int = Field(description="That the history is of.")
    models: list[str]
    frames: float = Field(description="That it makes or looks at.")
    calls: float
    input_tokens: float
    output_tokens: float
    audio_seconds: float
    cost: Decimal | None = Field(description="Absent if a model that it asks has no price.")
    minutes: float | None = Field(description="That it works; absent where nothing is known.")


class Quote(BaseModel):
    """What a task, or all tasks of a source, will probably use. What was done before is reused, and costs nothing again."""

    workflow: str
    workflow_version: int
    videos: int = Field(description="That it is for.")
    video_seconds: float = Field(description="Of all videos together.")
    probed: int = Field(description="Videos that were looked into; the length of others follows from their size.")
    frames: float = Field(description="That models look at.")
    calls: float
    input_tokens: float
    output_tokens: float
    audio_seconds: float
    cost: Decimal | None = Field(description="Of the models that have a price; absent if none of those asked has.")
    currency: str
    unpriced_models: list[str] = Field(description="That the cost leaves out.")
    minutes: float | None = Field(description="From the start to the end, if nothing else is worked on.")
    basis: Basis = Field(description="The weakest that a part rests on.")
    nodes: list[NodeQuote]
    made_at: datetime
