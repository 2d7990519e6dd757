"""Who leads, and which units have an access of their own."""

import pytest

from communities.actions.communities import change_community
from communities.actions.grants import grant_to_unit, revoke_from_unit
from communities.actions.membership.standing import LastAnimator, NotPossibleNow
from communities.actions.roles import appoint_member, step_down_member
from communities.enums import Grant, Joining, Role, Visibility
from communities.models import Community, CommunityGroupObjectPermission, Membership
from core.errors import BusinessRuleError, Forbidden
from core.models import AuditEntry, OutboxEvent
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, member_of

pytestmark = pytest.mark.django_db

MEMBER, MODERATOR, ANIMATOR = Role


def role_of(person):
    return Membership.objects.get(person=person).role


def person_who_is(who, community):
    return member_of(community, who) if isinstance(who, Role) else UserFactory(**({who: True} if who else {}))


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (None, False),
        (MEMBER, False),
        (MODERATOR, False),
        (ANIMATOR, True),
        ("community_manager", True),
        ("administrator", True),
        ("ambassador", False),
    ],
)
def test_who_appoints_and_steps_moderators_down(who, may):
    community = CommunityFactory()
    person, actor = member_of(community), person_who_is(who, community)
    if may:
        appoint_member(actor=actor, community=community, person=person, role=MODERATOR)
        assert role_of(person) == MODERATOR
        step_down_member(actor=actor, community=community, person=person)
        assert role_of(person) == MEMBER
        assert [entry.data for entry in AuditEntry.objects.order_by("pk")] == [
            {"person": person.pk, "old": "member", "new": "moderator"},
            {"person": person.pk, "old": "moderator", "new": "member"},
        ]
        assert [row.name for row in OutboxEvent.objects.all()] == ["communities.RoleChanged"] * 2
    else:
        for change in (appoint_member, step_down_member):
            with pytest.raises(Forbidden):
                change(actor=actor, community=community, person=person, role=MODERATOR)
        assert role_of(person) == MEMBER


def test_animator_does_not_step_another_animator_down():
    community = CommunityFactory()
    one, other = member_of(community, ANIMATOR), member_of(community, ANIMATOR)
    with pytest.raises(Forbidden):
        step_down_member(actor=one, community=community, person=other)
    step_down_member(actor=UserFactory(community_manager=True), community=community, person=other)
    assert role_of(other) == MEMBER


def test_everyone_may_step_down_themselves_but_the_last():
    community = CommunityFactory()
    one, other = member_of(community, ANIMATOR), member_of(community, ANIMATOR)
    step_down_member(actor=one, community=community, person=one, role=MODERATOR)
    assert role_of(one) == MODERATOR
    with pytest.raises(LastAnimator):
        step_down_member(actor=other, community=community, person=other)
    step_down_member(actor=other, community=community, person=other, role=ANIMATOR)


def test_external_and_stranger_are_not_appointed():
    community = CommunityFactory()
    animator = member_of(community, ANIMATOR)
    with pytest.raises(BusinessRuleError):
        appoint_member(actor=animator, community=community, person=member_of(community, external=True), role=MODERATOR)
    with pytest.raises(NotPossibleNow):
        appoint_member(actor=animator, community=community, person=UserFactory(), role=MODERATOR)
    asking = MembershipFactory(community=community, requested=True).person
    with pytest.raises(NotPossibleNow):
        appoint_member(actor=animator, community=community, person=asking, role=MODERATOR)


def test_appointing_never_lowers_and_stepping_down_never_raises():
    community = CommunityFactory()
    animator, moderator = member_of(community, ANIMATOR), member_of(community, MODERATOR)
    with pytest.raises(NotPossibleNow):
        appoint_member(actor=animator, community=community, person=moderator, role=MEMBER)
    with pytest.raises(NotPossibleNow):
        step_down_member(actor=animator, community=community, person=moderator, role=ANIMATOR)


class TestGrants:
    def test_unit_reads_with_all_below_it_until_it_is_revoked(self):
        ministry = UnitFactory(ministry=True)
        agent = UserFactory(unit=UnitFactory(parent=UnitFactory(direction=True, parent=ministry)))
        community = CommunityFactory(confidential=True)
        animator = member_of(community, ANIMATOR)
        for _number in range(2):
            grant_to_unit(actor=animator, community=community, unit=ministry, permission=Grant.VIEW)
        assert agent.has_perm("communities.view_community", community)
        assert not agent.has_perm("communities.join_community", community)
        assert not UserFactory().has_perm("communities.view_community", community)
        for _number in range(2):
            revoke_from_unit(actor=animator, community=community, unit=ministry, permission=Grant.VIEW)
        assert not agent.has_perm("communities.view_community", community)
        entries = AuditEntry.objects.filter(verb__startswith="communities.").order_by("pk")
        assert [entry.verb for entry in entries] == [
            "communities.access_granted",
            "communities.access_revoked",
        ]
        assert OutboxEvent.objects.filter(name__startswith="communities.Access").count() == 2

    @pytest.mark.parametrize("who", [None, MEMBER, MODERATOR])
    def test_is_refused_to_others(self, who):
        community, unit = CommunityFactory(), UnitFactory()
        actor = person_who_is(who, community)
        for change in (grant_to_unit, revoke_from_unit):
            with pytest.raises(Forbidden):
                change(actor=actor, community=community, unit=unit, permission=Grant.VIEW)

    def test_grant_goes_with_its_community(self):
        community, unit = CommunityFactory(), UnitFactory()
        grant_to_unit(actor=member_of(community, ANIMATOR), community=community, unit=unit, permission=Grant.JOIN)
        community.delete()
        assert not CommunityGroupObjectPermission.objects.exists()


@pytest.mark.parametrize("permission", list(Grant))
def test_who_steers_a_community_does_not_grant_it_to_themselves(permission):
    community, unit = CommunityFactory(confidential=True), UnitFactory()
    manager = UserFactory(community_manager=True, unit=unit)
    manager.groups.add(unit.group)
    with pytest.raises(Forbidden):
        grant_to_unit(actor=manager, community=community, unit=unit, permission=permission)
    assert not CommunityGroupObjectPermission.objects.exists()
    grant_to_unit(actor=manager, community=community, unit=UnitFactory(), permission=permission)


@pytest.mark.parametrize("opened", [Joining.OPEN, Joining.REQUEST])
def test_who_steers_a_community_does_not_open_its_contents_to_themselves(opened):
    community = CommunityFactory(confidential=True)
    manager = UserFactory(community_manager=True)
    change = {"community": community, "version": 1, "visibility": Visibility.LISTED, "joining": opened}
    if opened == Joining.OPEN:
        with pytest.raises(Forbidden):
            change_community(actor=manager, **change)
        assert Community.objects.get().visibility == Visibility.CONFIDENTIAL
        change_community(actor=member_of(community, ANIMATOR), **change)
    else:
        change_community(actor=manager, **change)
    assert Community.objects.get().joining == opened
