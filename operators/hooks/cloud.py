"""The connections to Alibaba Cloud: each hook gives a client, and its test says what works, permission by permission."""

from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseHook

from media_ai.clients.checks import Report
from media_ai.clients.credentials import (
    Credentials,
    ImsCredentials,
    ModelStudioCredentials,
    OssCredentials,
    VodCredentials,
)
from media_ai.errors import MediaAIError
from operators.credentials import from_connection

if TYPE_CHECKING:
    from media_ai.clients.oss import OssClient


class _CloudHook(BaseHook):
    """What the hooks share: the credentials of the connection, and the form of the test's answer."""

    conn_name_attr = "conn_id"
    kind: ClassVar[type[Credentials]]

    def __init__(self, conn_id: str = "") -> None:
        super().__init__()
        self.conn_id = conn_id or self.kind.connection_id

    def test_connection(self) -> tuple[bool, str]:
        """Make the calls that the product makes; return whether all work, and a line for each."""
        try:
            report = self.check()
        except MediaAIError as exc:
            return False, exc.message
        return report.is_ok, str(report)

    def check(self) -> Report:
        """Make the calls that the product makes."""
        from media_ai.clients.service_checks import check_service

        return check_service(from_connection(self.kind, self.get_connection(self.conn_id)))


class OssHook(_CloudHook):
    """Object storage: `OssHook("alibaba_oss_default").client("bucket").read("key")`."""

    kind = OssCredentials
    conn_type = OssCredentials.connection_type
    default_conn_name = OssCredentials.connection_id
    hook_name = OssCredentials.title

    def client(self, bucket: str = "") -> "OssClient":
        """Return a client of a bucket, or of the connection's."""
        from media_ai.clients.oss import OssClient

        return OssClient(from_connection(OssCredentials, self.get_connection(self.conn_id)), bucket)


class ModelStudioHook(_CloudHook):
    """Models: `with ModelStudioHook().client() as client: client.chat.completions.create(...)`."""

    kind = ModelStudioCredentials
    conn_type = ModelStudioCredentials.connection_type
    default_conn_name = ModelStudioCredentials.connection_id
    hook_name = ModelStudioCredentials.title

    def client(self) -> Any:
        """Return dashscope's client of the connection's region, protocol and workspace."""
        from media_ai.clients.model_studio_access import open_model_studio

        return open_model_studio(from_connection(ModelStudioCredentials, self.get_connection(self.conn_id)))


class ImsHook(_CloudHook):
    """Intelligent Media Services."""

    kind = ImsCredentials
    conn_type = ImsCredentials.connection_type
    default_conn_name = ImsCredentials.connection_id
    hook_name = ImsCredentials.title

    def client(self) -> Any:
        """Return the SDK's client."""
        from media_ai.clients.ims import open_ims

        return open_ims(from_connection(ImsCredentials, self.get_connection(self.conn_id)))


class VodHook(_CloudHook):
    """ApsaraVideo VOD."""

    kind = VodCredentials
    conn_type = VodCredentials.connection_type
    default_conn_name = VodCredentials.connection_id
    hook_name = VodCredentials.title

    def client(self) -> Any:
        """Return the SDK's client."""
        from media_ai.clients.vod import open_vod

        return open_vod(from_connection(VodCredentials, self.get_connection(self.conn_id)))
