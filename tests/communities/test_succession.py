"""No community is left without somebody who leads it, or who is looked for. Proposition 49."""

from __future__ import annotations

import pytest

from accounts.actions.people import close_account
from communities.actions.membership.departures import leave_community
from communities.actions.roles import appoint_member, step_down_member
from communities.actions.succession import ensure_animator, without_animator
from communities.enums import Role, Stage
from communities.models import Community, Membership
from communities.tasks import find_successors
from core.actions.outbox import deliver_outbox
from core.models import AuditEntry, Mail
from core.system import SYSTEM
from notifications.models import Notification
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(community_manager=True)


@pytest.fixture
def community():
    return CommunityFactory()


def told(kind):
    return set(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def role_of(person):
    return Membership.objects.get(person=person).role


def test_moderator_of_longest_standing_follows_the_last_animator(community, manager):
    animator = member_of(community, Role.ANIMATOR)
    first, second = member_of(community, Role.MODERATOR), member_of(community, Role.MODERATOR)
    Membership.objects.filter(person=first).update(joined_at="2024-01-01T00:00:00Z")
    Membership.objects.filter(person=second).update(joined_at="2025-01-01T00:00:00Z")
    close_account(actor=SYSTEM, person=animator)
    assert (role_of(first), role_of(second)) == (Role.ANIMATOR, Role.MODERATOR)
    deliver_outbox()
    assert told("communities.orphaned") == {manager.pk}
    assert told("communities.appointed") == {first.pk}
    assert Community.objects.get().orphaned_at is None


def test_without_a_moderator_the_community_managers_are_told_once(community, manager):
    animator = member_of(community, Role.ANIMATOR)
    member_of(community)
    close_account(actor=SYSTEM, person=animator)
    find_successors()
    find_successors()
    deliver_outbox()
    assert Community.objects.get().orphaned_at is not None
    assert AuditEntry.objects.filter(verb="communities.orphaned").count() == 1
    assert Notification.objects.filter(kind="communities.orphaned", recipient=manager).count() == 1
    assert Mail.objects.get().to == manager.email


def test_whoever_accompanies_it_is_told_alone(community, manager):
    other = UserFactory(community_manager=True)
    community.accompanied_by = other
    community.save()
    close_account(actor=SYSTEM, person=member_of(community, Role.ANIMATOR))
    deliver_outbox()
    assert told("communities.orphaned") == {other.pk}


def test_mark_goes_with_the_next_animator(community, manager):
    close_account(actor=SYSTEM, person=member_of(community, Role.ANIMATOR))
    appoint_member(actor=manager, community=community, person=member_of(community), role=Role.ANIMATOR)
    ensure_animator(actor=SYSTEM, community=community)
    assert Community.objects.get().orphaned_at is None
    assert set(without_animator()) == set()


def test_an_external_moderator_of_old_does_not_lead(community):
    animator = member_of(community, Role.ANIMATOR)
    external = member_of(community, Role.MODERATOR, external=True)
    close_account(actor=SYSTEM, person=animator)
    assert role_of(external) == Role.MODERATOR
    assert Community.objects.get().orphaned_at is not None


def test_archived_needs_nobody(community):
    animator = member_of(community, Role.ANIMATOR)
    Community.objects.update(stage=Stage.ARCHIVED)
    close_account(actor=SYSTEM, person=animator)
    assert Community.objects.get().orphaned_at is None


def test_closing_an_account_is_undone_whole_where_the_succession_fails(community, monkeypatch):
    animator = member_of(community, Role.ANIMATOR)

    def fail(**kwargs):
        raise RuntimeError

    monkeypatch.setattr("communities.actions.succession.record_audit", fail)
    with pytest.raises(RuntimeError):
        close_account(actor=SYSTEM, person=animator)
    animator.refresh_from_db()
    assert animator.is_active


class TestAlone:
    def two(self, community):
        return [member_of(community, Role.ANIMATOR) for _number in range(2)]

    def test_closed_account(self, community, manager):
        left, gone = self.two(community)
        close_account(actor=SYSTEM, person=gone)
        deliver_outbox()
        assert told("communities.animator_alone") == {left.pk, manager.pk}

    def test_leaving(self, community, manager):
        left, gone = self.two(community)
        leave_community(actor=gone, community=community)
        deliver_outbox()
        assert told("communities.animator_alone_by_leaving") == {left.pk, manager.pk}

    def test_stepping_down(self, community, manager):
        left, gone = self.two(community)
        step_down_member(actor=gone, community=community, person=gone)
        deliver_outbox()
        assert told("communities.animator_alone_by_step_down") == {left.pk, manager.pk}

    def test_is_not_told_of_a_member_nor_with_two_left(self, community, manager):
        self.two(community)
        leave_community(actor=member_of(community), community=community)
        leave_community(actor=member_of(community, Role.ANIMATOR), community=community)
        deliver_outbox()
        assert told("communities.animator_alone_by_leaving") == set()
