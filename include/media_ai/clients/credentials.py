"""
Who the product is to each service, one type per service.

The same fields come from MEDIA_AI_<SERVICE>_<FIELD> variables and from Airflow connections, and make the form of the connection.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from media_ai.clients.model_table import ModelFacts, facts_of, parse_table
from media_ai.errors import ConfigurationError

NO_SECRET = SecretStr("")


class Credentials(BaseModel):
    """
    The identity and address of one service; secrets never appear in `repr`.

    Attributes:
        service: Its name in variables: "oss" is MEDIA_AI_OSS_*.
        title: Its name for people.
        connection_type: The type of its Airflow connections.
        connection_id: The Airflow connection that is used when none is named.
        standard_fields: Airflow's own field ("host", "login", "password") -> the field here; all others are in "extra".
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    service: ClassVar[str]
    title: ClassVar[str]
    connection_type: ClassVar[str]
    connection_id: ClassVar[str]
    standard_fields: ClassVar[Mapping[str, str]] = {}


C = TypeVar("C", bound=Credentials)


class CredentialsOf(Protocol):
    """Returns a service's credentials, or raises ConfigurationError naming what to set."""

    def __call__(self, kind: type[C], /) -> C:
        """Return the credentials of the service."""
        ...


class OpenAICredentials(Credentials):
    """Any OpenAI-compatible server."""

    service = "openai"
    title = "OpenAI-compatible models"
    connection_type = "media_ai_openai"
    connection_id = "media_ai_openai"
    standard_fields = {"host": "base_url", "password": "api_key"}

    base_url: str = Field(default="https://api.openai.com/v1", title="Base URL")
    api_key: SecretStr = Field(default=NO_SECRET, title="API key")


