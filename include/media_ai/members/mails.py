"""The mails of the doors, as text and as HTML, in the language of who reads them."""

from dataclasses import dataclass
from html import escape
from typing import Protocol

from media_ai.members.identity import Language

PRODUCT = "Media AI"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail to one person."""

    to: str
    subject: str
    text: str
    html: str


class Mailer(Protocol):
    """Sends mails, where the deployment has a way to."""

    def send(self, mail: Mail) -> bool:
        """
        Send a mail; return whether there is a way to send any.

        Raises:
            ServiceError: The mail server refuses, or does not answer.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class _Words:
    subject: str
    hello: str
    lines: tuple[str, ...]
    button: str
    ending: str


_INVITATION: dict[Language, _Words] = {
    "en": _Words(
        subject=f"{{by}} invites you to {PRODUCT}",
        hello="Hello {name},",
        lines=(f"{{by}} invites you to {PRODUCT}.", "Choose a password, and you are in."),
        button="Accept the invitation",
        ending="The link works once, for you only, within 7 days. If you did not expect it, leave it be.",
    ),
    "zh": _Words(
        subject=f"{{by}} 邀请您加入 {PRODUCT}",
        hello="{name}，您好：",
        lines=(f"{{by}} 邀请您加入 {PRODUCT}。", "设置密码后即可使用。"),
        button="接受邀请",
        ending="该链接仅供您本人使用一次，7 天内有效。如果您并不知情，请忽略这封邮件。",
    ),
}
_RESET: dict[Language, _Words] = {
    "en": _Words(
        subject=f"A new password for {PRODUCT}",
        hello="Hello {name},",
        lines=(f"somebody asked for a new password of your account in {PRODUCT}.",),
        button="Choose a new password",
        ending="The link works once, within 30 minutes. If it was not you, leave it be: nothing has changed.",
    ),
    "zh": _Words(
        subject=f"重置 {PRODUCT} 密码",
        hello="{name}，您好：",
        lines=(f"有人请求重置您在 {PRODUCT} 的账号密码。",),
        button="设置新密码",
        ending="该链接仅可使用一次，30 分钟内有效。如果不是您本人操作，请忽略这封邮件，您的密码不会改变。",
    ),
}


def invitation_mail(*, to: str, name: str, by: str, link: str, language: str) -> Mail:
    """Return the mail that invites somebody."""
    return _mail(_INVITATION[_known(language)], to=to, name=name, by=by, link=link)


def reset_mail(*, to: str, name: str, link: str, language: str) -> Mail:
    """Return the mail with which somebody chooses a new password."""
    return _mail(_RESET[_known(language)], to=to, name=name, by="", link=link)


def _known(language: str) -> Language:
    return "zh" if language.startswith("zh") else "en"


def _mail(words: _Words, *, to: str, name: str, by: str, link: str) -> Mail:
    # Names are data: they are put in last, and nothing in them is read as a placeholder.
    hello, subject, *lines = (_filled(line, name, by) for line in (words.hello, words.subject, *words.lines))
    text = "\n\n".join([hello, "\n".join(lines), f"{words.button}:\n{link}", words.ending]) + "\n"
    return Mail(to=to, subject=subject, text=text, html=_page(hello, lines, words, link))


def _filled(line: str, name: str, by: str) -> str:
    return "".join({"{name}": name, "{by}": by}.get(part, part) for part in _split(line))


def _split(line: str) -> list[str]:
    parts: list[str] = []
    for piece in line.split("{"):
        head, closed, tail = piece.partition("}")
        parts += [f"{{{head}}}", tail] if closed else [piece]
    return parts


def _page(hello: str, lines: list[str], words: _Words, link: str) -> str:
    style = (
        "background:#3c5b89;border-radius:6px;color:#ffffff;display:inline-block;padding:10px 18px;text-decoration:none"
    )
    return (
        '<!doctype html><html><head><meta charset="utf-8"></head>'
        '<body style="color:#18181b;font-family:Inter,system-ui,sans-serif;font-size:15px;line-height:1.5;margin:24px">'
        f"<p>{escape(hello)}</p><p>{'<br>'.join(escape(line) for line in lines)}</p>"
        f'<p><a href="{escape(link)}" style="{style}">{escape(words.button)}</a></p>'
        f'<p style="color:#52525b;font-size:13px">{escape(words.ending)}<br>{escape(link)}</p></body></html>\n'
    )
