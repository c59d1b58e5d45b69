"""Check any service's credentials with the calls that the product makes."""

from functools import singledispatch

from media_ai.clients.checks import Report
from media_ai.clients.credentials import (
    Credentials,
    ImsCredentials,
    ModelStudioCredentials,
    OpenAICredentials,
    OssCredentials,
    VodCredentials,
)


@singledispatch
def check_service(credentials: Credentials) -> Report:
    """Return what works with these credentials, permission by permission; raise ConfigurationError where they lack a field."""
    raise TypeError(f"there is no check of {type(credentials).__name__}")


@check_service.register
def _openai(credentials: OpenAICredentials) -> Report:
    from media_ai.clients.openai_compatible import check_openai

    return check_openai(credentials)


@check_service.register
def _model_studio(credentials: ModelStudioCredentials) -> Report:
    from media_ai.clients.model_studio_check import check_model_studio

    return check_model_studio(credentials)


@check_service.register
def _oss(credentials: OssCredentials) -> Report:
    from media_ai.clients.oss import OssClient
    from media_ai.clients.oss_check import check_oss

    return check_oss(OssClient(credentials))


@check_service.register
def _ims(credentials: ImsCredentials) -> Report:
    from media_ai.clients.ims import check_ims

    return check_ims(credentials)


@check_service.register
def _vod(credentials: VodCredentials) -> Report:
    from media_ai.clients.vod import check_vod

    return check_vod(credentials)
