"""The report to the sponsor: prepared in its time, written by animators, answered once, and nobody else's business."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from communities.actions import reports
from communities.enums import ReportAnswer, ReportState, Role, Stage
from communities.models import Community, SponsorReport
from communities.tasks import chase_reports, prepare_reports
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.kinds import kinds
from core.models import AuditEntry, Mail, OutboxEvent, ParameterValue
from core.system import SYSTEM
from notifications.actions.notices import deliver_notices
from tests.factories.accounts import DeputyFactory, UserFactory
from tests.factories.communities import CommunityFactory, SponsorReportFactory, member_of
from tests.support.together import at_once

WORD = "L’entraide a pris. Un avis juridique manque."


@pytest.fixture
def place(db):
    """A community that opened in January, its animator, its sponsor."""
    community = CommunityFactory(sponsor=UserFactory(sponsor=True))
    Community.objects.update(
        created_at=datetime(2026, 1, 5, 9, tzinfo=UTC), stage_changed_at=datetime(2026, 1, 12, 9, tzinfo=UTC)
    )
    community.refresh_from_db()
    return community, member_of(community, Role.ANIMATOR), community.sponsor


def on(day):
    return time_machine.travel(datetime.fromisoformat(f"{day}T08:00:00+00:00"), tick=False)


def published(name):
    return list(OutboxEvent.objects.filter(name=f"communities.{name}").order_by("pk"))


def told(kind_name, row):
    kind = kinds[kind_name]
    event = kind.event(**row.payload)
    return set(kind.recipients(event, kind.target(event)))


class TestPreparing:
    @pytest.mark.parametrize(("day", "prepared"), [("2026-04-11", 0), ("2026-04-12", 1), ("2026-04-20", 1)])
    def test_is_due_three_months_after_the_opening(self, place, day, prepared):
        with on(day):
            assert prepare_reports() == prepared

    def test_covers_the_time_since_the_opening_and_asks_the_animators(self, place):
        community, animator, sponsor = place
        with on("2026-04-12"):
            prepare_reports()
        report = SponsorReport.objects.get()
        assert (report.starts_on, report.ends_on) == (date(2026, 1, 12), date(2026, 4, 11))
        assert report.due_on == date(2026, 4, 27)
        (event,) = published("ReportPrepared")
        assert told("communities.report_prepared", event) == {animator}

    def test_run_twice_it_prepares_one(self, place):
        with on("2026-04-12"):
            assert (prepare_reports(), prepare_reports()) == (1, 0)

    def test_the_next_one_begins_where_the_last_one_ended(self, place):
        community, animator, sponsor = place
        with on("2026-04-12"):
            prepare_reports()
            reports.send_report(actor=animator, report=SponsorReport.objects.get(), version=1, word=WORD)
        with on("2026-07-11"):
            assert prepare_reports() == 0
        with on("2026-07-12"):
            assert prepare_reports() == 1
        report = SponsorReport.objects.to_write().get()
        assert (report.starts_on, report.ends_on) == (date(2026, 4, 12), date(2026, 7, 11))

    def test_waits_for_the_one_that_is_not_sent(self, place):
        with on("2026-04-12"):
            prepare_reports()
        with on("2026-12-01"):
            assert prepare_reports() == 0

    def test_a_new_sponsor_is_told_of_the_last_months_and_not_of_years(self, place):
        with on("2028-06-15"):
            prepare_reports()
        assert SponsorReport.objects.get().starts_on == date(2028, 3, 15)

    def test_administrators_decide_how_often(self, place):
        ParameterValue.objects.create(name="communities.report_months", value=1)
        with on("2026-02-12"):
            assert prepare_reports() == 1

    @pytest.mark.parametrize(
        "change", [{"sponsor": None}, *({"stage": stage} for stage in Stage if stage != Stage.OPEN)]
    )
    def test_without_a_sponsor_or_closed_there_is_none(self, place, change):
        Community.objects.update(**change)
        with on("2026-12-01"):
            assert prepare_reports() == 0

    def test_the_calendar_knows_short_months(self):
        assert reports.months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
        assert reports.months_after(date(2026, 1, 15), -3) == date(2025, 10, 15)

    def test_nobody_prepares_one_by_hand(self, place):
        community, animator, sponsor = place
        for person in (animator, sponsor):
            with pytest.raises(Forbidden):
                reports.prepare_report(actor=person, community=community)


class TestWriting:
    def test_is_kept_without_being_sent(self, place):
        community, animator, sponsor = place
        report = SponsorReportFactory(community=community)
        reports.write_word(actor=animator, report=report, version=1, word=f"  {WORD} ")
        report.refresh_from_db()
        assert (report.word, report.version, report.state) == (WORD, 2, ReportState.PREPARED)
        assert not published("ReportSent")

    def test_the_second_animator_overwrites_nothing(self, place):
        community, animator, sponsor = place
        other, report = member_of(community, Role.ANIMATOR), SponsorReportFactory(community=community)
        reports.write_word(actor=animator, report=report, version=1, word=WORD)
        for act in (reports.write_word, reports.send_report):
            with pytest.raises(EditConflict) as refused:
                act(actor=other, report=report, version=1, word="Rien.")
            assert refused.value.current.word == WORD

    def test_sending_freezes_the_figures_tells_the_sponsor_and_is_recorded(self, place):
        community, animator, sponsor = place
        deputy = DeputyFactory(sponsor=sponsor).deputy
        for _number in range(7):
            member_of(community)
        report = SponsorReportFactory(community=community, chased_at=timezone.now())
        sent = reports.send_report(actor=animator, report=report, version=1, word=WORD)
        assert (sent.state, sent.sent_by, sent.chased_at) == (ReportState.SENT, animator, None)
        assert sent.due_on == timezone.localdate() + timedelta(days=15)
        assert sent.facts["members"]["now"] == 8
        member_of(community)
        sent.refresh_from_db()
        assert sent.facts["members"]["now"] == 8, "what was sent stays as it was read"
        (event,) = published("ReportSent")
        assert told("communities.report_sent", event) == {sponsor, deputy}
        assert AuditEntry.objects.get(verb="communities.report_sent").actor == animator

    def test_a_sponsor_who_never_signs_in_is_reached_by_a_plain_mail_and_told_once(self, place):
        community, animator, sponsor = place
        report = SponsorReportFactory(community=community)
        reports.send_report(actor=animator, report=report, version=1, word=WORD)
        (row,) = published("ReportSent")
        kind = kinds["communities.report_sent"]
        for _delivery in range(2):
            deliver_notices(kind, kind.event(**row.payload), row.key)
        mail = Mail.objects.get(to=sponsor.email)
        assert report.get_absolute_url() in mail.text
        assert WORD in mail.text

    def test_keeps_nothing_of_what_is_withheld(self, place):
        community, animator, sponsor = place
        member_of(community)
        report = SponsorReportFactory(community=community)
        sent = reports.send_report(actor=animator, report=report, version=1, word=WORD)
        assert sent.facts["members"]["now"] == "few"

    def test_a_second_click_sends_nothing_more(self, place):
        community, animator, sponsor = place
        report = SponsorReportFactory(community=community)
        for _click in range(2):
            reports.send_report(actor=animator, report=report, version=1, word=WORD)
        assert len(published("ReportSent")) == 1

    def test_needs_a_word(self, place):
        community, animator, sponsor = place
        with pytest.raises(BusinessRuleError):
            reports.send_report(actor=animator, report=SponsorReportFactory(community=community), version=1, word=" ")
        assert SponsorReport.objects.get().is_prepared

    def test_needs_a_sponsor_who_reads_it(self, place):
        community, animator, sponsor = place
        report = SponsorReportFactory(community=community)
        Community.objects.update(sponsor=None)
        with pytest.raises(BusinessRuleError):
            reports.send_report(actor=animator, report=report, version=1, word=WORD)

    def test_what_is_sent_is_written_no_more(self, place):
        community, animator, sponsor = place
        other = member_of(community, Role.ANIMATOR)
        report = SponsorReportFactory(community=community, sent=True)
        with pytest.raises(BusinessRuleError):
            reports.write_word(actor=other, report=report, version=1, word="Autre chose.")


class TestAnswering:
    @pytest.mark.parametrize("answer", ReportAnswer)
    def test_is_told_and_recorded(self, place, answer):
        community, animator, sponsor = place
        manager, other = UserFactory(community_manager=True), UserFactory(community_manager=True)
        report = SponsorReportFactory(community=community, sent=True)
        reports.answer_report(actor=sponsor, report=report, answer=answer, word="Voyez le juridique.")
        report.refresh_from_db()
        assert (report.state, report.answer, report.answered_by) == (ReportState.ANSWERED, answer, sponsor)
        (event,) = published("ReportAnswered")
        assert told("communities.report_answered", event) == {animator}
        assert told("communities.closing_asked", event) == ({manager, other} if answer == "close" else set())
        Community.objects.update(accompanied_by=manager)
        assert told("communities.closing_asked", event) == ({manager} if answer == "close" else set())
        entry = AuditEntry.objects.get(verb="communities.report_answered")
        assert (entry.actor, entry.data["answer"]) == (sponsor, answer)
        community.refresh_from_db()
        assert community.stage == Stage.OPEN, "nothing closes by itself"

    def test_a_deputy_answers_in_their_place_and_is_named(self, place):
        community, animator, sponsor = place
        deputy = DeputyFactory(sponsor=sponsor).deputy
        report = SponsorReportFactory(community=community, sent=True)
        reports.answer_report(actor=deputy, report=report, answer=ReportAnswer.CONTINUE)
        report.refresh_from_db()
        assert report.answered_by == deputy

    @pytest.mark.parametrize("answer", [ReportAnswer.CORRECT, ReportAnswer.CLOSE])
    def test_correcting_and_closing_say_why(self, place, answer):
        community, animator, sponsor = place
        report = SponsorReportFactory(community=community, sent=True)
        with pytest.raises(BusinessRuleError):
            reports.answer_report(actor=sponsor, report=report, answer=answer, word=" ")

    def test_a_second_click_changes_nothing_and_another_answer_is_refused(self, place):
        community, animator, sponsor = place
        report = SponsorReportFactory(community=community, sent=True)
        for _click in range(2):
            reports.answer_report(actor=sponsor, report=report, answer=ReportAnswer.CONTINUE)
        with pytest.raises(BusinessRuleError, match=sponsor.full_name):
            reports.answer_report(actor=sponsor, report=report, answer=ReportAnswer.CLOSE, word="Non.")
        assert len(published("ReportAnswered")) == 1
        assert SponsorReport.objects.get().answer == ReportAnswer.CONTINUE

    def test_nobody_else_answers(self, place):
        community, animator, sponsor = place
        report = SponsorReportFactory(community=community, sent=True)
        others = [
            animator,
            member_of(community, Role.MODERATOR),
            member_of(community),
            UserFactory(sponsor=True),
            UserFactory(administrator=True),
            UserFactory(community_manager=True),
            DeputyFactory(sponsor=sponsor, past=True).deputy,
        ]
        for person in others:
            with pytest.raises(Forbidden):
                reports.answer_report(actor=person, report=report, answer=ReportAnswer.CONTINUE)

    def test_is_not_answered_before_it_is_sent(self, place):
        community, animator, sponsor = place
        report = SponsorReportFactory(community=community)
        with pytest.raises(Forbidden):
            reports.answer_report(actor=sponsor, report=report, answer=ReportAnswer.CONTINUE)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_holds():
    sponsor = UserFactory(sponsor=True)
    deputy = DeputyFactory(sponsor=sponsor).deputy
    report = SponsorReportFactory(community=CommunityFactory(sponsor=sponsor), sent=True)

    def answer(person, what):
        return lambda: reports.answer_report(actor=person, report=report, answer=what, word="Vu.")

    results = at_once([answer(sponsor, ReportAnswer.CONTINUE), answer(deputy, ReportAnswer.CLOSE)])
    assert sum(isinstance(result, BusinessRuleError) for result in results) == 1, results
    assert len(published("ReportAnswered")) == 1
    report.refresh_from_db()
    (held,) = [result for result in results if isinstance(result, SponsorReport)]
    assert (report.answer, report.answered_by_id) == (held.answer, held.answered_by_id)


@pytest.mark.django_db(transaction=True)
def test_two_workers_prepare_one():
    community = CommunityFactory(sponsor=UserFactory(sponsor=True))
    Community.objects.update(stage_changed_at=timezone.now() - timedelta(days=200))
    results = at_once([lambda: reports.prepare_report(actor=SYSTEM, community=community)] * 2)
    assert sorted(result is None for result in results) == [False, True], results
    assert SponsorReport.objects.count() == 1


class TestChasing:
    @pytest.mark.parametrize(
        ("state", "kind", "who"),
        [("prepared", "communities.report_late", "animator"), ("sent", "communities.answer_late", "sponsor")],
    )
    def test_reminds_whoever_has_it_once_a_week(self, place, state, kind, who):
        community, animator, sponsor = place
        with on("2026-05-01"):
            SponsorReportFactory(community=community, due_on=date(2026, 5, 1), **{state: True})
            assert chase_reports() == 0, "its day is not over"
        with on("2026-05-02"):
            assert (chase_reports(), chase_reports()) == (1, 0)
        with on("2026-05-08"):
            assert chase_reports() == 0
        with on("2026-05-09"):
            assert chase_reports() == 1
        event = published("ReportChased")[0]
        assert told(kind, event) == {{"animator": animator, "sponsor": sponsor}[who]}
        other = {
            "communities.report_late": "communities.answer_late",
            "communities.answer_late": "communities.report_late",
        }
        assert told(other[kind], event) == set()

    @pytest.mark.parametrize("change", [{"sponsor": None}, {"stage": Stage.ARCHIVED}])
    def test_nobody_is_reminded_of_what_nobody_awaits(self, place, change):
        community, animator, sponsor = place
        SponsorReportFactory(community=community, due_on=timezone.localdate() - timedelta(days=3))
        Community.objects.update(**change)
        assert chase_reports() == 0

    def test_what_is_answered_is_late_no_more(self, place):
        community, animator, sponsor = place
        SponsorReportFactory(community=community, answered=True, due_on=timezone.localdate() - timedelta(days=90))
        assert chase_reports() == 0
