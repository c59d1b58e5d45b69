"""What `media-ai doctor` says of the cloud services that are configured."""

from collections.abc import Callable, Iterator
from functools import partial

from media_ai.clients.checks import Report
from media_ai.clients.credentials import ImsCredentials, ModelStudioCredentials, OssCredentials, VodCredentials
from media_ai.errors import ErrorKind, ServiceError
from media_ai.settings import Settings


def cloud_checks(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield the name and the check of each service of which any variable is set."""
    for kind, check in (
        (OssCredentials, _oss),
        (ModelStudioCredentials, _model_studio),
        (ImsCredentials, _ims),
        (VodCredentials, _vod),
    ):
        if settings.has_credentials(kind):
            yield kind.title, partial(_run, check, settings)


def _run(check: Callable[[Settings], Report], settings: Settings) -> str:
    report = check(settings)
    if not report.is_ok:
        raise ServiceError("; ".join(map(str, report.checks)), service="cloud", code="check", kind=ErrorKind.INVALID)
    details = [check.detail for check in report.checks if check.detail]
    return ", ".join([", ".join(check.name for check in report.checks), *details])


def _oss(settings: Settings) -> Report:
    from media_ai.clients.oss import OssClient
    from media_ai.clients.oss_check import check_oss

    return check_oss(OssClient(settings.credentials_of(OssCredentials)))


def _model_studio(settings: Settings) -> Report:
    from media_ai.clients.model_studio_check import check_model_studio

    return check_model_studio(settings.credentials_of(ModelStudioCredentials))


def _ims(settings: Settings) -> Report:
    from media_ai.clients.ims import check_ims

    return check_ims(settings.credentials_of(ImsCredentials))


def _vod(settings: Settings) -> Report:
    from media_ai.clients.vod import check_vod

    return check_vod(settings.credentials_of(VodCredentials))
