"""Brings links to people: by mail where there is a way to send any, else to who asked for them."""

import logging
from dataclasses import dataclass
from urllib.parse import urlencode

from media_ai.catalog.member_links import LinkKind, MemberLink
from media_ai.errors import ServiceError
from media_ai.members.mails import Mail, Mailer, invitation_mail, reset_mail

log = logging.getLogger(__name__)

DOORS = "/media-ai/doors"
PAGES = {LinkKind.INVITATION: "invitation", LinkKind.RESET: "reset", LinkKind.FIRST: "first"}


@dataclass(frozen=True, kw_only=True)
class Sent:
    """
    A link that was made.

    Attributes:
        url: Where it leads; None if it went by mail. It is told once.
        trouble: Why the mail did not go, if it was tried.
    """

    link: MemberLink
    url: str | None
    trouble: str = ""


def url_of(base: str, kind: LinkKind, token: str) -> str:
    """Return the address of a link's page. The parameter's name keeps its value out of Airflow's log of requests."""
    return f"{base.rstrip('/')}{DOORS}/{PAGES[kind]}?{urlencode({'token': token})}"


@dataclass(frozen=True, kw_only=True)
class Post:
    """
    Writes links and mails them.

    Attributes:
        base: The address that people reach the web server at. A mail that a stranger has sent never takes it from the
            stranger's request, which could name any server.
    """

    base: str
    mailer: Mailer

    def invite(self, link: MemberLink, token: str) -> Sent:
        """Bring an invitation to who is invited, or to the caller."""
        url = url_of(self.base, link.kind, token)
        mail = invitation_mail(to=link.address, name=link.name, by=link.created_by, link=url, language=link.language)
        return self._sent(link, url, mail)

    def reset(self, link: MemberLink, token: str) -> Sent:
        """Bring a link for a new password to its account's owner, or to the caller."""
        url = url_of(self.base, link.kind, token)
        return self._sent(link, url, reset_mail(to=link.address, name=link.name, link=url, language=link.language))

    def _sent(self, link: MemberLink, url: str, mail: Mail) -> Sent:
        try:
            is_sent = self.mailer.send(mail)
        except ServiceError as exc:
            log.warning("The mail to a member could not be sent: %s", exc.message)
            return Sent(link=link, url=url, trouble=exc.message)
        return Sent(link=link, url=None if is_sent else url)
