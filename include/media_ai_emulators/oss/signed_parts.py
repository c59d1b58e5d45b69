"""The parts of OSS's signatures as callers write them. What is malformed is refused."""

import re
from email.utils import parsedate_to_datetime

from media_ai_emulators.clock import from_iso, is_skewed
from media_ai_emulators.oss import signature_v4
from media_ai_emulators.oss.errors import refusal


def fields(text: str) -> dict[str, str]:
    """Return the name=value pairs of an Authorization header."""
    # oss2 writes "Credential=…, Signature=…", alibabacloud-oss-v2 the same without the space.
    return dict(re.findall(r"(\w+)=([^,\s]+)", text))


def names(text: str) -> tuple[str, ...]:
    """Return the header names in a list divided by semicolons."""
    return tuple(name.lower() for name in text.split(";") if name)


def credential(text: str) -> tuple[str, signature_v4.Scope]:
    """Return (key id, scope) of a V4 credential."""
    parts = text.split("/")
    if len(parts) != 5 or parts[4] != "aliyun_v4_request":
        raise refusal(400, "InvalidArgument", "The credential must be id/date/region/oss/aliyun_v4_request.")
    return parts[0], signature_v4.Scope(date=parts[1], region=parts[2], product=parts[3])


def v4_time(date_time: str) -> float:
    """Return the POSIX time of x-oss-date."""
    try:
        return from_iso(date_time)
    except ValueError:
        raise refusal(403, "AccessDenied", "OSS authentication requires a valid Date.") from None


def v1_time(date: str) -> float:
    """Return the POSIX time of the Date header."""
    try:
        return from_iso(date) if "T" in date and date.endswith("Z") else parsedate_to_datetime(date).timestamp()
    except ValueError:
        raise refusal(403, "AccessDenied", "OSS authentication requires a valid Date.") from None


def check_skew(at: float) -> None:
    """Refuse a caller whose clock is off."""
    if is_skewed(at):
        raise refusal(403, "RequestTimeTooSkewed")
