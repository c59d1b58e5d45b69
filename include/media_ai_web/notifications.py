"""Notifications: where they go, who is told of what, and what came of each."""

from typing import Annotated

from fastapi import Depends, Query, Request

from media_ai.catalog.deliveries import Deliveries
from media_ai.catalog.receivers import Receivers
from media_ai.model.notifications import DeliveryState
from media_ai.notifications.managing import Endpoints
from media_ai_web.notification_views import (
    DeliveryPage,
    DeliveryView,
    EndpointChange,
    EndpointView,
    Id,
    NewEndpoint,
    NewEndpointView,
    NewRule,
    Replayed,
    ReplayWish,
    RuleView,
    Secret,
)
from media_ai_web.paging import Cursor, Limit, read_cursor, write_cursor
from media_ai_web.permissions import Caller, Permission, needs
from media_ai_web.routing import apart, make_router, problems
from media_ai_web.services import Conf, Db

router = make_router("Notifications")
_READ = [Depends(needs(Permission.READ_TASKS))]
_KEEP = [Depends(needs(Permission.CHANGE_SETTINGS))]
Keeper = Annotated[Caller, Depends(needs(Permission.CHANGE_SETTINGS))]


async def _endpoints(request: Request, database: Db, conf: Conf) -> Endpoints:
    return Endpoints(database, request.app.state.cipher, conf.notify_networks)


EndpointsOf = Annotated[Endpoints, Depends(_endpoints)]


@router.get("/notifications/endpoints", summary="List endpoints of notifications", dependencies=_READ)
@apart
def list_endpoints(database: Db) -> list[EndpointView]:
    """Return where notifications can go; whoever starts a task may choose among them."""
    return [EndpointView.of(endpoint) for endpoint in Receivers(database).endpoints()]


@router.post("/notifications/endpoints", status_code=201, summary="Add an endpoint", responses=problems(409))
@apart
def add_endpoint(given: NewEndpoint, endpoints: EndpointsOf, caller: Keeper) -> NewEndpointView:
    """Add a web address or an e-mail address; keep the secret, it is told once."""
    made, secret = endpoints.add(**given.model_dump(), by=caller.name)
    return NewEndpointView(**EndpointView.of(made).model_dump(), secret=secret)


@router.patch(
    "/notifications/endpoints/{endpoint_id}",
    summary="Change an endpoint",
    dependencies=_KEEP,
    responses=problems(404, 409),
)
@apart
def change_endpoint(endpoint_id: Id, given: EndpointChange, endpoints: EndpointsOf) -> EndpointView:
    """Change where or how it is told, or switch it off and on."""
    return EndpointView.of(endpoints.change(endpoint_id, given.model_dump(exclude_unset=True)))


@router.post(
    "/notifications/endpoints/{endpoint_id}/secret",
    summary="Renew the secret of an endpoint",
    dependencies=_KEEP,
    responses=problems(404, 409),
)
@apart
def renew_endpoint_secret(endpoint_id: Id, endpoints: EndpointsOf) -> Secret:
    """Sign with a new secret from now on, and tell it once."""
    return Secret(secret=endpoints.renew_secret(endpoint_id))


@router.post(
    "/notifications/endpoints/{endpoint_id}/test",
    status_code=202,
    summary="Test an endpoint",
    responses=problems(404, 409),
)
@apart
def try_endpoint(endpoint_id: Id, endpoints: EndpointsOf, caller: Keeper) -> DeliveryView:
    """Send a test, as all else is sent; the delivery tells within seconds what came of it."""
    return DeliveryView.of(endpoints.test(endpoint_id, by=caller.name))


@router.delete(
    "/notifications/endpoints/{endpoint_id}",
    status_code=204,
    summary="Delete an endpoint",
    dependencies=_KEEP,
    responses=problems(404),
)
@apart
def delete_endpoint(endpoint_id: Id, database: Db) -> None:
    """Delete it with its rules and deliveries."""
    Receivers(database).remove(endpoint_id)


@router.get("/notifications/rules", summary="List rules of notifications", dependencies=_KEEP)
@apart
def list_rules(database: Db) -> list[RuleView]:
    """Return the rules of everything and of workflows; those of single tasks are made with the task."""
    return [RuleView.of(rule) for rule in Receivers(database).rules()]


@router.put("/notifications/rules", summary="Set a rule", responses=problems(404))
@apart
def set_rule(given: NewRule, database: Db, caller: Keeper) -> RuleView:
    """Have an endpoint told of events of a workflow, or of everything."""
    receivers = Receivers(database)
    return RuleView.of(receivers.set_rule(given.endpoint_id, given.events, dag_id=given.workflow, by=caller.name))


@router.delete(
    "/notifications/rules/{rule_id}",
    status_code=204,
    summary="Delete a rule",
    dependencies=_KEEP,
    responses=problems(404),
)
@apart
def delete_rule(rule_id: Id, database: Db) -> None:
    """Have nobody told by it any more."""
    Receivers(database).remove_rule(rule_id)


@router.get("/notifications/deliveries", summary="List deliveries", dependencies=_KEEP)
@apart
def list_deliveries(
    database: Db,
    state: DeliveryState | None = None,
    endpoint_id: Annotated[str | None, Query(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DeliveryPage:
    """Return what was sent and what waits, the newest first."""
    place = read_cursor(cursor, names=1)
    after = (place[0], place[1][0]) if place else None
    found = Deliveries(database).list(state=state, endpoint_id=endpoint_id, after=after, limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return DeliveryPage(
        deliveries=[DeliveryView.of(each) for each in found[:limit]],
        next_cursor=write_cursor(last.occurred_at, last.id) if last else None,
    )


@router.post(
    "/notifications/deliveries/{delivery_id}/replay",
    summary="Send a delivery again",
    dependencies=_KEEP,
    responses=problems(404),
)
@apart
def replay_delivery(delivery_id: Id, database: Db) -> DeliveryView:
    """Try again from the start, with the same id; one that had arrived is sent again too."""
    return DeliveryView.of(Deliveries(database).replay(delivery_id))


@router.post("/notifications/replay", summary="Send all again that were given up", dependencies=_KEEP)
@apart
def replay_deliveries(given: ReplayWish, database: Db) -> Replayed:
    """Try all deliveries again that were given up, of one endpoint or of all."""
    return Replayed(replayed=Deliveries(database).replay_given_up(endpoint_id=given.endpoint_id))
