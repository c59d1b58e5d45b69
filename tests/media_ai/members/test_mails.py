"""Mails of the doors."""

from media_ai.members.mails import invitation_mail, reset_mail

LINK = "https://media.example/media-ai/doors/invitation?token=a&b"


def test_names_in_mails_are_data():
    """Markup and placeholders in a name are shown as they are, and mean nothing."""
    mail = invitation_mail(to="a@x.example", name="<b>{by}</b>", by="{name} & Co", link=LINK, language="en")
    assert "Hello <b>{by}</b>," in mail.text and "{name} & Co invites you" in mail.text
    assert "&lt;b&gt;{by}&lt;/b&gt;" in mail.html and "<b>" not in mail.html
    assert mail.subject == "{name} & Co invites you to Media AI"


def test_mails_are_in_the_language_of_the_invitation():
    """English, Chinese, and English where there is no other; the link is in both parts."""
    for language, word in (("zh", "接受邀请"), ("zh-CN", "接受邀请"), ("en", "Accept"), ("fr", "Accept")):
        mail = invitation_mail(to="a@x.example", name="A", by="B", link=LINK, language=language)
        assert word in mail.text and LINK in mail.text
        assert word in mail.html and LINK.replace("&", "&amp;") in mail.html
    assert "30" in reset_mail(to="a@x.example", name="A", link=LINK, language="zh").text
