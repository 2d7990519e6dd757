"""How people come in and go: every step from every state, who may, what is kept and told."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from communities import events, limits
from communities.actions.membership import arrivals, departures, invitations
from communities.actions.membership.standing import LastAnimator, NotPossibleNow, Step
from communities.enums import MembershipState, Role
from communities.models import Activity, Membership
from core.errors import BusinessRuleError, Forbidden
from core.limits import LimitReached
from core.models import AuditEntry, OutboxEvent
from core.system import SYSTEM
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, PartnerRequestFactory, grant, member_of

pytestmark = pytest.mark.django_db

NOWHERE = "NotPossibleNow"
STATES = ("stranger", "invited", "requested", "refused", "member", "left", "banned")
# From each state, in the order of STATES, where the step leads.
EXPECTED = {
    "join": ("member", "member", "member", "member", "member", "member", NOWHERE),
    "request": ("requested", NOWHERE, "requested", "requested", NOWHERE, "requested", NOWHERE),
    "cancel_request": (NOWHERE, NOWHERE, "left", NOWHERE, NOWHERE, "left", NOWHERE),
    "accept_request": (NOWHERE, NOWHERE, "member", NOWHERE, "member", NOWHERE, NOWHERE),
    "refuse_request": (NOWHERE, NOWHERE, "refused", "refused", NOWHERE, NOWHERE, NOWHERE),
    "invite": ("invited", "invited", "member", "invited", NOWHERE, "invited", NOWHERE),
    "accept_invitation": (NOWHERE, "member", NOWHERE, NOWHERE, "member", NOWHERE, NOWHERE),
    "decline_invitation": (NOWHERE, "left", NOWHERE, NOWHERE, NOWHERE, "left", NOWHERE),
    "withdraw_invitation": (NOWHERE, "left", NOWHERE, NOWHERE, NOWHERE, "left", NOWHERE),
    "leave": (NOWHERE, NOWHERE, NOWHERE, NOWHERE, "left", "left", NOWHERE),
    "remove": (NOWHERE, NOWHERE, NOWHERE, NOWHERE, "left", "left", NOWHERE),
    "ban": (NOWHERE, "banned", "banned", "banned", "banned", "banned", "banned"),
    "unban": (NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE, "left", "left"),
    "reinstate": (NOWHERE, NOWHERE, NOWHERE, NOWHERE, "member", NOWHERE, "member"),
    "undo": (NOWHERE, NOWHERE, NOWHERE, NOWHERE, "member", "member", NOWHERE),
}


def act(step, community, person, animator):
    own, team = {"actor": person, "community": community}, {"actor": animator, "community": community, "person": person}
    return {
        "join": lambda: arrivals.join_community(**own),
        "request": lambda: arrivals.request_membership(**own, motivation="Je suis acheteuse."),
        "cancel_request": lambda: arrivals.cancel_request(**own),
        "accept_request": lambda: arrivals.accept_request(**team),
        "refuse_request": lambda: arrivals.refuse_request(**team, reason="Réservé."),
        "invite": lambda: invitations.invite_member(**team),
        "accept_invitation": lambda: invitations.accept_invitation(**own),
        "decline_invitation": lambda: invitations.decline_invitation(**own),
        "withdraw_invitation": lambda: invitations.withdraw_invitation(**team),
        "leave": lambda: departures.leave_community(**own),
        "remove": lambda: departures.remove_member(**team),
        "ban": lambda: departures.ban_member(**team, reason="Injures."),
        "unban": lambda: departures.unban_member(**team),
        "reinstate": lambda: departures.reinstate_member(**team),
        "undo": lambda: departures.undo_end(**own, person=person),
    }[step]()


def become_external(person):
    last_day = timezone.localdate() + timedelta(days=30)
    User.objects.filter(pk=person.pk).update(is_external=True, unit=None, organisation="Pont-Neuf", ends_on=last_day)


def standing(community, person):
    row = Membership.objects.filter(community=community, person=person).first()
    return row.state if row else "stranger"


def told():
    return [row.name.removeprefix("communities.") for row in OutboxEvent.objects.order_by("pk")]


def test_the_table_speaks_of_every_step():
    assert set(EXPECTED) == {step.value for step in Step}


@pytest.mark.parametrize(("number", "state"), list(enumerate(STATES)))
@pytest.mark.parametrize("step", EXPECTED)
def test_every_step_from_every_state(step, number, state):
    community = CommunityFactory(on_request=step == "request")
    animator, person = member_of(community, Role.ANIMATOR), UserFactory()
    if state != "stranger":
        own_end = {"previous_state": "member", "previous_role": "member"} if state == "left" else {}
        decided = animator if state == "invited" else person
        MembershipFactory(community=community, person=person, state=state, decided_by=decided, **own_end)
    expected = EXPECTED[step][number]
    if expected == NOWHERE:
        with pytest.raises(NotPossibleNow):
            act(step, community, person, animator)
        assert standing(community, person) == state
        assert told() == []
    else:
        assert act(step, community, person, animator).state == expected
        assert standing(community, person) == expected
        if state == expected:
            assert told() == [], "a second click tells nothing new"


class TestComingIn:
    def test_joining_is_kept_and_told(self):
        community, person = CommunityFactory(), UserFactory()
        Activity.objects.create(community=community, verb="published", target=person, is_entry=True)
        row = arrivals.join_community(actor=person, community=community)
        assert (row.role, row.joined_at is not None) == (Role.MEMBER, True)
        assert row.seen_entry_id == Activity.objects.entries().get().pk, "what was said before is not news"
        assert Activity.objects.get(verb="joined").actor == person
        event = OutboxEvent.objects.get()
        assert event.payload == {"community_id": community.pk, "person_id": person.pk, "actor_id": person.pk}

    @pytest.mark.parametrize(
        "trait", ["on_request", "by_invitation", "confidential", "in_preparation", "read_only", "archived"]
    )
    def test_nobody_joins_what_is_not_open(self, trait):
        community = CommunityFactory(**{trait: True})
        with pytest.raises(Forbidden):
            arrivals.join_community(actor=UserFactory(), community=community)
        assert not Membership.objects.exists()

    def test_external_joins_by_invitation_only(self):
        community, guest = CommunityFactory(), UserFactory(external=True)
        with pytest.raises(Forbidden):
            arrivals.join_community(actor=guest, community=community)
        asked = CommunityFactory(on_request=True)
        with pytest.raises(Forbidden):
            arrivals.request_membership(actor=guest, community=asked)
        taking = CommunityFactory(allows_partners=True)
        PartnerRequestFactory(community=taking, email=guest.email, approved=True)
        until = timezone.now() + timedelta(days=30)
        invitations.invite_member(actor=member_of(taking, Role.ANIMATOR), community=taking, person=guest, ends_at=until)
        assert invitations.accept_invitation(actor=guest, community=taking).is_member

    def test_grant_of_a_unit_opens_the_door_to_its_agents(self):
        ministry = UnitFactory(ministry=True)
        service = UnitFactory(parent=ministry)
        community = CommunityFactory(confidential=True)
        grant(community, ministry, "join_community")
        assert arrivals.join_community(actor=UserFactory(unit=service), community=community).is_member
        with pytest.raises(Forbidden):
            arrivals.join_community(actor=UserFactory(external=True, unit=service), community=community)

    def test_request_keeps_its_motivation_and_tells_the_team(self):
        community, person = CommunityFactory(on_request=True), UserFactory()
        row = arrivals.request_membership(actor=person, community=community, motivation=" Je suis acheteuse. ")
        assert row.motivation == "Je suis acheteuse."
        assert told() == ["MembershipRequested"]

    def test_asking_and_cancelling_again_and_again_has_its_limit(self, monkeypatch):
        monkeypatch.setattr(limits, "REQUEST", replace(limits.REQUEST, count=2))
        own = {"actor": UserFactory(), "community": CommunityFactory(on_request=True)}
        for _number in range(2):
            arrivals.request_membership(**own)
            arrivals.request_membership(**own)
            arrivals.cancel_request(**own)
        with pytest.raises(LimitReached):
            arrivals.request_membership(**own)
        assert standing(own["community"], own["actor"]) == "left"
        arrivals.request_membership(actor=UserFactory(), community=own["community"])

    def test_refusal_needs_a_reason(self):
        row = MembershipFactory(community__on_request=True, requested=True)
        animator = member_of(row.community, Role.MODERATOR)
        with pytest.raises(BusinessRuleError):
            arrivals.refuse_request(actor=animator, community=row.community, person=row.person, reason="  ")
        arrivals.refuse_request(actor=animator, community=row.community, person=row.person, reason="Réservé.")
        row.refresh_from_db()
        assert (row.state, row.reason, row.decided_by) == (MembershipState.REFUSED, "Réservé.", animator)
        assert told() == ["RequestRefused"]

    def test_accepting_tells_the_person_and_the_community(self):
        row = MembershipFactory(community__on_request=True, requested=True)
        arrivals.accept_request(
            actor=member_of(row.community, Role.MODERATOR), community=row.community, person=row.person
        )
        assert told() == ["RequestAccepted", "MemberJoined"]

    @pytest.mark.parametrize("who", ["stranger", "member", "community_manager"])
    def test_only_the_team_answers_requests(self, who):
        row = MembershipFactory(community__on_request=True, requested=True)
        actor = (
            member_of(row.community) if who == "member" else UserFactory(community_manager=who == "community_manager")
        )
        for answer in (
            lambda: arrivals.accept_request(actor=actor, community=row.community, person=row.person),
            lambda: arrivals.refuse_request(actor=actor, community=row.community, person=row.person, reason="Non."),
        ):
            with pytest.raises(Forbidden):
                answer()

    def test_whoever_may_not_act_learns_nothing_of_where_others_stand(self):
        community = CommunityFactory()
        MembershipFactory(community=community, banned=True)
        for person in (MembershipFactory(community=community, banned=True).person, UserFactory()):
            with pytest.raises(Forbidden):
                departures.unban_member(actor=member_of(community), community=community, person=person)

    def test_is_atomic_when_telling_fails(self, monkeypatch):
        def fail(event):
            raise RuntimeError

        monkeypatch.setattr("communities.actions.membership.standing.publish", fail)
        with pytest.raises(RuntimeError):
            arrivals.join_community(actor=UserFactory(), community=CommunityFactory())
        assert not Membership.objects.exists()
        assert not Activity.objects.exists()


class TestInvitations:
    @pytest.mark.parametrize("role", [None, Role.MEMBER, Role.MODERATOR])
    def test_only_animators_invite(self, role):
        community = CommunityFactory()
        actor = member_of(community, role) if role else UserFactory()
        with pytest.raises(Forbidden):
            invitations.invite_member(actor=actor, community=community, person=UserFactory())

    def test_nobody_invites_into_what_is_over(self):
        community = CommunityFactory(archived=True)
        with pytest.raises(Forbidden):
            invitations.invite_member(
                actor=member_of(community, Role.ANIMATOR), community=community, person=UserFactory()
            )

    def test_inviting_into_the_team_gives_the_role_at_accepting(self):
        community, person = CommunityFactory(in_preparation=True), UserFactory()
        animator = member_of(community, Role.ANIMATOR)
        invitations.invite_member(actor=animator, community=community, person=person, role=Role.MODERATOR)
        assert person.has_perm("communities.find_community", community)
        assert invitations.accept_invitation(actor=person, community=community).role == Role.MODERATOR

    def test_inviting_and_withdrawing_again_and_again_has_its_limit(self, monkeypatch):
        monkeypatch.setattr(limits, "INVITE", replace(limits.INVITE, count=2))
        community = CommunityFactory()
        team = {"actor": member_of(community, Role.ANIMATOR), "community": community, "person": UserFactory()}
        for _number in range(2):
            invitations.invite_member(**team)
            invitations.invite_member(**team, role=Role.MODERATOR)
            invitations.withdraw_invitation(**team)
        with pytest.raises(LimitReached):
            invitations.invite_member(**team)
        assert standing(community, team["person"]) == "left"

    def test_who_became_external_since_does_not_lead_by_an_old_invitation(self):
        community, person = CommunityFactory(allows_partners=True), UserFactory()
        animator = member_of(community, Role.ANIMATOR)
        invitations.invite_member(actor=animator, community=community, person=person, role=Role.MODERATOR)
        become_external(person)
        person = User.objects.get(pk=person.pk)
        with pytest.raises(BusinessRuleError):
            invitations.accept_invitation(actor=person, community=community)
        assert standing(community, person) == "invited"
        PartnerRequestFactory(community=community, email=person.email, approved=True)
        until = timezone.now() + timedelta(days=30)
        invitations.invite_member(actor=animator, community=community, person=person, ends_at=until)
        assert invitations.accept_invitation(actor=person, community=community).role == Role.MEMBER

    def test_who_became_external_since_does_not_lead_again_by_an_undo(self):
        community = CommunityFactory()
        animator, person = member_of(community, Role.ANIMATOR), member_of(community, Role.MODERATOR)
        departures.remove_member(actor=animator, community=community, person=person)
        become_external(person)
        with pytest.raises(BusinessRuleError):
            departures.undo_end(actor=animator, community=community, person=User.objects.get(pk=person.pk))
        assert standing(community, person) == "left"

    @pytest.mark.parametrize("what", ["stepped_down", "closed", "left"])
    def test_invitation_ends_with_the_rights_of_its_sender(self, what):
        community, person = CommunityFactory(confidential=True), UserFactory()
        row = MembershipFactory(community=community, animator=True)
        invitations.invite_member(actor=row.person, community=community, person=person)
        if what == "closed":
            row.person.is_active = False
            row.person.save()
        else:
            changes = {"stepped_down": {"role": Role.MEMBER}, "left": {"state": MembershipState.LEFT}}[what]
            Membership.objects.filter(pk=row.pk).update(**changes)
        with pytest.raises(BusinessRuleError):
            invitations.accept_invitation(actor=person, community=community)
        assert standing(community, person) == "invited"

    def test_invitation_does_not_outlive_the_opening_hours(self):
        row = MembershipFactory(community__archived=True, invited=True)
        with pytest.raises(Forbidden):
            invitations.accept_invitation(actor=row.person, community=row.community)

    def test_closed_account_and_external_leader_are_refused(self):
        community = CommunityFactory()
        animator = member_of(community, Role.ANIMATOR)
        for person in (UserFactory(closed=True), UserFactory(ended=True)):
            with pytest.raises(BusinessRuleError):
                invitations.invite_member(actor=animator, community=community, person=person)
        with pytest.raises(BusinessRuleError):
            invitations.invite_member(
                actor=animator, community=community, person=UserFactory(external=True), role=Role.MODERATOR
            )

    def test_second_invitation_tells_nothing_new(self):
        community, person = CommunityFactory(), UserFactory()
        animator = member_of(community, Role.ANIMATOR)
        for _number in range(2):
            invitations.invite_member(actor=animator, community=community, person=person)
        assert told() == ["MemberInvited"]


class TestGoing:
    def test_leaving_is_told_and_undone(self):
        community = CommunityFactory()
        member_of(community, Role.ANIMATOR)
        person = member_of(community, Role.MODERATOR)
        departures.leave_community(actor=person, community=community)
        row = Membership.objects.get(person=person)
        assert (row.state, row.role, row.previous_role) == ("left", "member", "moderator")
        departures.undo_end(actor=person, community=community, person=person)
        row.refresh_from_db()
        assert (row.state, row.role) == ("member", "moderator")
        assert told() == ["MembershipEnded", "MemberJoined"]

    def test_undo_has_its_time(self):
        community = CommunityFactory()
        person = member_of(community)
        departures.leave_community(actor=person, community=community)
        with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)), pytest.raises(NotPossibleNow):
            departures.undo_end(actor=person, community=community, person=person)

    def test_removed_person_does_not_undo_it_and_the_team_does(self):
        community = CommunityFactory()
        person, moderator = member_of(community), member_of(community, Role.MODERATOR)
        departures.remove_member(actor=moderator, community=community, person=person)
        with pytest.raises(Forbidden):
            departures.undo_end(actor=person, community=community, person=person)
        with pytest.raises(Forbidden):
            departures.undo_end(actor=member_of(community), community=community, person=person)
        assert departures.undo_end(actor=moderator, community=community, person=person).is_member

    def test_team_does_not_undo_a_leaving(self):
        community = CommunityFactory()
        person, animator = member_of(community), member_of(community, Role.ANIMATOR)
        departures.leave_community(actor=person, community=community)
        with pytest.raises(Forbidden):
            departures.undo_end(actor=animator, community=community, person=person)

    def test_last_animator_stays(self):
        community = CommunityFactory()
        animator = member_of(community, Role.ANIMATOR)
        member_of(community, Role.ANIMATOR, is_active=False)
        with pytest.raises(LastAnimator):
            departures.leave_community(actor=animator, community=community)
        with pytest.raises(LastAnimator):
            departures.remove_member(actor=SYSTEM, community=community, person=animator)
        with pytest.raises(LastAnimator):
            departures.ban_member(actor=SYSTEM, community=community, person=animator, reason="Non.")
        member_of(community, Role.ANIMATOR)
        departures.leave_community(actor=animator, community=community)

    # actor → the members that they remove and ban
    ABOVE = {  # noqa: RUF012
        Role.MEMBER: set(),
        Role.MODERATOR: {Role.MEMBER},
        Role.ANIMATOR: {Role.MEMBER, Role.MODERATOR},
        "community_manager": set(),
        "administrator": set(),
        "stranger": set(),
    }

    @pytest.mark.parametrize("who", ABOVE)
    @pytest.mark.parametrize("target", list(Role))
    @pytest.mark.parametrize("verb", ["remove", "ban"])
    def test_one_acts_only_on_those_below(self, who, target, verb):
        community = CommunityFactory()
        member_of(community, Role.ANIMATOR)
        person = member_of(community, target)
        if isinstance(who, Role):
            actor = member_of(community, who)
        else:
            actor = UserFactory(**({} if who == "stranger" else {who: True}))
        if target in self.ABOVE[who]:
            act(verb, community, person, actor)
            assert standing(community, person) != "member"
        else:
            with pytest.raises(Forbidden):
                act(verb, community, person, actor)
            assert standing(community, person) == "member"

    @pytest.mark.parametrize("verb", ["remove", "ban"])
    def test_nobody_does_it_to_themselves(self, verb):
        community = CommunityFactory()
        animator = member_of(community, Role.ANIMATOR)
        with pytest.raises(BusinessRuleError):
            act(verb, community, animator, animator)

    def test_ban_keeps_out_is_audited_and_can_be_lifted(self):
        community = CommunityFactory()
        person, moderator = member_of(community), member_of(community, Role.MODERATOR)
        with pytest.raises(BusinessRuleError):
            departures.ban_member(actor=moderator, community=community, person=person, reason="")
        departures.ban_member(actor=moderator, community=community, person=person, reason="Injures.")
        with pytest.raises(NotPossibleNow):
            arrivals.join_community(actor=person, community=community)
        departures.unban_member(actor=moderator, community=community, person=person)
        assert standing(community, person) != "member"
        assert arrivals.join_community(actor=person, community=community).is_member
        assert [entry.verb for entry in AuditEntry.objects.order_by("pk")] == [
            "communities.banned",
            "communities.unbanned",
        ]
        assert told() == ["MembershipEnded", "MemberUnbanned", "MemberJoined"]

    def test_whoever_goes_is_cut_off_from_what_is_live(self):
        ended = events.MembershipEnded(community_id=1, person_id=2, actor_id=3)
        assert "revoked" in {live.type for live in ended.live()}
        assert {live.group for live in ended.live()} == {"user.2"}


@pytest.mark.parametrize("ending", ["decline", "withdraw"])
def test_an_invitation_that_ends_gives_no_former_role_back(ending):
    community = CommunityFactory()
    animator = member_of(community, Role.ANIMATOR)
    person = member_of(community, Role.MODERATOR)
    departures.remove_member(actor=animator, community=community, person=person)
    invitations.invite_member(actor=animator, community=community, person=person)
    if ending == "decline":
        invitations.decline_invitation(actor=person, community=community)
    else:
        invitations.withdraw_invitation(actor=animator, community=community, person=person)
    with pytest.raises(NotPossibleNow):
        departures.undo_end(actor=person if ending == "decline" else animator, community=community, person=person)
    assert Membership.objects.get(person=person, community=community).state == MembershipState.LEFT
