"""Workflows that come with the product: look at them, clone them."""

from fastapi import Depends
from pydantic import BaseModel

from media_ai.graph.schema import Workflow
from media_ai.workflows.files import read_template, template_names
from media_ai_web.permissions import Permission, needs
from media_ai_web.routing import make_router, problems

router = make_router("Presets")
_READ = [Depends(needs(Permission.READ_WORKFLOWS))]


class PresetView(BaseModel):
    """A preset in a list."""

    slug: str
    name: str
    description: str
    nodes: int


@router.get("/presets", summary="List the presets", dependencies=_READ)
def list_presets() -> list[PresetView]:
    """Return the presets. To clone one, create a workflow with its slug as `preset`."""
    found = [read_template(name) for name in template_names()]
    return [PresetView(slug=p.slug, name=p.name, description=p.description, nodes=len(p.nodes)) for p in found]


@router.get("/presets/{preset}", summary="Read a preset", dependencies=_READ, responses=problems(404))
def read_preset(preset: str) -> Workflow:
    """Return a preset's graph."""
    return read_template(preset)
