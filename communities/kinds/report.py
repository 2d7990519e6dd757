"""Reports to sponsors: who is told what, and who is reminded."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities import events
from communities.enums import ReportAnswer, ReportState
from communities.kinds.base import companions_of
from communities.models import SponsorReport
from core.kinds import Kind, Notice
from core.policies import users_with


class ReportKind(Kind):
    """Base of the kinds that are about a report."""

    model = SponsorReport
    related = ("community",)
    # What a recipient must be able to do with it.
    told: ClassVar[str]

    def target(self, event: Any) -> SponsorReport | None:
        return SponsorReport.objects.select_related("community").filter(pk=event.report_id).first()

    def actor(self, event: Any) -> User | None:
        actor_id = getattr(event, "actor_id", None)
        return User.objects.filter(pk=actor_id).first() if actor_id else None

    def recipients(self, event: Any, target: SponsorReport) -> QuerySet[User]:
        return users_with(self.told, target)

    def data(self, event: Any) -> dict[str, Any]:
        return {"due_on": getattr(event, "due_on", "")}


class ToWrite(ReportKind):
    """The animators learn that a page waits for their word."""

    name = "communities.report_prepared"
    event = events.ReportPrepared
    label = gettext_lazy("Report to the sponsor to complete")
    told = "communities.write_report"

    def notice(self, target: SponsorReport, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("The report of “%(community)s” to its sponsor is prepared: add your word before %(day)s.")
        return Notice(text % _words(target, data), target.get_absolute_url(), action=_("Complete the report"))


class ToAnswer(ReportKind):
    """The sponsor and their deputies are asked, by mail at once: they may never sign in by themselves."""

    name = "communities.report_sent"
    event = events.ReportSent
    label = gettext_lazy("Report of a community that I sponsor")
    is_transactional = True
    told = "communities.answer_report"

    def notice(self, target: SponsorReport, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("How “%(community)s” goes: continue, correct or close? Your answer is expected before %(day)s.")
        return Notice(text % _words(target, data), target.get_absolute_url(), target.word, action=_("Read and answer"))


class Answered(ReportKind):
    """The animators read what the sponsor decided."""

    name = "communities.report_answered"
    event = events.ReportAnswered
    label = gettext_lazy("Answer of the sponsor to a report")
    is_transactional = True

    def recipients(self, event: Any, target: SponsorReport) -> QuerySet[User]:
        return User.objects.filter(
            pk__in=target.community.memberships.animators().values("person"),
        )

    def notice(self, target: SponsorReport, actor: User | None, data: dict[str, Any]) -> Notice:
        texts = {
            ReportAnswer.CONTINUE: _("The sponsor of “%(community)s” has read your report: continue."),
            ReportAnswer.CORRECT: _("The sponsor of “%(community)s” has read your report and asks for corrections."),
            ReportAnswer.CLOSE: _("The sponsor of “%(community)s” has read your report and asks to close it."),
        }
        text = texts[ReportAnswer(target.answer)] % _words(target, data)
        return Notice(text, target.get_absolute_url(), target.answer_word, action=_("See the answer"))


class ClosingAsked(ReportKind):
    """Who accompanies the community helps its animators to close it: nothing closes by itself."""

    name = "communities.closing_asked"
    event = events.ReportAnswered
    label = gettext_lazy("A sponsor asks to close a community")

    def recipients(self, event: Any, target: SponsorReport) -> QuerySet[User]:
        if target.answer != ReportAnswer.CLOSE:
            return User.objects.none()
        return companions_of(target.community)

    def notice(self, target: SponsorReport, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("The sponsor of “%(community)s” asks to close it: agree with its animators on how.")
        return Notice(
            text % _words(target, data), target.get_absolute_url(), target.answer_word, action=_("See the report")
        )


class LateToWrite(ReportKind):
    """The animators are reminded of a page that has not left."""

    name = "communities.report_late"
    event = events.ReportChased
    label = gettext_lazy("Reminder: report to the sponsor to complete")
    told = "communities.write_report"

    def recipients(self, event: Any, target: SponsorReport) -> QuerySet[User]:
        return super().recipients(event, target) if event.state == ReportState.PREPARED else User.objects.none()

    def notice(self, target: SponsorReport, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("The report of “%(community)s” was expected by its sponsor before %(day)s.") % _words(target, data)
        return Notice(text, target.get_absolute_url(), action=_("Complete the report"))


class LateToAnswer(ReportKind):
    """The sponsor is reminded of a report that waits for their answer."""

    name = "communities.answer_late"
    event = events.ReportChased
    label = gettext_lazy("Reminder: report of a community that I sponsor")
    is_transactional = True
    told = "communities.answer_report"

    def recipients(self, event: Any, target: SponsorReport) -> QuerySet[User]:
        return super().recipients(event, target) if event.state == ReportState.SENT else User.objects.none()

    def notice(self, target: SponsorReport, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("“%(community)s” waits for your answer since %(day)s: continue, correct or close?") % _words(
            target, data
        )
        return Notice(text, target.get_absolute_url(), action=_("Read and answer"))


def _words(report: SponsorReport, data: dict[str, Any]) -> dict[str, str]:
    told = data.get("due_on")
    day = date.fromisoformat(told) if told else report.due_on
    return {"community": report.community.name, "day": date_format(day, "j F")}


KINDS = (ToWrite, ToAnswer, Answered, ClosingAsked, LateToWrite, LateToAnswer)
