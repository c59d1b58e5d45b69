"""Who is asking: what they may do, and their password."""

from contextlib import suppress
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from media_ai.catalog.attempts import Allowance, Attempts
from media_ai.members.passwords import check_password
from media_ai_web.house import SESSION_COOKIE, HouseOf, ResetsOf, keep_session
from media_ai_web.permissions import Caller, Gate, Permission, needs
from media_ai_web.routing import in_thread, make_router, problems
from media_ai_web.services import Db

router = make_router("Me")
_GUESSES = Allowance(burst=5, interval_s=60)
_LONGEST = 200
Me = Annotated[Caller, Depends(needs(Permission.SIGNED_IN))]


class MeView(BaseModel):
    """The caller."""

    id: str
    name: str
    username: str
    address: str
    roles: list[str]
    has_password: bool
    permissions: list[Permission] = Field(
        description="What the caller may do in general; of one workflow it may be less."
    )


class PasswordChange(BaseModel):
    """The password of now, and the one from now on."""

    model_config = ConfigDict(extra="forbid")

    current: SecretStr = Field(max_length=_LONGEST)
    new: SecretStr = Field(max_length=_LONGEST, description="8 to 20 characters: a digit, both cases, a special one.")


@router.get("/me", summary="Read who you are")
async def read_me(caller: Me, request: Request, house: HouseOf) -> MeView:
    """Return the caller's account and permissions."""
    account = await in_thread(lambda: house.accounts.get(caller.id))
    gate: Gate = request.app.state.gate
    allowed = []
    for permission in Permission:
        with suppress(HTTPException):
            await gate.admit(request, permission, None)
            allowed.append(permission)
    same = {name: getattr(account, name) for name in ("id", "name", "username", "address", "has_password")}
    return MeView(**same, roles=list(account.roles), permissions=allowed)


@router.post("/me/password", status_code=204, summary="Change your password", responses=problems(429))
def change_password(
    caller: Me,
    given: PasswordChange,
    request: Request,
    response: Response,
    house: HouseOf,
    resets: ResetsOf,
    database: Db,
) -> None:
    """Change the caller's password. All other sessions end; that of a browser goes on, others sign in again."""
    new = given.new.get_secret_value()
    # Before the try is counted: who chooses a weak password guesses nothing.
    check_password(new)
    attempts, guess = Attempts(database), f"current password of {caller.id}"
    if wait := attempts.take(guess, _GUESSES):
        raise HTTPException(429, "Too many wrong passwords. Wait a little.", {"Retry-After": str(wait)})
    resets.change(caller.id, current=given.current.get_secret_value(), new=new)
    attempts.give_back(guess, _GUESSES)
    if SESSION_COOKIE in request.cookies:
        keep_session(response, house.accounts.open_session(caller.id), request, house.root)
