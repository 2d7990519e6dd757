"""The report to the sponsor: prepared by the calendar, completed by the animators, answered by the sponsor."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import events, limits
from communities.actions.locks import lock_community
from communities.enums import ReportAnswer, ReportState, Stage
from communities.facts import Period, read_facts
from communities.facts.frozen import freeze
from communities.models import Community, SponsorReport
from core.actions.acts import count_act
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError, EditConflict
from core.models import ParameterValue
from core.policies import may, require

# Whoever is late hears of it at most so often.
BETWEEN_REMINDERS = timedelta(days=7)


def communities_to_report_on() -> list[int]:
    """The open communities that have a sponsor; `prepare_report` says for which of them it is time."""
    return list(
        Community.objects.at_work()
        .filter(stage=Stage.OPEN, sponsor__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


@transaction.atomic
def prepare_report(*, actor: Any, community: Community) -> SponsorReport | None:
    """Prepares the page of the time that has gone by, and asks the animators for their word; None: nothing is due.

    Nothing is due before the months that administrators decided have passed since the last report, nor as long as the
    animators have one to send. Run twice it prepares one. Propositions 41, 43.
    """
    current = lock_community(community)
    require(actor, "communities.steer_community", current)
    today = timezone.localdate()
    # What agents do outside work is not told to the hierarchy.
    if current.sponsor_id is None or current.stage != Stage.OPEN or not current.is_work:
        return None
    last = SponsorReport.objects.filter(community=current).order_by("-ends_on").first()
    if last is not None and last.is_prepared:
        return None
    months = ParameterValue.objects.number("communities.report_months")
    if last is not None:
        starts_on = last.ends_on + timedelta(days=1)
    else:
        # A sponsor who comes to an old community is told of the last months, not of its whole life.
        starts_on = max(timezone.localdate(current.stage_changed_at), months_after(today, -months))
    if months_after(starts_on, months) > today:
        return None
    report = SponsorReport.objects.create(
        community=current, starts_on=starts_on, ends_on=today - timedelta(days=1), due_on=_day_given()
    )
    publish(events.ReportPrepared(report_id=report.pk, due_on=report.due_on.isoformat()))
    return report


@transaction.atomic
def write_word(*, actor: Any, report: SponsorReport, version: int, word: str) -> SponsorReport:
    """Keeps the word of the animators without sending it.

    Raises EditConflict where another animator wrote since `version`, BusinessRuleError where it has been sent.
    """
    current = _lock(report)
    _require_unsent(actor, current)
    _write(current, version, word)
    current.save(update_fields=["word", "version"])
    return current


@transaction.atomic
def send_report(*, actor: Any, report: SponsorReport, version: int, word: str) -> SponsorReport:
    """Sends the page to the sponsor, with the figures as they stand today; audited.

    A second click of the same animator changes nothing. Raises as `write_word`, and BusinessRuleError without a word
    or where the community has no sponsor any more.
    """
    current = _lock(report)
    if not current.is_prepared and actor.pk is not None and current.sent_by_id == actor.pk:
        return current
    _require_unsent(actor, current)
    if current.community.sponsor_id is None:
        raise BusinessRuleError(_("This community has no sponsor any more: nobody would read it."))
    _write(current, version, word)
    if not current.word:
        raise BusinessRuleError(_("Add a word: figures alone do not say how it goes."))
    current.facts = freeze(read_facts(_with_counts(current), period_of(current)).figures)
    current.state, current.sent_at, current.sent_by_id = ReportState.SENT, timezone.now(), actor.pk
    current.due_on, current.chased_at = _day_given(), None
    current.save()
    record_audit(actor=actor, verb="communities.report_sent", target=current.community, report=current.pk)
    publish(events.ReportSent(report_id=current.pk, actor_id=actor.pk, due_on=current.due_on.isoformat()))
    return current


@transaction.atomic
def answer_report(*, actor: Any, report: SponsorReport, answer: ReportAnswer, word: str = "") -> SponsorReport:
    """The sponsor, or a deputy of today, says whether to continue, correct or close; audited.

    A second click changes nothing. Raises BusinessRuleError where somebody has answered already, and where one corrects
    or closes without a word. Nothing closes by itself: animators and community manager are told. Proposition 43.
    """
    current = _lock(report)
    if current.is_answered and may(actor, "communities.sponsor_community", current.community):
        if current.answered_by_id == actor.pk and current.answer == answer:
            return current
        words = {"person": str(current.answered_by or ""), "answer": current.get_answer_display()}
        raise BusinessRuleError(_("%(person)s has answered already: %(answer)s.") % words)
    require(actor, "communities.answer_report", current)
    if may(actor, "communities.animate_community", current.community):
        raise BusinessRuleError(_("You animate this community: its sponsor, or another deputy, answers the report."))
    word = word.strip()
    if answer != ReportAnswer.CONTINUE and not word:
        raise BusinessRuleError(_("Say why in a few words: the animators will read them."))
    current.state, current.answer, current.answer_word = ReportState.ANSWERED, answer, word
    current.answered_at, current.answered_by_id = timezone.now(), actor.pk
    current.save()
    data = {"report": current.pk, "answer": answer.value}
    record_audit(actor=actor, verb="communities.report_answered", target=current.community, **data)
    publish(events.ReportAnswered(report_id=current.pk, actor_id=actor.pk))
    return current


@transaction.atomic
def chase_report(*, actor: Any, report: SponsorReport) -> SponsorReport | None:
    """Reminds whoever has a late report, once a week at most; None: nobody is to be reminded."""
    current = _lock(report)
    require(actor, "communities.steer_community", current.community)
    now = timezone.now()
    is_recent = current.chased_at is not None and current.chased_at > now - BETWEEN_REMINDERS
    if is_recent or not current.is_late(timezone.localdate()) or not _is_awaited(current.community):
        return None
    current.chased_at = now
    current.save(update_fields=["chased_at"])
    due_on = current.due_on.isoformat()
    publish(events.ReportChased(report_id=current.pk, state=current.state, due_on=due_on))
    return current


@transaction.atomic
def note_export(*, actor: Any, report: SponsorReport) -> None:
    """Counts and audits that a report leaves the product. Raises LimitReached for one export too many."""
    require(actor, "communities.view_report", report)
    count_act(actor=actor, limit=limits.EXPORT)
    record_audit(actor=actor, verb="communities.report_exported", target=report.community, report=report.pk)


def period_of(report: SponsorReport) -> Period:
    """The days that a report speaks of."""
    return Period(report.starts_on, report.ends_on)


def months_after(day: date, months: int) -> date:
    """The same day so many months later (earlier, where negative), or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _day_given() -> date:
    return timezone.localdate() + timedelta(days=ParameterValue.objects.number("communities.report_days"))


def _lock(report: SponsorReport) -> SponsorReport:
    # Two animators who send, or a sponsor and a deputy who answer, wait here for each other.
    # Who answered is read after the wait: joined to the row, it would be nobody yet.
    return SponsorReport.objects.select_for_update(of=("self",)).select_related("community").get(pk=report.pk)


def _require_unsent(actor: Any, report: SponsorReport) -> None:
    if not report.is_prepared and may(actor, "communities.animate_community", report.community):
        raise BusinessRuleError(_("This report has been sent already."))
    require(actor, "communities.write_report", report)


def _write(report: SponsorReport, version: int, word: str) -> None:
    if report.version != version:
        raise EditConflict(_("Somebody has written in this report meanwhile."), report)
    report.word = word.strip()
    report.version += 1


def _is_awaited(community: Community) -> bool:
    return community.sponsor_id is not None and community.stage == Stage.OPEN


def _with_counts(report: SponsorReport) -> Community:
    return Community.objects.for_page().get(pk=report.community_id)
