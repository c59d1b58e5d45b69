"""Access keys: members make them for programs that sign the status call, and revoke them."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from media_ai.catalog.member_keys import AccessKey, MemberKeys
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import make_router, problems
from media_ai_web.services import Db

router = make_router("Access keys")
Member = Annotated[Caller, Depends(needs(Permission.READ_TASKS))]


class NewKey(BaseModel):
    """What a key is for."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(default="", max_length=200)


class KeyView(BaseModel):
    """A key, without its secret."""

    access_key: str
    label: str
    created_at: datetime
    used_at: datetime | None = Field(description="Lately, to a minute.")
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: AccessKey) -> Self:
        """Return a key as its owner sees it."""
        return cls(**{name: getattr(key, name) for name in KeyView.model_fields})


class IssuedKey(KeyView):
    """A new key; its secret is told here and never again."""

    secret: str


def _keys(request: Request, database: Db) -> MemberKeys:
    return MemberKeys(database, request.app.state.cipher)


Keys = Annotated[MemberKeys, Depends(_keys)]


@router.get("/access-keys", summary="List your access keys")
def list_access_keys(keys: Keys, caller: Member) -> list[KeyView]:
    """Return the caller's keys, the newest first."""
    return [KeyView.of(key) for key in keys.of(caller.id)]


@router.post("/access-keys", status_code=201, summary="Make an access key", responses=problems(409))
def issue_access_key(given: NewKey, keys: Keys, caller: Member) -> IssuedKey:
    """Make a key that opens what the caller may read, as long as the caller may; keep the secret, it is told once."""
    key, secret = keys.issue(caller.id, caller.name, label=given.label)
    return IssuedKey(**KeyView.of(key).model_dump(), secret=secret)


@router.delete("/access-keys/{access_key}", summary="Revoke an access key", responses=problems(404))
def revoke_access_key(access_key: Annotated[str, Path(max_length=100)], keys: Keys, caller: Member) -> KeyView:
    """Let one of the caller's keys open nothing from now on."""
    return KeyView.of(keys.revoke(caller.id, access_key))
