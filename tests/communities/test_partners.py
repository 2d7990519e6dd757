"""External partners: asked for, approved, warned, gone at the minute."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.actions.invitations import accept_invitation as open_account
from accounts.actions.invitations import invite_person
from accounts.models import Invitation, User
from communities import events
from communities.actions.communities import change_community
from communities.actions.membership.arrivals import join_community
from communities.actions.membership.endings import end_memberships, warn_of_endings
from communities.actions.membership.invitations import accept_invitation, invite_member
from communities.actions.partners import (
    approve_partner_request,
    end_of,
    refuse_partner_request,
    request_partner,
    withdraw_partner_request,
)
from communities.enums import MembershipState, RequestState, Role
from communities.models import Community, Membership, PartnerRequest
from communities.tasks import end_memberships as end_task
from communities.tasks import warn_of_endings as warn_task
from core.actions.outbox import deliver_outbox
from core.errors import BusinessRuleError, Forbidden
from core.models import AuditEntry, Mail, OutboxEvent
from core.policies import users_with
from feed.models import Post
from notifications.models import Notification
from tests.factories.accounts import UserFactory, in_days
from tests.factories.communities import CommunityFactory, MembershipFactory, PartnerRequestFactory, member_of
from tests.factories.feed import PostFactory
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db
ADDRESS = "maya@pont-neuf.example"


@pytest.fixture
def place() -> Community:
    return CommunityFactory(by_invitation=True, allows_partners=True)


@pytest.fixture
def animator(place: Community) -> User:
    return member_of(place, Role.ANIMATOR)


@pytest.fixture
def manager() -> User:
    return UserFactory(community_manager=True)


def asked(actor: User, place: Community, email: str = ADDRESS, days: int = 30, **more: Any) -> PartnerRequest:
    what = {"name": "Maya Lambert", "organisation": "Association Pont-Neuf", "reason": "Elle tient le guichet."} | more
    return request_partner(actor=actor, community=place, email=email, last_day=in_days(days), **what)


def token_sent(email: str) -> str:
    text = Mail.objects.filter(to=email, reason="invitation").latest("pk").text
    return re.search(r"/invitations/([\w-]+)/", text).group(1)


def opened(email: str = ADDRESS) -> User:
    return open_account(token=token_sent(email), first_name="Maya", last_name="Lambert", password="une longue phrase")


def told(name: str) -> int:
    return OutboxEvent.objects.filter(name=f"communities.{name}").count()


# --- Asking


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (None, False),
        (Role.MEMBER, False),
        (Role.MODERATOR, False),
        (Role.ANIMATOR, True),
        ("community_manager", False),
        ("administrator", False),
    ],
)
def test_who_asks(place, who, may):
    actor = member_of(place, who) if isinstance(who, Role) else UserFactory(**({who: True} if who else {}))
    if may:
        assert asked(actor, place).state == RequestState.WAITING
        assert told("PartnerRequested") == 1
    else:
        with pytest.raises(Forbidden):
            asked(actor, place)
        assert not PartnerRequest.objects.exists()


def test_nobody_asks_where_the_community_takes_no_partner():
    place = CommunityFactory()
    with pytest.raises(Forbidden):
        asked(member_of(place, Role.ANIMATOR), place)


def test_what_cannot_be_asked(place, animator):
    banned = MembershipFactory(community=place, person__external=True, banned=True).person
    closed = UserFactory(external=True, is_active=False)
    lasting = MembershipFactory(community=place, person__external=True, ends_at=end_of(in_days(60))).person
    for email, days in [
        (UserFactory().email, 30),
        (banned.email, 30),
        (closed.email, 30),
        (lasting.email, 60),
        (ADDRESS, -1),
        (ADDRESS, 366),
    ]:
        with pytest.raises(BusinessRuleError):
            asked(animator, place, email, days)
    for missing in ("name", "organisation", "reason"):
        with pytest.raises(BusinessRuleError):
            asked(animator, place, **{missing: " "})
    assert not PartnerRequest.objects.exists()
    asked(animator, place, days=365)
    with pytest.raises(BusinessRuleError):
        asked(animator, place, ADDRESS.upper())
    assert PartnerRequest.objects.count() == 1


def test_animator_no_longer_invites_a_partner_without_approval(place, animator):
    guest = UserFactory(external=True)
    for ends_at in (None, end_of(in_days(9))):
        with pytest.raises(BusinessRuleError):
            invite_member(actor=animator, community=place, person=guest, ends_at=ends_at)
    assert not Membership.objects.filter(person=guest).exists()


# --- Answering


def test_partner_without_an_account_is_invited_and_finds_the_community(place, animator, manager):
    request = asked(animator, place)
    for _number in range(2):
        approve_partner_request(actor=manager, request=request)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.is_external, invitation.ends_on) == (ADDRESS, True, request.last_day)
    person = opened()
    row = Membership.objects.get(person=person)
    assert (row.is_member, row.role, row.ends_at) == (True, Role.MEMBER, end_of(request.last_day))
    assert person.ends_on == request.last_day
    assert list(Community.objects.readable_by(User.objects.get(pk=person.pk))) == [place]
    request.refresh_from_db()
    assert (request.state, request.person, request.decided_by) == (RequestState.APPROVED, person, manager)
    assert AuditEntry.objects.filter(verb="communities.partner_approved").count() == 1


def test_partner_with_an_account_is_invited_until_the_day(place, animator, manager):
    guest = UserFactory(external=True, ends_on=in_days(5))
    approve_partner_request(actor=manager, request=asked(animator, place, guest.email))
    row = Membership.objects.get(person=guest)
    assert (row.state, row.ends_at) == (MembershipState.INVITED, end_of(in_days(30)))
    guest.refresh_from_db()
    assert guest.ends_on == in_days(30), "the account stays open as long"
    assert accept_invitation(actor=guest, community=place).is_member
    assert Membership.objects.get(person=guest).ends_at == end_of(in_days(30))


def test_prolonging_asks_the_same_approval(place, animator, manager):
    guest = MembershipFactory(community=place, person__external=True, ends_at=end_of(in_days(2)), warned_days=3).person
    request = asked(animator, place, guest.email, days=120)
    assert request.is_extension
    assert Membership.objects.get(person=guest).ends_at == end_of(in_days(2)), "nothing before the answer"
    approve_partner_request(actor=manager, request=request)
    row = Membership.objects.get(person=guest)
    assert (row.is_member, row.ends_at, row.warned_days) == (True, end_of(in_days(120)), None)
    guest.refresh_from_db()
    assert guest.ends_on == in_days(120)
    deliver_outbox()
    assert set(Notification.objects.filter(recipient=guest).values_list("kind", flat=True)) == {
        "communities.partner_prolonged"
    }


@pytest.mark.parametrize("act", [approve_partner_request, refuse_partner_request])
@pytest.mark.parametrize("who", [None, Role.MEMBER, Role.ANIMATOR, "own", "sponsor"])
def test_who_does_not_answer(place, animator, act, who):
    request = asked(animator, place)
    more = {"reason": "Non."} if act is refuse_partner_request else {}
    if who == "own":
        # An animator who steers does not approve what they asked for themselves.
        actor = UserFactory(community_manager=True)
        MembershipFactory(community=place, person=actor, animator=True)
        PartnerRequest.objects.update(requested_by=actor)
    else:
        actor = member_of(place, who) if isinstance(who, Role) else UserFactory(**({who: True} if who else {}))
    with pytest.raises(Forbidden):
        act(actor=actor, request=request, **more)
    assert PartnerRequest.objects.get().state == RequestState.WAITING
    assert not Invitation.objects.exists()


def test_refusal_says_why_and_is_told(place, animator, manager):
    request = asked(animator, place)
    with pytest.raises(BusinessRuleError):
        refuse_partner_request(actor=manager, request=request, reason=" ")
    refuse_partner_request(actor=manager, request=request, reason="Un atelier suffit.")
    with pytest.raises(BusinessRuleError):
        approve_partner_request(actor=manager, request=request)
    deliver_outbox()
    assert Notification.objects.get(kind="communities.partner_refused").recipient == animator
    assert "Un atelier suffit." in Mail.objects.get(to=animator.email).text
    assert not Mail.objects.filter(to=ADDRESS).exists()


def test_managers_are_told_or_the_one_who_accompanies(place, animator, manager):
    other = UserFactory(community_manager=True)
    asked(animator, place)
    deliver_outbox()
    kind = Notification.objects.filter(kind="communities.partner_asked")
    assert set(kind.values_list("recipient", flat=True)) == {manager.pk, other.pk}
    assert Mail.objects.filter(to=manager.email).exists()
    kind.delete()
    Community.objects.update(accompanied_by=other)
    asked(animator, place, "autre@pont-neuf.example")
    deliver_outbox()
    assert [news.recipient for news in kind.all()] == [other]


def test_withdrawn_request_is_not_approved(place, animator, manager):
    request = asked(animator, place)
    for _number in range(2):
        withdraw_partner_request(actor=animator, request=request)
    with pytest.raises(BusinessRuleError):
        approve_partner_request(actor=manager, request=request)
    asked(animator, place)


@pytest.mark.parametrize("change", [{"allows_partners": False}, {"stage": "archived"}])
def test_approval_and_invitation_hold_as_long_as_the_community_takes_partners(place, animator, manager, change):
    request = asked(animator, place)
    other = asked(animator, place, "autre@pont-neuf.example")
    guest = UserFactory(external=True)
    approve_partner_request(actor=manager, request=request)
    approve_partner_request(actor=manager, request=asked(animator, place, guest.email))
    Community.objects.update(**change)
    with pytest.raises(BusinessRuleError):
        approve_partner_request(actor=manager, request=other)
    with pytest.raises(BusinessRuleError):
        opened()
    assert not User.objects.filter(email=ADDRESS).exists(), "no account that would see nothing"
    with pytest.raises((BusinessRuleError, Forbidden)):
        accept_invitation(actor=guest, community=Community.objects.get())


def test_invitation_is_worth_what_its_animator_is_then(place, animator, manager):
    member_of(place, Role.ANIMATOR)
    approve_partner_request(actor=manager, request=asked(animator, place))
    Membership.objects.filter(person=animator).update(role=Role.MEMBER)
    with pytest.raises(BusinessRuleError):
        opened()


def test_two_communities_ask_for_the_same_partner(place, animator, manager):
    other = CommunityFactory(confidential=True, allows_partners=True)
    approve_partner_request(actor=manager, request=asked(animator, place, days=90))
    approve_partner_request(actor=manager, request=asked(member_of(other, Role.ANIMATOR), other, days=10))
    person = opened()
    ends = dict(Membership.objects.filter(person=person).values_list("community", "ends_at"))
    assert ends == {place.pk: end_of(in_days(90)), other.pk: end_of(in_days(10))}
    assert person.ends_on == in_days(90)


def test_plain_invitation_of_an_external_seats_nobody(manager):
    PartnerRequestFactory(email=ADDRESS)
    invite_person(
        actor=manager, email=ADDRESS, is_external=True, organisation="Association Pont-Neuf", ends_on=in_days(9)
    )
    assert not Membership.objects.filter(person=opened()).exists(), "what waits is not approved"


# --- The end


@pytest.mark.parametrize(
    ("day", "end"),
    [
        # In winter, in summer, on the days of 23 and of 25 hours.
        (date(2026, 1, 10), datetime(2026, 1, 10, 23, tzinfo=UTC)),
        (date(2026, 7, 10), datetime(2026, 7, 10, 22, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ],
)
def test_everything_is_gone_at_the_minute(client_of, day, end):
    assert end_of(day) == end
    with time_machine.travel(end - timedelta(days=20), tick=False):
        place = CommunityFactory(confidential=True, allows_partners=True)
        guest = MembershipFactory(
            community=place,
            person__external=True,
            person__ends_on=day + timedelta(days=200),
            ends_at=end_of(day),
        ).person
        post = PostFactory(community=place)
    with time_machine.travel(end - timedelta(hours=1), tick=False):
        client = client_of(guest)
    for moment, reads in [(end - timedelta(seconds=1), True), (end, False)]:
        with time_machine.travel(moment, tick=False):
            person = User.objects.get(pk=guest.pk)
            assert (list(Post.objects.visible_to(person)) == [post]) is reads
            assert (person in users_with("communities.view_community", place)) is reads
            assert person.has_perm("communities.find_community", place) is reads
            assert Community.objects.with_counts().get().external_count == int(reads)
            for address in (place.get_absolute_url(), post.get_absolute_url()):
                assert client.get(address).status_code == (200 if reads else 404)
            end_memberships()
            assert (Membership.objects.get(person=guest).state == MembershipState.MEMBER) is reads


def test_end_is_told_once_and_closes_open_pages(place, animator):
    guest = MembershipFactory(community=place, person__external=True, ends_at=timezone.now()).person
    lasting = MembershipFactory(community=place, person__external=True, ends_at=end_of(in_days(1))).person
    assert [end_task(), end_task()] == [1, 0]
    event = events.MembershipEnded(**OutboxEvent.objects.get(name="communities.MembershipEnded").payload)
    assert event.person_id == guest.pk
    assert [message.type for message in event.live()] == ["membership.ended", "revoked"]
    deliver_outbox()
    assert [news.recipient for news in Notification.objects.filter(kind="communities.partner_gone")] == [animator]
    assert Mail.objects.get(to=guest.email).reason == "participation-over"
    assert Membership.objects.get(person=lasting).is_member


def test_ended_participation_is_asked_for_anew_and_not_undone(place, animator, manager, client_of):
    row = MembershipFactory(community=place, person__external=True, ends_at=timezone.now() - timedelta(minutes=1))
    # Whether the task has passed or not.
    for _number in range(2):
        request = asked(animator, place, row.person.email)
        assert not request.is_extension
        approve_partner_request(actor=manager, request=request)
        again = Membership.objects.get(pk=row.pk)
        assert (again.state, again.is_over) == (MembershipState.INVITED, False)
        Membership.objects.filter(pk=row.pk).update(
            state=MembershipState.MEMBER, ends_at=timezone.now() - timedelta(minutes=1)
        )
        end_memberships()
    client_of(animator).post(reverse("communities:membership_undo", args=[row.pk]))
    assert Membership.objects.get(pk=row.pk).state == MembershipState.LEFT


def test_agent_whose_time_is_over_joins_anew_for_good():
    place = CommunityFactory()
    row = MembershipFactory(community=place, ends_at=timezone.now() - timedelta(minutes=1))
    join_community(actor=row.person, community=place)
    row.refresh_from_db()
    assert (row.is_member, row.ends_at) == (True, None)


def test_warned_fourteen_and_three_days_before_once_each(place, animator):
    now = timezone.now()
    row = MembershipFactory(
        community=place, person__external=True, person__ends_on=in_days(200), ends_at=now + timedelta(days=20)
    )
    warned = []
    for days in (20, 14, 14, 13, 3, 3, 2, 0.1):
        with time_machine.travel(row.ends_at - timedelta(days=days), tick=False):
            warned.append(warn_task())
            deliver_outbox()
    assert warned == [0, 1, 0, 0, 1, 0, 0, 0]
    assert Notification.objects.filter(kind="communities.partner_ending", recipient=row.person).count() == 2
    kind = Notification.objects.filter(kind="communities.partner_ending_for_animators")
    assert [news.recipient for news in kind] == [animator, animator]
    assert Mail.objects.filter(to=row.person.email).count() == Mail.objects.filter(to=animator.email).count() == 2


def test_short_participation_is_warned_of_once_and_a_new_end_anew(place, manager, animator):
    row = MembershipFactory(community=place, person__external=True, ends_at=timezone.now() + timedelta(days=2))
    assert [warn_of_endings(), warn_of_endings()] == [1, 0], "the last warning alone: the first came too late"
    approve_partner_request(actor=manager, request=asked(animator, place, row.person.email, days=10))
    assert [warn_of_endings(), warn_of_endings()] == [1, 0]


# --- Pages


class TestPages:
    def test_animator_asks_and_manager_approves(self, client_of, place, animator, manager):
        client = client_of(animator)
        address = reverse("communities:partner_list", args=[place.slug])
        fields = {
            "email": ADDRESS,
            "name": "Maya Lambert",
            "organisation": "Association Pont-Neuf",
            "reason": "Elle tient le guichet.",
            "last_day": in_days(30).isoformat(),
        }
        assert client.post(address, fields | {"email": "rien"}).status_code == 422
        assert client.post(address, fields).status_code == 302
        assert client.post(address, fields).status_code == 422, "it waits already"
        request = PartnerRequest.objects.get()
        assert client.page(address).select_one(f"a[href='{request.get_absolute_url()}']")
        assert not client.page(request.get_absolute_url()).select("form[action$='/approve/']")
        steering = client_of(manager)
        assert steering.page(reverse("validations")).select_one("[aria-labelledby=partners] li a").text == request.name
        assert not client.page(reverse("validations")).select("[aria-labelledby=partners]")
        page = steering.page(request.get_absolute_url())
        refuse = reverse("communities:partner_refuse", args=[request.pk])
        assert steering.post(refuse, {"reason": ""}).status_code == 422
        steering.post(page.select_one("form[action$='/approve/']")["action"])
        request.refresh_from_db()
        assert request.state == RequestState.APPROVED

    def test_request_does_not_exist_for_others(self, client_of, place, animator):
        request = asked(animator, place)
        for person in (member_of(place), member_of(place, Role.MODERATOR), UserFactory(), UserFactory(external=True)):
            client = client_of(person)
            assert client.get(request.get_absolute_url()).status_code == 404
            for name in ("approve", "refuse", "withdraw"):
                assert client.post(f"{request.get_absolute_url()}{name}/").status_code == 404
            assert not client.page(reverse("validations")).select("[aria-labelledby=partners]")

    def test_who_writes_is_told_that_partners_read(self, client_of, place, animator):
        reader = client_of(animator)
        assert not reader.page(place.get_absolute_url()).select(".notice--amber")
        member_of(place, external=True)
        assert "partenaire" in reader.page(place.get_absolute_url()).select_one(".notice--amber").text.lower() or (
            "partner" in reader.page(place.get_absolute_url()).select_one(".notice--amber").text
        )

    def test_end_of_a_partner_is_on_the_list_of_members(self, client_of, place, animator):
        MembershipFactory(community=place, person__external=True, ends_at=end_of(date(2030, 6, 15)))
        listed = client_of(animator).page(reverse("communities:community_members", args=[place.slug]))
        assert "15" in listed.select_one("#member-list").text
        partners = client_of(animator).page(reverse("communities:partner_list", args=[place.slug]))
        assert "15 juin 2030" in partners.text or "June 15, 2030" in partners.text or "15 June 2030" in partners.text

    def test_page_costs_the_same_with_3_and_30_partners(self, client_of, place, animator):
        client, address = client_of(animator), reverse("communities:partner_list", args=[place.slug])
        for count in (3, 27):
            for _number in range(count):
                MembershipFactory(community=place, person__external=True, ends_at=end_of(in_days(20)))
                PartnerRequestFactory(community=place, requested_by=animator, approved=True)
            with queries_at_most(12, in_templates=1):
                client.page(address)


def test_opening_a_community_to_partners_is_audited(place, animator):
    change_community(actor=animator, community=place, version=place.version, allows_partners=False)
    assert not animator.has_perm("communities.invite_partner", Community.objects.get())
    assert AuditEntry.objects.get(verb="communities.partners_allowed").data == {"allowed": False}
