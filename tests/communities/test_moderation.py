"""From a report to what came of it: who is told what, what goes out of sight, what is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone, translation

from communities import limits
from communities.actions.moderation import decisions
from communities.actions.moderation.contests import answer_contest, contest_decision
from communities.actions.moderation.decisions import AlreadyDecided, decide_case, restore_case, undo_decision
from communities.actions.moderation.reports import report_text
from communities.actions.roles import appoint_member
from communities.enums import CaseState, MembershipState, Outcome, ReportReason, Role
from communities.models import Activity, Case, ContentReport, Decision, Membership
from core.actions.outbox import deliver_outbox
from core.errors import BusinessRuleError, Forbidden
from core.limits import LimitReached
from core.models import AuditEntry, Mail, OutboxEvent, ParameterValue
from core.system import SYSTEM
from feed.actions.posts import edit_post
from feed.models import Comment, Post
from notifications.models import Notification
from notifications.words import lines_of
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, member_of
from tests.factories.feed import CommentFactory, PostFactory
from tests.factories.moderation import CaseFactory, CharterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.live.tell_badges", lambda people: None)
    monkeypatch.setattr("notifications.live.tell_pages", lambda lives: list(lives))


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """What refusals say is compared as it is written in the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def community() -> Any:
    return CharterFactory().community


@pytest.fixture
def post(community: Any) -> Any:
    """What a plain member wrote."""
    return PostFactory(community=community, author=member_of(community))


@pytest.fixture
def moderator(community: Any) -> Any:
    return member_of(community, Role.MODERATOR)


@pytest.fixture
def manager(db: None) -> Any:
    return UserFactory(community_manager=True)


def reported(target: Any, times: int = 1) -> Case:
    for _number in range(times):
        report_text(actor=member_of(target.community), target=target, reason=ReportReason.ABUSIVE)
    return Case.objects.get()


def decide(case: Case, by: Any, outcome: Outcome = Outcome.HIDE, **values: Any) -> Decision:
    return decide_case(actor=by, case=case, outcome=outcome, **{"rule": 1, "word": "Trop vif.", "days": 7, **values})


def is_hidden(text: Any) -> bool:
    text.refresh_from_db()
    return bool(text.is_hidden)


def told(person: Any) -> list[str]:
    deliver_outbox()
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True))


def words_to(person: Any) -> str:
    rows = Notification.objects.visible_to(person).select_related("actor").order_by("pk")
    return " ".join(f"{line.notice.text} {line.notice.detail}" for line in lines_of(rows))


class TestReporting:
    def test_opens_one_case_a_text_and_counts_one_report_a_person(self, post):
        person = member_of(post.community)
        first = report_text(actor=person, target=post, reason=ReportReason.FALSE, word=" Le seuil est faux. ")
        again = report_text(actor=person, target=post, reason=ReportReason.ABUSIVE)
        report_text(actor=member_of(post.community), target=post, reason=ReportReason.UNWANTED)
        assert again == first
        assert first.word == "Le seuil est faux."
        case = Case.objects.get()
        assert (case.community, case.author, case.state) == (post.community, post.author, CaseState.OPEN)
        assert case.reports.count() == 2

    def test_takes_a_comment_as_well(self, post):
        comment = CommentFactory(target=post)
        assert reported(comment).target == comment

    def test_refuses_ones_own_text_in_words(self, post):
        with pytest.raises(BusinessRuleError, match="your own text"):
            report_text(actor=post.author, target=post, reason=ReportReason.ABUSIVE)
        assert not Case.objects.exists()

    def test_refuses_who_does_not_read_the_text(self, post):
        with pytest.raises(Forbidden):
            report_text(actor=UserFactory(external=True), target=post, reason=ReportReason.ABUSIVE)

    def test_tells_the_team_and_not_the_author(self, post, moderator, manager):
        reported(post)
        assert told(moderator) == ["communities.case_opened"]
        assert told(post.author) == []
        assert told(manager) == []

    def test_tells_community_managers_where_the_only_moderator_is_concerned(self, post, manager):
        lonely = member_of(post.community, Role.ANIMATOR)
        report_text(actor=lonely, target=post, reason=ReportReason.ABUSIVE)
        assert told(lonely) == []
        assert told(manager) == ["communities.case_opened"]

    def test_third_report_hides_until_a_moderator_looks(self, post, moderator):
        case = reported(post, 2)
        assert not is_hidden(post)
        case = reported(post)
        assert is_hidden(post)
        assert case.hidden_by_reports_at
        assert told(post.author) == ["communities.text_hidden"]
        assert told(moderator) == ["communities.case_opened", "communities.text_hidden_for_team"]
        assert AuditEntry.objects.filter(verb="communities.text_hidden_by_reports", actor=None).exists()

    def test_number_of_reports_that_hide_is_a_setting(self, post):
        ParameterValue.objects.create(name="communities.reports_to_hide", value=0)
        reported(post, 4)
        assert not is_hidden(post)

    def test_what_a_moderator_left_is_not_hidden_by_numbers_but_looked_at_again(self, post, moderator):
        decide(reported(post), moderator, Outcome.DISMISS)
        case = reported(post, 3)
        assert not is_hidden(post)
        assert case.state == CaseState.OPEN

    def test_what_was_edited_since_is_another_text(self, post, moderator):
        decide(reported(post), moderator, Outcome.DISMISS)
        edit_post(actor=post.author, post=post, version=1, title="Pire", body="<p>Bien pire.</p>")
        post.refresh_from_db()
        reported(post, 3)
        assert is_hidden(post)

    def test_has_a_limit_that_says_until_when(self, community):
        person = member_of(community)
        for _number in range(limits.REPORT.count):
            report_text(actor=person, target=PostFactory(community=community), reason=ReportReason.UNWANTED)
        with pytest.raises(LimitReached) as caught:
            report_text(actor=person, target=PostFactory(community=community), reason=ReportReason.UNWANTED)
        assert caught.value.until > timezone.now()
        assert ContentReport.objects.filter(person=person).count() == limits.REPORT.count

    def test_leaves_nothing_behind_when_telling_fails(self, post, monkeypatch):
        def fail(event):
            raise RuntimeError

        monkeypatch.setattr("communities.actions.moderation.reports.publish", fail)
        with pytest.raises(RuntimeError):
            reported(post)
        assert not Case.objects.exists()


