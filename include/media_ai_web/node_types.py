"""The node types: what the palette, the forms and the help are made from."""

from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Header, Response
from pydantic import BaseModel, Field

from media_ai.model.base import digest_of
from media_ai.nodes import node_types
from media_ai_web.caching import is_known, quoted
from media_ai_web.permissions import Permission, needs
from media_ai_web.routing import make_router
from media_ai_web.translating import Language, translated

router = make_router("Node types")


class PortView(BaseModel):
    """A typed end of a wire."""

    name: str
    title: str
    description: str
    kinds: list[str] = Field(description="Kinds of artifacts; a wire needs one that both ends have.")
    required: bool
    many: bool = Field(description="Takes several wires.")


class NodeTypeView(BaseModel):
    """A kind of node."""

    id: str
    version: int
    title: str
    category: str
    help: str
    params: dict[str, Any] = Field(description="JSON Schema of the parameters.")
    inputs: list[PortView]
    outputs: list[PortView]


@router.get(
    "/node-types",
    summary="List the node types",
    dependencies=[Depends(needs(Permission.READ_WORKFLOWS))],
    response_model=list[NodeTypeView],
    responses={304: {"description": "The client has it already (If-None-Match)."}},
)
def list_node_types(
    response: Response, language: Language, if_none_match: Annotated[str | None, Header()] = None
) -> Any:
    """
    Return all node types with the schemas of their parameters and their ports. They change with the installation only.

    Titles and categories are in the language that Accept-Language names first, of those that there are.
    """
    types, etag = _described(language)
    if is_known(if_none_match, etag):
        return Response(status_code=304, headers={"ETag": quoted(etag)})
    response.headers["ETag"] = quoted(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Language"
    return types


@cache
def _described(language: str) -> tuple[list[NodeTypeView], str]:
    data = [translated(kind.describe(), language) for kind in node_types().values()]
    return [NodeTypeView.model_validate(item) for item in data], digest_of(data)[:24]
