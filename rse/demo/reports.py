"""Reports to sponsors: one answered, one that waits for an answer, one to write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from communities.actions.reports import period_of
from communities.enums import ReportState
from communities.facts import read_facts
from communities.facts.frozen import freeze
from communities.models import Community, SponsorReport
from core.models import AuditEntry
from rse.demo.communities import Place
from rse.demo.moments import Clock
from rse.demo.people import People
from rse.demo.texts import read_list, typeset


def write(places: list[Place], people: People, clock: Clock) -> None:
    """Gives communities their sponsor and what they were told; figures are those of the demonstration itself."""
    communities = {place.slug: place.community for place in places}
    for row in read_list("reports.toml", "report"):
        community = communities[row["community"]]
        if community.sponsor_id is None:
            community.sponsor = people[row["sponsor"]]
            community.save(update_fields=["sponsor"])
        report = _report(row, community, people, clock)
        if not report.is_prepared:
            counted = Community.objects.for_page().get(pk=community.pk)
            report.facts = freeze(read_facts(counted, period_of(report)).figures)
        report.save(force_insert=True)
        _audit(report)


def _report(row: dict[str, Any], community: Community, people: People, clock: Clock) -> SponsorReport:
    today = clock.now.date()
    report = SponsorReport(
        community=community,
        starts_on=today - timedelta(days=row["from"]),
        ends_on=today - timedelta(days=row["to"]),
        due_on=today - timedelta(days=row["due"]),
        prepared_at=clock.now - timedelta(days=row["to"] - 1, hours=2),
        word=typeset(row.get("word", "")),
    )
    if sent := row.get("sent"):
        report.state, report.version = ReportState.SENT, 2
        report.sent_by, report.sent_at = people[sent["by"]], clock.ago(sent["ago"])
    if answer := row.get("answer"):
        report.state, report.answer = ReportState.ANSWERED, answer["answer"]
        report.answer_word = typeset(answer["word"])
        report.answered_by, report.answered_at = people[answer["by"]], clock.ago(answer["ago"])
    return report


def _audit(report: SponsorReport) -> None:
    label = str(report.community)[:200]
    if report.sent_at:
        AuditEntry.objects.create(
            actor=report.sent_by,
            verb="communities.report_sent",
            target=report.community,
            target_label=label,
            at=report.sent_at,
            data={"report": report.pk},
        )
    if report.answered_at:
        AuditEntry.objects.create(
            actor=report.answered_by,
            verb="communities.report_answered",
            target=report.community,
            target_label=label,
            at=report.answered_at,
            data={"report": report.pk, "answer": report.answer},
        )
