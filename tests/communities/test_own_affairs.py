"""Nobody opens a door to themselves, nor judges what is theirs."""

from __future__ import annotations

import pytest

from accounts.actions.people import close_account
from accounts.enums import PlatformRole
from accounts.models import User
from communities.actions.communities import change_community
from communities.actions.grants import grant_to_role
from communities.actions.proposals import move_proposal
from communities.actions.reports import answer_report, communities_to_report_on, prepare_report
from communities.actions.roles import appoint_member
from communities.actions.stages import change_stage
from communities.enums import CommunityKind, Grant, ProposalState, ProposalVerb, ReportAnswer, Role, Stage
from communities.models import CalendarToken, Community, Proposal
from core.errors import BusinessRuleError, Forbidden
from core.models import AuditEntry
from core.system import SYSTEM
from tests.factories.accounts import DeputyFactory, UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, SponsorReportFactory, member_of
from tests.factories.proposals import ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stage", list(Stage))
def test_who_steers_lets_themselves_in_at_no_stage(stage):
    manager = UserFactory(community_manager=True)
    community = CommunityFactory(confidential=True, stage=stage)
    with pytest.raises(Forbidden):
        grant_to_role(actor=manager, community=community, role=PlatformRole.COMMUNITY_MANAGER, permission=Grant.JOIN)
    with pytest.raises(Forbidden):
        grant_to_role(actor=manager, community=community, role=PlatformRole.COMMUNITY_MANAGER, permission=Grant.VIEW)


def test_nobody_appoints_themselves():
    manager = UserFactory(community_manager=True)
    community = CommunityFactory()
    MembershipFactory(community=community, person=manager)
    with pytest.raises(BusinessRuleError):
        appoint_member(actor=manager, community=community, person=manager, role=Role.ANIMATOR)


def test_what_agents_do_outside_work_is_reported_to_nobody():
    community = CommunityFactory(kind=CommunityKind.EXTRA_PROFESSIONAL, sponsor=UserFactory(sponsor=True))
    Community.objects.update(stage_changed_at="2025-01-01T00:00:00Z")
    assert communities_to_report_on() == []
    assert prepare_report(actor=SYSTEM, community=community) is None


def test_animators_alone_say_that_a_community_is_no_work():
    community = CommunityFactory(kind=CommunityKind.EXTRA_PROFESSIONAL)
    with pytest.raises(Forbidden):
        change_community(
            actor=UserFactory(community_manager=True), community=community, version=1, kind=CommunityKind.PRACTICE
        )
    animator = member_of(community, Role.ANIMATOR)
    change_community(actor=animator, community=community, version=1, kind=CommunityKind.PRACTICE)
    entry = AuditEntry.objects.get(verb="communities.kind_changed")
    assert entry.data == {"old": "extra_professional", "new": "practice"}


@pytest.fixture
def proposal():
    return ProposalFactory(sponsoring=True)


def decide(person, proposal, verb=ProposalVerb.VALIDATE):
    person = User.objects.get(pk=person.pk)
    fresh = Proposal.objects.get(pk=proposal.pk)
    return move_proposal(actor=person, proposal=fresh, verb=verb, version=fresh.version, word="Oui")


def test_whoever_would_animate_does_not_validate_as_deputy(proposal):
    animator = UserFactory()
    proposal.animators.add(animator)
    DeputyFactory(sponsor=proposal.sponsor, deputy=animator)
    with pytest.raises(BusinessRuleError):
        decide(animator, proposal)
    assert Proposal.objects.get().state == ProposalState.SPONSORING


def test_sponsor_without_the_role_decides_no_more_nor_does_their_deputy(proposal):
    deputy = DeputyFactory(sponsor=proposal.sponsor).deputy
    proposal.sponsor.role_grants.all().delete()
    for person in (proposal.sponsor, deputy):
        with pytest.raises(BusinessRuleError):
            decide(person, proposal)


def test_deputy_of_a_closed_account_decides_nothing(proposal):
    deputy = DeputyFactory(sponsor=proposal.sponsor).deputy
    close_account(actor=SYSTEM, person=proposal.sponsor)
    with pytest.raises(Forbidden):
        decide(deputy, proposal)


def test_manager_does_not_check_what_they_propose():
    manager = UserFactory(community_manager=True)
    proposal = ProposalFactory(proposed_by=manager)
    with pytest.raises(BusinessRuleError):
        decide(manager, proposal, ProposalVerb.PASS)


def test_animator_does_not_answer_their_report_as_deputy():
    community = CommunityFactory(sponsor=UserFactory(sponsor=True))
    animator = member_of(community, Role.ANIMATOR)
    DeputyFactory(sponsor=community.sponsor, deputy=animator)
    report = SponsorReportFactory(community=community, sent=True)
    with pytest.raises(BusinessRuleError):
        answer_report(actor=User.objects.get(pk=animator.pk), report=report, answer=ReportAnswer.CONTINUE)


def test_address_of_a_calendar_does_not_come_back_with_the_account():
    person = UserFactory()
    CalendarToken.objects.create(person=person, digest="a" * 64)
    close_account(actor=SYSTEM, person=person)
    assert CalendarToken.objects.get().revoked_at is not None


def test_stage_changes_as_before_for_who_steers():
    community = CommunityFactory(confidential=True)
    manager = UserFactory(community_manager=True)
    assert change_stage(actor=manager, community=community, stage=Stage.READ_ONLY).stage == Stage.READ_ONLY
