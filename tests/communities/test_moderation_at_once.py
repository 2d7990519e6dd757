"""People who report and decide at the same moment: one case, one decision, one hiding."""

from __future__ import annotations

import pytest

from communities.actions.charters import write_charter
from communities.actions.moderation.contests import answer_contest, contest_decision
from communities.actions.moderation.decisions import AlreadyDecided, decide_case
from communities.actions.moderation.reports import report_text
from communities.enums import CaseState, Outcome, ReportReason, Role
from communities.models import Case, ContentReport, Decision
from core.errors import BusinessRuleError, EditConflict
from core.models import OutboxEvent
from feed.actions.posts import delete_post
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, member_of
from tests.factories.feed import PostFactory
from tests.factories.moderation import CaseFactory, CharterFactory
from tests.support.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 12


def test_twelve_people_report_one_text():
    post = PostFactory()
    people = [member_of(post.community) for _number in range(CROWD)]
    results = at_once(
        [lambda person=person: report_text(actor=person, target=post, reason=ReportReason.FALSE) for person in people]
    )
    assert not [result for result in results if isinstance(result, Exception)]
    case = Case.objects.get()
    assert case.reports.count() == CROWD
    post.refresh_from_db()
    assert post.is_hidden
    assert OutboxEvent.objects.filter(name="communities.CaseOpened").count() == 1
    assert OutboxEvent.objects.filter(name="communities.TextHiddenByReports").count() == 1
    assert OutboxEvent.objects.filter(name="feed.PostHidden").count() == 1


def test_one_person_clicks_twelve_times():
    post = PostFactory()
    person = member_of(post.community)
    at_once([lambda: report_text(actor=person, target=post, reason=ReportReason.FALSE)] * CROWD)
    post.refresh_from_db()
    assert ContentReport.objects.count() == 1
    assert not post.is_hidden


def test_two_moderators_decide_at_once_and_the_second_is_told():
    community = CharterFactory().community
    post = PostFactory(community=community, author=member_of(community))
    case = CaseFactory(target=post)
    people = [member_of(community, Role.MODERATOR) for _number in range(4)]
    outcomes = [Outcome.DISMISS, Outcome.HIDE, Outcome.SUSPEND, Outcome.REMOVE]
    results = at_once(
        [
            lambda person=person, outcome=outcome: decide_case(
                actor=person, case=case, outcome=outcome, rule=1, word="Trop vif.", days=3
            )
            for person, outcome in zip(people, outcomes, strict=True)
        ]
    )
    refusals = [result for result in results if isinstance(result, Exception)]
    assert [type(refusal) for refusal in refusals] == [AlreadyDecided] * 3
    decision = Decision.objects.get()
    assert all(str(decision.by) in str(refusal) for refusal in refusals)
    post.refresh_from_db()
    assert post.is_hidden == (decision.outcome == Outcome.HIDE)


def test_two_managers_answer_at_once():
    community = CharterFactory().community
    post = PostFactory(community=community, author=member_of(community))
    case = CaseFactory(target=post)
    decide_case(actor=member_of(community, Role.MODERATOR), case=case, outcome=Outcome.HIDE, rule=1, word="Non.")
    contest_decision(actor=post.author, case=case, word="Si.")
    managers = [UserFactory(community_manager=True) for _number in range(2)]
    results = at_once(
        [
            lambda manager=manager, upheld=upheld: answer_contest(
                actor=manager, case=case, is_upheld=upheld, word="Vu."
            )
            for manager, upheld in zip(managers, (True, False), strict=True)
        ]
    )
    refusals = [result for result in results if isinstance(result, Exception)]
    assert [type(refusal) for refusal in refusals] == [BusinessRuleError]
    post.refresh_from_db()
    assert Case.objects.get().state == CaseState.SETTLED
    assert post.is_hidden == Decision.objects.get().is_upheld


def test_author_deletes_while_it_is_hidden():
    community = CharterFactory().community
    post = PostFactory(community=community, author=member_of(community))
    case = CaseFactory(target=post)
    moderator = member_of(community, Role.MODERATOR)
    results = at_once(
        [
            lambda: decide_case(actor=moderator, case=case, outcome=Outcome.HIDE, rule=1, word="Non."),
            lambda: delete_post(actor=post.author, post=post),
        ]
    )
    assert not [result for result in results if isinstance(result, Exception)]
    post.refresh_from_db()
    assert post.is_hidden
    assert post.is_deleted


def test_two_animators_write_the_charter_at_once():
    community = CommunityFactory()
    animators = [member_of(community, Role.ANIMATOR) for _number in range(2)]
    results = at_once(
        [
            lambda person=person: write_charter(actor=person, community=community, number=0, rules=[person.handle])
            for person in animators
        ]
    )
    assert [type(result) for result in results if isinstance(result, Exception)] == [EditConflict]
    assert community.charters.count() == 1
