"""Invitations, resets, and what administrators do."""

import pytest

from media_ai.catalog.member_links import MemberLinks
from media_ai.errors import ConflictError, ErrorKind, InputError, MediaAIError, NotFoundError
from media_ai.members.invitations import FirstPerson, Invitations, first_link
from media_ai.members.managing import Managing
from media_ai.members.post import Post
from media_ai.members.resets import Resets
from media_ai.members.roles import OWNER, Role
from tests.accounts import HeldAccounts, Outbox

pytestmark = pytest.mark.postgres
BASE, GOOD = "https://media.example", "Sentinel-1!"


@pytest.fixture
def links(database) -> MemberLinks:
    return MemberLinks(database)


@pytest.fixture
def accounts() -> HeldAccounts:
    return HeldAccounts()


def invited(links, accounts, address="zoe@studio.example", *, role=Role.MEMBER, works=False):
    post = Post(base=BASE, mailer=Outbox(works=works))
    return Invitations(links, accounts).invite(
        post, name="Zoe", address=address, role=role, language="en", by="Ann"
    ), post


def token_of(url: str) -> str:
    assert url.startswith(f"{BASE}/media-ai/doors/")
    return url.partition("token=")[2]


def test_an_invitation_makes_the_account_that_it_is_for(links, accounts):
    """Its address and role; the name is the person's own to write."""
    sent, _ = invited(links, accounts, "Zoe@Studio.Example", role=Role.VIEWER)
    account = Invitations(links, accounts).accept(token_of(sent.url), name="Zoë K", password=GOOD)
    assert (account.address, account.roles, account.name) == ("zoe@studio.example", ("Media Viewer",), "Zoë K")


def test_weak_passwords_and_odd_names_leave_the_link_open(links, accounts):
    """The person tries again; nobody else has come in meanwhile."""
    sent, _ = invited(links, accounts)
    for name, password in [("Zoe", "weak"), ("a\r\nb", GOOD), ("", GOOD)]:
        with pytest.raises(InputError):
            Invitations(links, accounts).accept(token_of(sent.url), name=name, password=password)
    assert accounts.all() == []
    assert Invitations(links, accounts).accept(token_of(sent.url), name="Zoe", password=GOOD)


def test_members_are_not_invited_again(links, accounts):
    """Active or not."""
    zoe = accounts.make(address="zoe@studio.example", name="Zoe", role="User", password=None)
    with pytest.raises(ConflictError, match="is a member"):
        invited(links, accounts)
    accounts.deactivate(zoe.id)
    with pytest.raises(ConflictError, match="deactivated"):
        invited(links, accounts)


def test_with_a_mail_server_the_link_goes_by_mail_only(links, accounts):
    """Who invites does not see it."""
    sent, post = invited(links, accounts, works=True)
    assert sent.url is None
    (mail,) = post.mailer.mails
    assert mail.to == "zoe@studio.example" and "token=" in mail.text


def test_the_first_person_is_one(links, accounts):
    """The link makes an owner; with somebody in, there is no other and the old one opens nothing."""
    early = token_of(first_link(links, BASE, by="root"))
    token = token_of(first_link(links, BASE, by="root"))
    with pytest.raises(NotFoundError):
        FirstPerson(links, accounts).accept(early, name="Ann", address="ann@studio.example", password=GOOD)
    with pytest.raises(InputError):
        FirstPerson(links, accounts).accept(token, name="Ann", address="ann@studio.example", password="weak")
    ann = FirstPerson(links, accounts).accept(token, name="Ann", address="ann@studio.example", password=GOOD)
    assert ann.roles == (OWNER,)
    assert first_link(links, BASE, by="root") is None


def test_the_first_link_opens_nothing_when_somebody_was_invited_first(links, accounts):
    """Whoever comes first closes the door of the first."""
    token = token_of(first_link(links, BASE, by="root"))
    sent, _ = invited(links, accounts)
    Invitations(links, accounts).accept(token_of(sent.url), name="Zoe", password=GOOD)
    with pytest.raises(NotFoundError):
        FirstPerson(links, accounts).accept(token, name="Ann", address="ann@studio.example", password=GOOD)


def test_a_forgotten_password_is_mailed_to_members_only(links, accounts):
    """Unknown, deactivated and odd addresses get nothing, and nobody is told."""
    accounts.make(address="zoe@studio.example", name="Zoe", role="User", password=GOOD)
    gone = accounts.make(address="gone@studio.example", name="Gone", role="User", password=GOOD)
    accounts.deactivate(gone.id)
    outbox = Outbox(works=True)
    for address in ["ZOE@studio.example", "gone@studio.example", "nobody@studio.example", "x\r\ny", ""]:
        assert Resets(links, accounts).forgot(Post(base=BASE, mailer=outbox), address, language="zh") is None
    assert [mail.to for mail in outbox.mails] == ["zoe@studio.example"]


def test_a_link_of_an_administrator_lets_back_in_and_one_that_was_asked_for_does_not(links, accounts):
    """Deactivating ends links that are under way."""
    zoe = accounts.make(address="zoe@studio.example", name="Zoe", role="Media Member", password=GOOD)
    ann = accounts.make(address="ann@studio.example", name="Ann", role="Media Admin", password=GOOD)
    resets, outbox = Resets(links, accounts), Outbox(works=True)
    resets.forgot(Post(base=BASE, mailer=outbox), zoe.address, language="en")
    Managing(links, accounts).deactivate(ann, zoe.id)
    asked = outbox.mails[0].text.partition("token=")[2].split()[0]
    with pytest.raises(NotFoundError):
        resets.accept(asked, password=GOOD)
    sent = resets.make_link(Post(base=BASE, mailer=Outbox()), accounts.get(zoe.id), language="en", by="Ann")
    assert resets.accept(token_of(sent.url), password="Another-2!").is_active
    assert accounts.is_password(zoe.id, "Another-2!")


def test_nobody_locks_themselves_or_everybody_out(links, accounts):
    """Neither the actor nor the last administrator can be deactivated, and nobody changes their own role."""
    ann = accounts.make(address="ann@studio.example", name="Ann", role="Media Admin", password=GOOD)
    managing = Managing(links, accounts)
    for change in (lambda: managing.deactivate(ann, ann.id), lambda: managing.set_role(ann, ann.id, Role.VIEWER)):
        with pytest.raises(ConflictError):
            change()
    bob = accounts.make(address="bob@studio.example", name="Bob", role="Media Admin", password=GOOD)
    accounts.deactivate(ann.id)
    with pytest.raises(ConflictError, match="last administrator"):
        managing.deactivate(ann, bob.id)


def test_nobody_reaches_above_their_role(links, accounts):
    """A product's administrator changes no account with a role of Airflow's own; an owner does."""
    owner = accounts.make(address="own@studio.example", name="Own", role=OWNER, password=GOOD)
    ann = accounts.make(address="ann@studio.example", name="Ann", role="Media Admin", password=GOOD)
    op = accounts.make(address="op@studio.example", name="Op", role="Op", password=GOOD)
    managing = Managing(links, accounts)
    for target in (owner, op):
        with pytest.raises(MediaAIError) as caught:
            managing.deactivate(ann, target.id)
        assert caught.value.kind is ErrorKind.PERMISSION
    assert not managing.deactivate(owner, op.id).is_active
