"""One-time links."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from media_ai.catalog.member_links import LinkKind, MemberLinks
from media_ai.errors import NotFoundError

pytestmark = pytest.mark.postgres
WEEK = timedelta(days=7)


@pytest.fixture
def links(database) -> MemberLinks:
    return MemberLinks(database)


def invite(links, address="zoe@x.example", valid_for=WEEK):
    return links.issue(
        LinkKind.INVITATION, valid_for=valid_for, address=address, name="Zoe", role="Media Member", by="ann"
    )


def test_a_link_is_used_once(links):
    """Reading leaves it; using it does not."""
    link, token = invite(links)
    assert links.read(LinkKind.INVITATION, token) == link
    with links.use(LinkKind.INVITATION, token) as used:
        assert used == link
    with pytest.raises(NotFoundError, match="opens nothing"):
        links.read(LinkKind.INVITATION, token)
    with pytest.raises(NotFoundError), links.use(LinkKind.INVITATION, token):
        pytest.fail("used twice")


def test_what_fails_leaves_the_link_open(links):
    """An account that could not be made costs nobody the invitation."""
    _, token = invite(links)
    with pytest.raises(ZeroDivisionError), links.use(LinkKind.INVITATION, token):
        1 / 0  # noqa: B018
    with links.use(LinkKind.INVITATION, token):
        pass


def test_two_who_come_at_once_are_one(links):
    """The second waits for the first, and then has nothing."""
    _, token = invite(links)
    both = threading.Barrier(2)
    done = []

    def come(_):
        both.wait()
        try:
            with links.use(LinkKind.INVITATION, token):
                done.append(1)
                return True
        except NotFoundError:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(come, range(2))) == [False, True]
    assert done == [1]


def test_a_token_opens_its_own_kind_only(links):
    """An invitation's token is no reset's; a guess, a long text and odd characters open nothing."""
    _, token = invite(links)
    for kind, wrong in [(LinkKind.RESET, token), (LinkKind.INVITATION, token[:-1]), (LinkKind.INVITATION, ""),
                        (LinkKind.INVITATION, token * 100), (LinkKind.INVITATION, "é'\ud800")]:  # fmt: skip
        with pytest.raises(NotFoundError):
            links.read(kind, wrong)


def test_a_link_ends(links):
    """By its time, by a newer one for the address, by being revoked."""
    _, late = invite(links, valid_for=timedelta(seconds=-1))
    _, old = invite(links)
    _, new = invite(links)
    other, token = invite(links, address="bob@x.example")
    links.revoke_invitation(other.id)
    for ended in (late, old, token):
        with pytest.raises(NotFoundError):
            links.read(LinkKind.INVITATION, ended)
    assert [link.address for link in links.invitations()] == ["zoe@x.example"]
    links.revoke_of("zoe@x.example")
    with pytest.raises(NotFoundError):
        links.read(LinkKind.INVITATION, new)
    with pytest.raises(NotFoundError, match="no open invitation"):
        links.revoke_invitation(other.id)


def test_many_invitations_at_once_leave_one(links):
    """Who clicks twice has one that works."""
    with ThreadPoolExecutor(8) as pool:
        tokens = [token for _, token in pool.map(lambda _: invite(links), range(8))]
    assert len(links.invitations()) == 1
    opened = 0
    for token in tokens:
        try:
            links.read(LinkKind.INVITATION, token)
            opened += 1
        except NotFoundError:
            pass
    assert opened == 1


def test_no_token_is_in_the_database(links, database):
    """Who reads the tables opens nothing."""
    _, token = invite(links)
    with database.transaction() as connection:
        row = connection.execute(text("SELECT m::text FROM media_ai.member_links m")).scalar_one()
    assert token not in row


def test_somebody_has_come_when_an_invitation_or_the_first_link_was_used(links):
    """A reset brings nobody new."""
    _, reset = links.issue(LinkKind.RESET, valid_for=WEEK, address="admin")
    with links.use(LinkKind.RESET, reset):
        pass
    assert not links.has_anybody_come()
    _, first = links.issue(LinkKind.FIRST, valid_for=WEEK)
    with links.use(LinkKind.FIRST, first):
        pass
    assert links.has_anybody_come()
