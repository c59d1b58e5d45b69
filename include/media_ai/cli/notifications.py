"""`media-ai notifications`: what was sent, what waits, what was given up; send it again."""

from typing import Annotated

import typer

from media_ai.catalog.deliveries import Deliveries
from media_ai.catalog.receivers import Receivers
from media_ai.cli import context
from media_ai.cli.moments import moment, zoned
from media_ai.cli.printing import say, table
from media_ai.errors import InputError

app = typer.Typer(no_args_is_help=True, help="See what was sent to whom; send it again.")

_STATES = ("waiting", "delivered", "given_up")


@app.command("list")
def list_(
    state: Annotated[str, typer.Option(help="waiting, delivered or given_up; all if absent.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
) -> None:
    """List deliveries, the newest first."""
    if state and state not in _STATES:
        raise InputError(f"'{state}' is no state; it is one of {', '.join(_STATES)}.")
    names = {endpoint.id: endpoint.name for endpoint in Receivers(context.database()).endpoints()}
    found = Deliveries(context.database()).list(state=state or None, limit=limit)  # type: ignore[arg-type]  # checked above
    rows = [
        (
            each.id,
            names.get(each.endpoint_id, ""),
            each.event,
            each.run_id,
            each.state,
            str(each.tries),
            moment(each.occurred_at),
            each.reason,
        )
        for each in found
    ]
    table(["delivery", "endpoint", "event", "task", "state", "tries", zoned("happened"), "reason"], rows)


@app.command()
def replay(
    delivery: Annotated[str, typer.Argument(help="Its id, as the list shows it.", show_default=False)] = "",
    given_up: Annotated[bool, typer.Option("--given-up", help="All that were given up.")] = False,
) -> None:
    """Send a delivery again, or all that were given up; receivers see the same id."""
    if bool(delivery) == given_up:
        raise InputError("Name a delivery, or say --given-up.")
    deliveries = Deliveries(context.database())
    if given_up:
        say(f"{deliveries.replay_given_up()} are sent again.")
        return
    say(f"{deliveries.replay(delivery).id} is sent again.")
