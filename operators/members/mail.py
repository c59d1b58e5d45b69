"""Mail through Airflow's connection `smtp_default`."""

import smtplib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

from airflow.providers.smtp.hooks.smtp import SmtpHook
from airflow.sdk.exceptions import AirflowException

from media_ai.errors import ErrorKind, ServiceError
from media_ai.members.identity import sending_address
from media_ai.members.mails import PRODUCT, Mail
from operators.connection_lookup import find_connection

CONNECTION = "smtp_default"


class SmtpMailer:
    """A Mailer (media_ai.members.mails)."""

    def send(self, mail: Mail) -> bool:
        """Send a mail, if the connection is there; raise ServiceError if it cannot."""
        if find_connection(CONNECTION) is None:
            return False
        try:
            with SmtpHook(CONNECTION) as hook:
                # The hook's own method sends HTML without text beside it.
                hook._smtp_client.send_message(_message(mail, hook.from_email or ""))  # type: ignore[union-attr]
        except (smtplib.SMTPException, OSError, ValueError, AirflowException) as exc:
            raise ServiceError(
                f"The mail server of the connection '{CONNECTION}' did not take the mail ({type(exc).__name__}).",
                service="smtp", code=type(exc).__name__, kind=ErrorKind.TRANSIENT,
            ) from exc  # fmt: skip
        return True


def _message(mail: Mail, sender: str) -> EmailMessage:
    if not sender:
        raise ValueError(f"The connection '{CONNECTION}' says no 'From email'.")
    message = EmailMessage(policy=SMTP)
    # The policy refuses line ends in headers.
    message["Subject"] = mail.subject
    message["From"] = Address(PRODUCT, addr_spec=sending_address(sender))
    message["To"] = Address(addr_spec=sending_address(mail.to))
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="media-ai")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message
