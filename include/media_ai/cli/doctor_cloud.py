"""What `media-ai doctor` says of the cloud services that are configured."""

from collections.abc import Callable, Iterator
from functools import partial

from media_ai.clients.credentials import (
    Credentials,
    ImsCredentials,
    ModelStudioCredentials,
    OssCredentials,
    VodCredentials,
)
from media_ai.clients.service_checks import check_service
from media_ai.errors import ErrorKind, ServiceError
from media_ai.settings import Settings


def cloud_checks(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield the name and the check of each service of which any variable is set."""
    for kind in (OssCredentials, ModelStudioCredentials, ImsCredentials, VodCredentials):
        if settings.has_credentials(kind):
            yield kind.title, partial(_run, kind, settings)


def _run(kind: type[Credentials], settings: Settings) -> str:
    report = check_service(settings.credentials_of(kind))
    if not report.is_ok:
        raise ServiceError("; ".join(map(str, report.checks)), service="cloud", code="check", kind=ErrorKind.INVALID)
    details = [check.detail for check in report.checks if check.detail]
    return ", ".join([", ".join(check.name for check in report.checks), *details])