class TestDeciding:
    def test_dismissing_shows_the_text_again(self, post, moderator):
        case = reported(post, 3)
        decide(case, moderator, Outcome.DISMISS, rule=0, word="")
        assert not is_hidden(post)
        assert Activity.objects.of_target(post).get().is_shown
        assert "communities.cleared" in told(post.author)

    def test_author_of_a_text_that_was_never_hidden_learns_nothing_of_a_dismissal(self, post, moderator):
        decide(reported(post), moderator, Outcome.DISMISS)
        assert told(post.author) == []

    @pytest.mark.parametrize("outcome", [Outcome.HIDE, Outcome.WARN, Outcome.SUSPEND, Outcome.REMOVE])
    def test_sanction_needs_a_rule_and_a_word(self, post, moderator, outcome):
        case = reported(post)
        for missing in ({"rule": 0}, {"rule": 9}, {"word": "  "}):
            with pytest.raises(BusinessRuleError):
                decide(case, moderator, outcome, **missing)
        assert not Decision.objects.exists()

    def test_sanction_is_told_by_mail_with_the_rule_and_without_a_name(self, post, moderator):
        reporter = member_of(post.community, last_name="Délatrice")
        report_text(actor=reporter, target=post, reason=ReportReason.ABUSIVE, word="Il m'insulte.")
        decide(Case.objects.get(), moderator)
        assert told(post.author) == ["communities.sanctioned"]
        mail = Mail.objects.get(to=post.author.email)
        assert "1. Restons courtois." in mail.text
        assert "Trop vif." in mail.text
        for secret in ("Délatrice", reporter.handle, moderator.last_name, "insulte"):
            assert secret not in mail.text + mail.html + words_to(post.author)
        assert told(reporter) == ["communities.text_looked_at"]
        assert not Mail.objects.filter(to=reporter.email).exists()

    def test_warning_may_leave_the_text(self, post, moderator):
        decide(reported(post), moderator, Outcome.WARN)
        assert not is_hidden(post)
        assert "communities.sanctioned" in told(post.author)

    def test_suspended_author_reads_and_does_not_write_until_the_minute(self, post, moderator):
        decision = decide(reported(post), moderator, Outcome.SUSPEND, days=3, hides=True)
        author, place = post.author, post.community
        assert is_hidden(post)
        assert not author.has_perm("communities.add_post", place)
        assert author.has_perm("communities.view_community", place)
        with time_machine.travel(decision.until - timedelta(seconds=1), tick=False):
            assert not author.has_perm("communities.add_post", place)
        with time_machine.travel(decision.until, tick=False):
            assert author.has_perm("communities.add_post", place)

    def test_exclusion_closes_the_door(self, post, moderator):
        decide(reported(post), moderator, Outcome.REMOVE)
        row = Membership.objects.get(person=post.author)
        assert (row.state, row.reason) == (MembershipState.BANNED, "1. Restons courtois.")
        assert told(post.author) == ["communities.sanctioned"], "told, though the community is closed to them"

    @pytest.mark.parametrize("outcome", [Outcome.SUSPEND, Outcome.REMOVE])
    def test_team_is_stepped_down_before_it_is_sanctioned(self, post, moderator, outcome):
        case = reported(post)
        appoint_member(actor=SYSTEM, community=post.community, person=post.author, role=Role.MODERATOR)
        with pytest.raises(BusinessRuleError, match="stepped down"):
            decide(case, moderator, outcome, hides=True)
        assert not is_hidden(post), "nothing of a decision that failed is left"

    def test_who_left_cannot_be_suspended(self, post, moderator):
        case = reported(post)
        Membership.objects.filter(person=post.author).update(state=MembershipState.LEFT)
        with pytest.raises(BusinessRuleError, match="no longer a member"):
            decide(case, moderator, Outcome.SUSPEND)

    def test_whoever_is_concerned_does_not_decide(self, community, moderator):
        text = PostFactory(community=community, author=moderator)
        case = reported(text)
        with pytest.raises(Forbidden) as caught:
            decide(case, moderator, Outcome.DISMISS)
        assert "somebody else decides" in str(caught.value.hint)
        other = member_of(community, Role.MODERATOR)
        report_text(actor=other, target=text, reason=ReportReason.FALSE)
        with pytest.raises(Forbidden):
            decide(case, other)
        decide(case, UserFactory(community_manager=True), hides=True)
        assert is_hidden(text)

    def test_second_moderator_is_told_what_the_first_decided(self, post, moderator):
        case = reported(post)
        decide(case, moderator)
        with pytest.raises(AlreadyDecided) as caught:
            decide(case, member_of(post.community, Role.ANIMATOR), Outcome.DISMISS)
        assert str(moderator) in str(caught.value)
        assert is_hidden(post)
        assert Decision.objects.count() == 1

    def test_is_audited_and_never_changes_the_text(self, post, moderator):
        before = (post.title, post.body, post.version)
        decide(reported(post), moderator)
        entry = AuditEntry.objects.get(verb="communities.case_decided")
        assert entry.actor == moderator
        assert entry.data["rule"] == "1. Restons courtois."
        post.refresh_from_db()
        assert (post.title, post.body, post.version) == before

    def test_is_atomic_when_telling_fails(self, post, moderator, monkeypatch):
        case = reported(post)

        def fail(event):
            raise RuntimeError

        monkeypatch.setattr("communities.actions.moderation.decisions.publish", fail)
        with pytest.raises(RuntimeError):
            decide(case, moderator, Outcome.REMOVE, hides=True)
        assert not is_hidden(post)
        assert Membership.objects.get(person=post.author).is_member

    def test_text_that_is_gone_for_good_can_still_be_decided(self, post, moderator):
        case = reported(post)
        Post.objects.all().delete()
        decide(case, moderator, Outcome.WARN, hides=True)
        assert "communities.sanctioned" in told(case.author)


