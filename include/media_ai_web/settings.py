"""Languages and timezones: what holds for everybody, and what the caller has chosen."""

from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, Field

from media_ai.catalog.preferences import PreferenceRecords
from media_ai.model.preferences import Preferences, timezones
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import make_router
from media_ai_web.services import Db

router = make_router("Settings")
Me = Annotated[Caller, Depends(needs(Permission.SIGNED_IN))]
Keeper = Annotated[Caller, Depends(needs(Permission.CHANGE_SETTINGS))]


class SettingsView(BaseModel):
    """What holds for everybody who has not chosen otherwise."""

    server: Preferences
    timezones: list[str] = Field(description="Those that can be chosen.")


class MySettingsView(BaseModel):
    """What the caller has chosen, and what holds for them."""

    own: Preferences
    server: Preferences
    effective: Preferences = Field(description="The caller's own choice, else the server's.")


@router.get("/settings", summary="Read the server's settings", dependencies=[Depends(needs(Permission.SIGNED_IN))])
def read_settings(database: Db) -> SettingsView:
    """Return the language that models write in, that of the pages, and the timezone of times."""
    return SettingsView(server=PreferenceRecords(database).of_server(), timezones=list(timezones()))


@router.put("/settings", summary="Change the server's settings")
def change_settings(caller: Keeper, given: Preferences, database: Db) -> SettingsView:
    """Replace what holds for everybody who has not chosen otherwise; runs that have begun stay as they are."""
    PreferenceRecords(database).set_server(given, by=caller.name)
    return read_settings(database)


@router.get("/me/settings", summary="Read your settings")
def read_my_settings(caller: Me, database: Db) -> MySettingsView:
    """Return what you have chosen, and what holds for you."""
    records = PreferenceRecords(database)
    own, server = records.of_member(caller.id), records.of_server()
    return MySettingsView(own=own, server=server, effective=own.over(server))


@router.put("/me/settings", summary="Change your settings")
def change_my_settings(caller: Me, given: Preferences, database: Db) -> MySettingsView:
    """Replace what you have chosen; null leaves it to the server."""
    PreferenceRecords(database).set_member(caller.id, given, by=caller.name)
    return read_my_settings(caller, database)
