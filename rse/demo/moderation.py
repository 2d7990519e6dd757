"""Charters, and what was reported: two cases that wait, a past decision, another that is contested."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from communities.charters import charter_of
from communities.enums import SANCTIONS, CaseState, Outcome
from communities.models import Case, Charter, ContentReport, Decision, Membership
from core.models import AuditEntry
from core.targets import target_for
from rse.demo.communities import Place
from rse.demo.conversations import Said
from rse.demo.moments import Clock
from rse.demo.people import People
from rse.demo.texts import read_list, typeset


def write(talks: list[tuple[Place, list[Said]]], people: People, clock: Clock) -> None:
    """Writes charters and cases about texts that stand; hidden ones go out of sight as moderation takes them."""
    _write_charters({place.slug: place for place, _posts in talks}, people, clock)
    texts = {
        said.row["case"]: said.written
        for _place, posts in talks
        for said in (text for post in posts for text in (post, *post.comments))
        if "case" in said.row
    }
    for row in read_list("moderation.toml", "case"):
        _write_case(row, texts[row["text"]], people, clock)


def _write_charters(places: dict[str, Place], people: People, clock: Clock) -> None:
    numbers: dict[str, int] = {}
    for row in read_list("moderation.toml", "charter"):
        slug, community = row["community"], places[row["community"]].community
        numbers[slug] = numbers.get(slug, 0) + 1
        charter = Charter.objects.create(
            community=community,
            number=numbers[slug],
            preamble=typeset(row["preamble"]),
            rules=[typeset(rule) for rule in row["rules"]],
            author=people[row["by"]],
            at=clock.ago(row["ago"]),
        )
        _audit("communities.charter_changed", charter.author, community, charter.at, number=charter.number)
        # Whoever has come by since has seen it; who has not, is shown it on their next visit.
        seen = Membership.objects.filter(community=community, joined_at__lt=charter.at + timedelta(days=30))
        seen.update(charter_seen=charter.number)


def _write_case(row: dict[str, Any], text: Any, people: People, clock: Clock) -> None:
    moments = [clock.ago(said["ago"]) for said in row["reports"]]
    case = Case.objects.create(target=text, community=text.community, author=text.author, opened_at=min(moments))
    for said, at in zip(row["reports"], moments, strict=True):
        ContentReport.objects.create(
            case=case, person=people[said["by"]], reason=said["reason"], word=typeset(said.get("word", "")), at=at
        )
    if row.get("hidden_by_reports"):
        case.hidden_by_reports_at, case.is_told = max(moments), True
        _hide(text, "", max(moments))
        _audit("communities.text_hidden_by_reports", None, case, max(moments))
    if "decision" in row:
        _decide(row, case, text, people, clock)
    case.save()


def _decide(row: dict[str, Any], case: Case, text: Any, people: People, clock: Clock) -> None:
    said = row["decision"]
    charter, at, outcome = charter_of(case.community), clock.ago(said["ago"]), Outcome(said["outcome"])
    decision = Decision(
        case=case,
        outcome=outcome,
        hides=said["hides"],
        by=people[said["by"]],
        at=at,
        word=typeset(said["word"]),
        charter_number=charter.number,
        rule=charter.rule(said["rule"]),
    )
    if days := said.get("days"):
        decision.until = at + timedelta(days=days)
        membership = Membership.objects.filter(community=case.community, person=case.author)
        membership.update(suspended_until=decision.until, suspended_for=decision.rule)
    if decision.hides:
        _hide(text, decision.rule, at)
    if contest := row.get("contest"):
        decision.contested_at, decision.contest = clock.ago(contest["ago"]), typeset(contest["word"])
        _audit("communities.decision_contested", case.author, case, decision.contested_at)
    decision.save(force_insert=True)
    case.state = CaseState.CONTESTED if contest else CaseState.DECIDED
    case.outcome, case.decided_by, case.decided_at = outcome, decision.by, at
    case.is_told = outcome in SANCTIONS
    _audit("communities.case_decided", decision.by, case, at, outcome=outcome.value, rule=decision.rule)


def _hide(text: Any, reason: str, at: datetime) -> None:
    moderation = target_for(text).moderation
    if moderation is not None:
        moderation.hide(text, reason)
        type(text).objects.filter(pk=text.pk).update(hidden_at=at)


def _audit(verb: str, actor: Any, target: Any, at: datetime, **data: Any) -> None:
    label = str(target.target if isinstance(target, Case) else target)[:200]
    AuditEntry.objects.create(actor=actor, verb=verb, target=target, target_label=label, at=at, data=data)