class TestTakingBack:
    @pytest.mark.parametrize("outcome", [Outcome.HIDE, Outcome.WARN, Outcome.SUSPEND, Outcome.REMOVE])
    def test_undo_leaves_everything_as_before(self, post, moderator, outcome):
        case = reported(post)
        decide(case, moderator, outcome, hides=True)
        undo_decision(actor=moderator, case=case)
        case.refresh_from_db()
        row = Membership.objects.get(person=post.author)
        assert not is_hidden(post)
        assert (case.state, case.outcome, case.decided_by) == (CaseState.OPEN, "", None)
        assert row.is_member
        assert not row.is_suspended
        assert told(post.author)[-1] == "communities.decision_undone"

    def test_undo_hides_again_what_reports_had_hidden(self, post, moderator):
        case = reported(post, 3)
        decide(case, moderator, Outcome.DISMISS)
        undo_decision(actor=moderator, case=case)
        assert is_hidden(post)

    def test_undo_has_its_hour_and_its_person(self, post, moderator):
        case = reported(post)
        decide(case, moderator)
        with pytest.raises(Forbidden):
            undo_decision(actor=member_of(post.community, Role.ANIMATOR), case=case)
        with (
            time_machine.travel(timezone.now() + decisions.UNDO_TIME + timedelta(minutes=1)),
            pytest.raises(BusinessRuleError),
        ):
            undo_decision(actor=moderator, case=case)

    def test_restoring_later_lifts_the_sanction_and_keeps_the_case_closed(self, post, moderator):
        case = reported(post)
        decide(case, moderator, Outcome.SUSPEND, hides=True)
        with time_machine.travel(timezone.now() + timedelta(days=1)):
            restore_case(actor=member_of(post.community, Role.ANIMATOR), case=case, word="Vu avec lui.")
        case.refresh_from_db()
        assert (case.state, case.outcome) == (CaseState.DECIDED, Outcome.RESTORE)
        assert not is_hidden(post)
        assert not Membership.objects.get(person=post.author).is_suspended
        with pytest.raises(BusinessRuleError):
            restore_case(actor=moderator, case=case)

    def test_lifts_its_own_suspension_and_no_later_one(self, post, moderator):
        case = reported(post)
        decide(case, moderator, Outcome.SUSPEND, days=3)
        later = timezone.now() + timedelta(days=30)
        Membership.objects.filter(person=post.author).update(suspended_until=later)
        restore_case(actor=moderator, case=case)
        assert Membership.objects.get(person=post.author).suspended_until == later


