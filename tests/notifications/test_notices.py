"""From an event to the people it concerns: who is told, who is not, once, and in whose words."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from communities.actions.membership.arrivals import accept_request, refuse_request, request_membership
from communities.actions.membership.invitations import invite_member
from communities.enums import MembershipState, Role
from communities.models import Membership
from core.actions.mail import send_mails
from core.actions.outbox import deliver_outbox
from core.kinds import kinds
from core.models import Mail, OutboxEvent
from feed.actions.answers import accept_answer
from feed.actions.comments import publish_comment
from feed.actions.subscriptions import set_subscription
from feed.enums import SubscriptionState
from notifications.models import Notification
from notifications.unread import UNREAD_MAX, unread_count
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, PartnerRequestFactory, member_of
from tests.factories.feed import PostFactory, subscribe
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def badges(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Whose bells were moved."""
    moved: list[list[int]] = []
    monkeypatch.setattr("notifications.live.tell_badges", lambda people: moved.append(list(people)))
    monkeypatch.setattr("notifications.live.tell_pages", lambda lives: list(lives))
    return moved


@pytest.fixture
def thread() -> Any:
    """A question by a member of a community."""
    community = CommunityFactory(on_request=True)
    return PostFactory(question=True, community=community, author=member_of(community))


def kinds_told(person: Any) -> list[str]:
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True))


def test_every_kind_says_what_it_is_about() -> None:
    for kind in kinds.values():
        assert kind.model
        assert kind.needed()


def test_follower_is_told_of_an_answer_and_its_author_is_not(thread: Any, badges: list[list[int]]) -> None:
    subscribe(thread.author, thread)
    colleague = member_of(thread.community)
    publish_comment(actor=colleague, target=thread, body="<p>Oui, chez Papyrus.</p>")
    deliver_outbox()
    assert kinds_told(thread.author) == ["feed.comment"]
    assert kinds_told(colleague) == []
    assert badges[0] == [thread.author.pk]


def test_who_muted_the_thread_is_told_nothing_more(thread: Any) -> None:
    subscribe(thread.author, thread)
    set_subscription(actor=thread.author, target=thread, state=SubscriptionState.MUTED)
    publish_comment(actor=member_of(thread.community), target=thread, body="<p>Oui.</p>")
    deliver_outbox()
    assert kinds_told(thread.author) == []


def test_author_of_the_accepted_answer_is_told(thread: Any) -> None:
    colleague = member_of(thread.community)
    answer = publish_comment(actor=colleague, target=thread, body="<p>Oui.</p>")
    accept_answer(actor=thread.author, post=thread, comment=answer)
    deliver_outbox()
    assert kinds_told(colleague) == ["feed.accepted"]


def test_follower_who_left_or_whose_account_closed_is_not_told(thread: Any) -> None:
    left, closed = member_of(thread.community), member_of(thread.community)
    for person in (left, closed):
        subscribe(person, thread)
    Membership.objects.filter(person=left).update(state=MembershipState.LEFT)
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    publish_comment(actor=thread.author, target=thread, body="<p>Une précision.</p>")
    deliver_outbox()
    assert kinds_told(left) == kinds_told(closed) == []


def test_event_delivered_twice_is_told_once_and_written_once() -> None:
    community = CommunityFactory(on_request=True)
    animator = member_of(community, Role.ANIMATOR)
    person = UserFactory()
    invite_member(actor=animator, community=community, person=person)
    row = OutboxEvent.objects.order_by("-pk")[0]
    again = {"key": row.key, "name": row.name, "payload": row.payload}
    deliver_outbox()
    OutboxEvent.objects.create(**again)
    deliver_outbox()
    assert kinds_told(person) == ["communities.invited"]
    assert Mail.objects.filter(to=person.email).count() == 1


def test_transactional_news_leaves_by_mail_in_the_language_of_its_reader(mailoutbox: list[Any]) -> None:
    community = CommunityFactory(on_request=True)
    animator = member_of(community, Role.ANIMATOR, first_name="Awa", last_name="Konaté")
    person = UserFactory(language="en")
    invite_member(actor=animator, community=community, person=person)
    deliver_outbox()
    send_mails()
    [mail] = mailoutbox
    assert mail.to == [person.email]
    assert "Awa Konaté" in mail.subject
    assert community.name in mail.body
    assert mail.alternatives[0].mimetype == "text/html"
    assert 'lang="en"' in mail.alternatives[0].content
    assert community.get_absolute_url() in mail.body


