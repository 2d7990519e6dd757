"""Twenty people at the same moment: nobody counted twice, nobody left without an animator."""

import pytest

from communities.actions.communities import create_community
from communities.actions.membership.arrivals import join_community
from communities.actions.membership.departures import leave_community
from communities.actions.membership.invitations import invite_member
from communities.actions.membership.standing import LastAnimator
from communities.actions.proposals import NotPossibleNow, move_proposal
from communities.actions.roles import step_down_member
from communities.enums import MembershipState, ProposalState, ProposalVerb, Role
from communities.models import Activity, Community, Membership
from core.models import OutboxEvent
from core.system import SYSTEM
from tests.factories.accounts import DeputyFactory, UserFactory
from tests.factories.communities import CommunityFactory, member_of
from tests.factories.proposals import ProposalFactory
from tests.support.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 20


def test_twenty_people_join():
    community = CommunityFactory()
    people = [UserFactory() for _number in range(CROWD)]
    at_once([lambda person=person: join_community(actor=person, community=community) for person in people])
    assert community.memberships.members().count() == CROWD
    assert OutboxEvent.objects.filter(name="communities.MemberJoined").count() == CROWD


def test_one_person_joins_twenty_times():
    community, person = CommunityFactory(), UserFactory()
    results = at_once([lambda: join_community(actor=person, community=community)] * CROWD)
    assert not [result for result in results if isinstance(result, Exception)]
    assert community.memberships.count() == 1
    assert Activity.objects.count() == 1
    assert OutboxEvent.objects.count() == 1


def test_last_animators_leave_and_step_down():
    community = CommunityFactory()
    people = [member_of(community, Role.ANIMATOR) for _number in range(CROWD)]
    acts = [
        (lambda person=person: leave_community(actor=person, community=community))
        if number % 2
        else (lambda person=person: step_down_member(actor=person, community=community, person=person))
        for number, person in enumerate(people)
    ]
    results = at_once(acts)
    assert community.memberships.animators().count() == 1
    assert [type(result) for result in results if isinstance(result, Exception)] == [LastAnimator]


def test_joining_meets_an_invitation():
    community, person = CommunityFactory(), UserFactory()
    animator = member_of(community, Role.ANIMATOR)
    at_once(
        [
            lambda: join_community(actor=person, community=community),
            lambda: invite_member(actor=animator, community=community, person=person),
        ]
        * 5
    )
    assert Membership.objects.get(person=person).state == MembershipState.MEMBER


def test_twenty_communities_of_one_name():
    animator = UserFactory()
    results = at_once(
        [
            lambda: create_community(
                actor=SYSTEM, name="Achats", purpose="Acheter.", kind="project", animators=[animator]
            )
        ]
        * CROWD
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert len(set(Community.objects.values_list("slug", flat=True))) == CROWD


def test_a_sponsor_and_their_deputies_decide_once():
    proposal = ProposalFactory(sponsoring=True)
    deciders = [proposal.sponsor, *(DeputyFactory(sponsor=proposal.sponsor).deputy for _number in range(3))]
    verbs = (ProposalVerb.VALIDATE, ProposalVerb.REFUSE, ProposalVerb.VALIDATE, ProposalVerb.ASK)
    acts = [
        (lambda actor=actor, verb=verb: move_proposal(actor=actor, proposal=proposal, verb=verb, word="Voici."))
        for actor, verb in zip(deciders, verbs, strict=True)
    ]
    results = at_once(acts)
    [decided] = [result for result in results if not isinstance(result, Exception)]
    assert {type(result) for result in results if isinstance(result, Exception)} == {NotPossibleNow}
    assert proposal.steps.count() == 1
    assert proposal.steps.get().new == decided.state
    assert Community.objects.count() == (1 if decided.state == ProposalState.VALIDATED else 0)


def test_a_double_click_on_validate_founds_one_community():
    proposal = ProposalFactory(sponsoring=True)
    act = lambda: move_proposal(actor=proposal.sponsor, proposal=proposal, verb=ProposalVerb.VALIDATE)  # noqa: E731
    results = at_once([act] * 4)
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert Community.objects.count() == 1
