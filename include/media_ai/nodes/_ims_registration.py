"""Registering with IMS exactly once, whatever gets lost on the way."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from media_ai.clients.ims_library import ImsMedia, is_duplicate
from media_ai.clients.ims_media import media_job
from media_ai.clients.ims_record import MediaRecord
from media_ai.clients.ims_rules import RegisterMedia
from media_ai.clients.remote import RemoteJob
from media_ai.errors import ConflictError, ErrorKind, ServiceError

if TYPE_CHECKING:
    from media_ai.nodes.register_ims_media import Policy

_SKEW = timedelta(seconds=30)
"""How far the service's clock may be from ours."""
_LOOKS_S = (0.0, 1.5, 3.0, 6.0)
"""Between looks for an asset that the service says is there: who registered it may have done so this second."""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """
    A request, and what happens if its address is registered already.

    The ClientToken makes the service answer a repeated request with the same MediaId. How long it remembers is not documented;
    what it has forgotten is found by the address.
    """

    request: RegisterMedia
    policy: "Policy"
    library: ImsMedia
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def submit(self) -> RemoteJob:
        """
        Register, or take the asset that has the address.

        Raises:
            ConflictError: The address is registered, and the policy is to fail.
            ServiceError: The service refused or failed.
        """
        try:
            return media_job(self.library.register(self.request), is_new=True)
        except ServiceError as exc:
            found = self._known(exc)
            if found is None:
                raise
        if self.policy == "fail":
            raise ConflictError(
                f"{self.request.input_url} is registered with IMS as {found.id}. Set 'already registered' to reuse, update or "
                "overwrite, or delete that asset."
            )
        return media_job(found.id, is_new=False)

    def recover(self, since: datetime) -> RemoteJob | None:
        """Return what a try that began at a time registered before its answer was lost; None sends the request again."""
        found = self.library.find(self.request.input_url)
        if found is None or found.reference_id != self.request.reference_id:
            return None
        is_ours = found.created is not None and found.created >= since - _SKEW
        return media_job(found.id, is_new=True) if is_ours else None

    def _known(self, error: ServiceError) -> MediaRecord | None:
        """Return the asset because of which the service refused, if that is the reason."""
        if error.kind not in {ErrorKind.INVALID, ErrorKind.CONFLICT} or _names_parameter(error):
            return None
        for pause in _LOOKS_S if is_duplicate(error) else (0.0,):
            self.sleep(pause)
            found = self.library.find(self.request.input_url)
            if found is not None:
                return found
        return None


def _names_parameter(error: ServiceError) -> bool:
    return error.code.startswith(("InvalidParameter", "MissingParameter")) and not is_duplicate(error)