def test_comment_leaves_no_mail(thread: Any) -> None:
    subscribe(thread.author, thread)
    publish_comment(actor=member_of(thread.community), target=thread, body="<p>Oui.</p>")
    deliver_outbox()
    assert not Mail.objects.exists()


def test_request_is_told_to_the_team_alone_and_its_outcome_to_the_person() -> None:
    community = CommunityFactory(on_request=True)
    animator, moderator = member_of(community, Role.ANIMATOR), member_of(community, Role.MODERATOR)
    member, admitted, refused = member_of(community), UserFactory(), UserFactory()
    for person in (admitted, refused):
        request_membership(actor=person, community=community)
    deliver_outbox()
    accept_request(actor=animator, community=community, person=admitted)
    refuse_request(actor=moderator, community=community, person=refused, reason="Réservée aux acheteurs.")
    deliver_outbox()
    assert kinds_told(animator) == kinds_told(moderator) == ["communities.requested"] * 2
    assert kinds_told(member) == []
    assert kinds_told(admitted) == ["communities.admitted"]
    assert kinds_told(refused) == ["communities.refused"]
    assert set(Mail.objects.values_list("to", flat=True)) == {admitted.email, refused.email}


def test_news_of_what_one_may_no_longer_see_is_neither_counted_nor_listed(thread: Any, client_of: Any) -> None:
    reader = member_of(thread.community)
    subscribe(reader, thread)
    publish_comment(actor=thread.author, target=thread, body="<p>Une précision.</p>")
    deliver_outbox()
    notification = Notification.objects.get(recipient=reader)
    client = client_of(reader)
    assert unread_count(reader) == 1
    assert thread.title in client.page("/notifications/").text

    Membership.objects.filter(person=reader).update(state=MembershipState.LEFT)
    assert unread_count(reader) == 0
    page = client.page("/notifications/")
    assert thread.title not in page.text
    assert page.select_one(".empty")
    for address in (f"/notifications/{notification.pk}/open/",):
        assert client.get(address).status_code == 404
    assert client.post(f"/notifications/{notification.pk}/read/").status_code == 404


def test_news_of_a_deleted_comment_goes_with_it_and_comes_back(thread: Any) -> None:
    subscribe(thread.author, thread)
    comment = publish_comment(actor=member_of(thread.community), target=thread, body="<p>Oui.</p>")
    deliver_outbox()
    assert unread_count(thread.author) == 1
    type(comment).objects.filter(pk=comment.pk).update(deleted_at=comment.created_at)
    assert unread_count(thread.author) == 0
    type(comment).objects.filter(pk=comment.pk).update(deleted_at=None)
    assert unread_count(thread.author) == 1


def test_count_is_one_query_and_stops_at_one_hundred(thread: Any) -> None:
    comment = publish_comment(actor=member_of(thread.community), target=thread, body="<p>Oui.</p>")
    fill(thread.author, comment, UNREAD_MAX + 20)
    reader = User.objects.for_request().get(pk=thread.author.pk)
    with queries_at_most(1):
        assert unread_count(reader) == UNREAD_MAX + 1


def fill(person: Any, target: Any, count: int, kind: str = "feed.comment") -> None:
    """Gives a person so many pieces of news of one target."""
    import uuid

    Notification.objects.bulk_create(
        Notification(recipient=person, kind=kind, actor=target.author, target=target, event_key=uuid.uuid4())
        for _ in range(count)
    )


def test_kind_that_the_code_no_longer_knows_is_left_out(thread: Any, client_of: Any) -> None:
    comment = publish_comment(actor=member_of(thread.community), target=thread, body="<p>Oui.</p>")
    fill(thread.author, comment, 1, kind="feed.of_long_ago")
    assert unread_count(thread.author) == 0
    assert client_of(thread.author).page("/notifications/").select_one(".empty")


def test_invited_external_is_told() -> None:
    community = CommunityFactory(confidential=True)
    animator, partner = member_of(community, Role.ANIMATOR), UserFactory(external=True)
    PartnerRequestFactory(community=community, email=partner.email, approved=True)
    invite_member(actor=animator, community=community, person=partner, ends_at=timezone.now() + timedelta(days=30))
    deliver_outbox()
    assert unread_count(partner) == 1
    MembershipFactory._meta.model.objects.filter(person=partner).delete()
    assert unread_count(partner) == 0