class AlibabaCredentials(Credentials):
    """An Alibaba Cloud identity: an access key, and the role that it assumes if one is named."""

    standard_fields = {"host": "endpoint", "login": "key_id", "password": "secret"}

    region: str = Field(title="Region", description="Such as cn-shanghai.", pattern=r"^[a-z]{2}-[a-z]+(-[a-z0-9]+)*$")
    endpoint: str = Field(default="", title="Endpoint", description="Empty: the public endpoint of the region.")
    key_id: str = Field(min_length=1, title="Access key id")
    secret: SecretStr = Field(title="Access key secret")
    security_token: SecretStr = Field(
        default=NO_SECRET, title="STS token", description="Only with temporary keys; they are not renewed."
    )
    role_arn: str = Field(
        default="",
        title="Role to assume",
        description="acs:ram::ACCOUNT:role/NAME; its session is renewed before it ends.",
        pattern=r"^$|^acs:ram::\w+:role/[\w.-]+$",
    )
    sts_endpoint: str = Field(default="", title="STS endpoint", description="Empty: sts.REGION.aliyuncs.com.")

    @field_validator("secret")
    @classmethod
    def _has_secret(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value():
            raise ValueError("is empty")
        return value

    @field_validator("endpoint", "sts_endpoint", "public_endpoint", check_fields=False)
    @classmethod
    def _with_scheme(cls, value: str) -> str:
        if not value or value.startswith(("https://", "http://")):
            return value.rstrip("/")
        return f"https://{value.rstrip('/')}"


IDENTITY_FIELDS = ("key_id", "secret", "security_token", "role_arn", "sts_endpoint")


class OssCredentials(AlibabaCredentials):
    """Object Storage Service."""

    service = "oss"
    title = "Alibaba Cloud OSS"
    connection_type = "alibaba_oss"
    connection_id = "alibaba_oss_default"

    bucket: str = Field(default="", title="Bucket", description="The one that 'Test' uses; addresses name their own.")
    public_endpoint: str = Field(
        default="",
        title="Public endpoint or CNAME",
        description="What goes into signed links for models and browsers. Empty: the endpoint, without '-internal'.",
    )

    @property
    def io_endpoint(self) -> str:
        """The endpoint that this machine reads and writes through."""
        return self.endpoint or f"https://oss-{self.region}.aliyuncs.com"

    @property
    def link_endpoint(self) -> str:
        """The endpoint in signed links, which others must reach."""
        return self.public_endpoint or self.io_endpoint.replace("-internal.aliyuncs.com", ".aliyuncs.com")


class ModelStudioCredentials(Credentials):
    """Alibaba Cloud Model Studio (DashScope)."""

    service = "modelstudio"
    title = "Alibaba Cloud Model Studio"
    connection_type = "model_studio"
    connection_id = "model_studio_default"
    standard_fields = {"host": "base_url", "password": "api_key"}

    region: str = Field(default="cn-beijing", title="Region", description="The region that the key was made in.")
    api_key: SecretStr = Field(title="API key")
    workspace: str = Field(default="", title="Workspace id", description="Empty: the account's default workspace.")
    protocol: Literal["native", "openai"] = Field(default="native", title="Protocol")
    base_url: str = Field(default="", title="Base URL", description="Empty: that of the region and protocol.")
    models: str = Field(
        default="",
        title="Model table",
        description='Your limits, as JSON: {"qwen-plus": {"calls_per_minute": 600, "tokens_per_minute": 1000000}}.',
    )

    @field_validator("models")
    @classmethod
    def _is_table(cls, value: str) -> str:
        parse_table(value)
        return value

    @property
    def account(self) -> str:
        """A name for the key's account and region, for limits; tells nothing of the key."""
        return f"modelstudio:{self.region}:{hashlib.sha256(self.api_key.get_secret_value().encode()).hexdigest()[:12]}"

    def facts_of(self, model: str) -> ModelFacts:
        """Return what is known of a model."""
        return facts_of(model, parse_table(self.models))


class _SharedIdentity(AlibabaCredentials):
    """An identity that may be that of another connection."""

    identity: str = Field(
        default="",
        title="Identity of connection",
        description="Id of another Alibaba Cloud connection whose keys and role are used.",
    )
    callback_key: SecretStr = Field(
        default=NO_SECRET,
        title="Callback key",
        description="The authentication key that is set up with the service's callback to /media-ai/events/v1/.",
    )


class ImsCredentials(_SharedIdentity):
    """Intelligent Media Services (ICE)."""

    service = "ims"
    title = "Alibaba Cloud IMS"
    connection_type = "alibaba_ims"
    connection_id = "alibaba_ims_default"

    calls_per_second: float = Field(
        default=10,
        ge=0,
        le=10_000,
        title="Calls per second",
        description="Shared by all who use this key in this region; 0 is no limit.",
    )


class VodCredentials(_SharedIdentity):
    """ApsaraVideo VOD."""

    service = "vod"
    title = "Alibaba Cloud VOD"
    connection_type = "alibaba_vod"
    connection_id = "alibaba_vod_default"

    app_id: str = Field(default="app-1000000", title="AppId", pattern=r"^app-\d{7}$")
    calls_per_second: float = Field(
        default=30,
        gt=0,
        le=1000,
        title="Calls per second",
        description="All processes together; the lowest limit of VOD's operations on videos is 30.",
    )


ALL: tuple[type[Credentials], ...] = (
    OpenAICredentials,
    ModelStudioCredentials,
    OssCredentials,
    ImsCredentials,
    VodCredentials,
)


def service_named(name: str) -> type[Credentials]:
    """
    Return the type of a service's credentials.

    Raises:
        ConfigurationError: There is no such service.
    """
    found = next((kind for kind in ALL if kind.service == name), None)
    if found is None:
        raise ConfigurationError(f"'{name}' is no service; there are {', '.join(kind.service for kind in ALL)}.")
    return found


def read_credentials(kind: type[C], values: Mapping[str, Any], *, where: str) -> C:
    """
    Check what was found, ignoring fields that are empty.

    Args:
        where: The place of a field for messages, with "{field}": "MEDIA_AI_OSS_{FIELD}" or "connection 'x', field '{field}'".

    Raises:
        ConfigurationError: Names every field that is missing or wrong; never its value.
    """
    given = _filled(values)
    if wrong := wrong_fields(kind, given):
        sentences = "; ".join(f"{_place(where, name)}: {sentence}" for name, sentence in wrong.items())
        raise ConfigurationError(f"{kind.title}: {sentences}.")
    return kind.model_validate(given)


def wrong_fields(kind: type[Credentials], values: Mapping[str, Any]) -> dict[str, str]:
    """Return a sentence for each field that is missing or wrong; pydantic's own text would show the values."""
    try:
        kind.model_validate(_filled(values))
    except ValidationError as exc:
        errors = exc.errors(include_url=False, include_input=False)
        return {str(error["loc"][0]): _sentence(error["type"], error["msg"]) for error in errors if error["loc"]}
    return {}


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def _place(where: str, field: str) -> str:
    return where.replace("{FIELD}", field.upper()).replace("{field}", field)


def _sentence(code: str, message: str) -> str:
    known = {"missing": "is missing", "extra_forbidden": "is not a field; remove it"}
    return known.get(code) or message.removeprefix("Value error, ")