class TestContesting:
    def test_manager_overturns_and_everything_is_lifted(self, post, moderator, manager):
        case = reported(post)
        decide(case, moderator, Outcome.REMOVE, hides=True)
        contest_decision(actor=post.author, case=case, word="Je citais la note.")
        assert "communities.decision_contested" in told(manager)
        assert "communities.decision_contested" in told(moderator)
        answer_contest(actor=manager, case=case, is_upheld=False, word="La citation est exacte.")
        case.refresh_from_db()
        assert (case.state, case.outcome) == (CaseState.SETTLED, Outcome.RESTORE)
        assert not is_hidden(post)
        assert Membership.objects.get(person=post.author).is_member
        assert told(post.author)[-1] == "communities.contest_answered"
        assert told(moderator)[-1] == "communities.contest_answered_for_team"
        assert manager.last_name not in words_to(post.author)
        verbs = set(AuditEntry.objects.values_list("verb", flat=True))
        assert {"communities.decision_contested", "communities.contest_answered"} <= verbs

    def test_manager_upholds_and_it_holds(self, post, moderator, manager):
        case = reported(post)
        decide(case, moderator)
        contest_decision(actor=post.author, case=case, word="Non.")
        answer_contest(actor=manager, case=case, is_upheld=True, word="Le ton n'y était pas.")
        assert is_hidden(post)
        with pytest.raises(BusinessRuleError, match="contested once"):
            contest_decision(actor=post.author, case=case, word="Encore.")

    def test_is_made_once_with_a_word_and_in_time(self, post, moderator):
        case = reported(post)
        decision = decide(case, moderator)
        with pytest.raises(BusinessRuleError, match="Say why"):
            contest_decision(actor=post.author, case=case, word=" ")
        with time_machine.travel(decision.at + timedelta(days=16)), pytest.raises(BusinessRuleError, match="over"):
            contest_decision(actor=post.author, case=case, word="Trop tard.")
        contest_decision(actor=post.author, case=case, word="À temps.")
        with pytest.raises(BusinessRuleError, match="contested once"):
            contest_decision(actor=post.author, case=case, word="Encore.")

    def test_is_not_answered_by_who_decided(self, post, manager):
        case = reported(post)
        decide(case, manager)
        contest_decision(actor=post.author, case=case, word="Non.")
        with pytest.raises(Forbidden):
            answer_contest(actor=manager, case=case, is_upheld=True, word="Si.")
        answer_contest(actor=UserFactory(administrator=True), case=case, is_upheld=True, word="Si.")

    def test_second_manager_is_told_that_it_is_answered(self, post, moderator, manager):
        case = reported(post)
        decide(case, moderator)
        contest_decision(actor=post.author, case=case, word="Non.")
        answer_contest(actor=manager, case=case, is_upheld=True, word="Si.")
        with pytest.raises(BusinessRuleError, match="meanwhile"):
            answer_contest(actor=UserFactory(community_manager=True), case=case, is_upheld=False, word="Non.")

    def test_moderators_do_not_take_back_what_is_contested(self, post, moderator):
        case = reported(post)
        decide(case, moderator)
        contest_decision(actor=post.author, case=case, word="Non.")
        with pytest.raises(Forbidden):
            restore_case(actor=moderator, case=case)


def test_every_event_of_a_case_reaches_its_open_page(post, moderator, manager):
    case = reported(post)
    decide(case, moderator)
    contest_decision(actor=post.author, case=case, word="Non.")
    answer_contest(actor=manager, case=case, is_upheld=True, word="Si.")
    names = {row.name for row in OutboxEvent.objects.filter(name__startswith="communities.")}
    assert {"communities.CaseOpened", "communities.CaseDecided", "communities.ContestAnswered"} <= names


def test_hidden_comment_leaves_its_place_as_the_answer_and_takes_it_back(community, moderator):
    question = PostFactory(community=community, question=True, author=member_of(community))
    answer = CommentFactory(target=question, author=member_of(community))
    question.accepted_comment = answer
    question.save()
    case = reported(answer)
    decide(case, moderator)
    question.refresh_from_db()
    assert question.accepted_comment is None
    restore_case(actor=moderator, case=case)
    question.refresh_from_db()
    assert question.accepted_comment == answer
    assert not Comment.objects.get().was_accepted


def test_case_of_another_community_is_not_decided_by_this_one(post):
    case = CaseFactory(target=post)
    with pytest.raises(Forbidden):
        decide(case, member_of(CommunityFactory(), Role.MODERATOR))
