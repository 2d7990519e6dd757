from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.moderation.decisions import current_decision
from communities.actions.moderation.effects import lift, lock_case, show
from communities.enums import CaseState, Outcome
from communities.events import ContestAnswered, DecisionContested
from communities.models import Case, Decision
from communities.models.moderation import WORD_MAX
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.models import ParameterValue
from core.policies import may, require


@transaction.atomic
def contest_decision(*, actor: Any, case: Case, word: str) -> Decision:
    """Asks a community manager to look again at what was decided against one; once a decision.

    Raises:
        Forbidden: the decision is not about the actor.
        BusinessRuleError: nothing is said, the time for it is over, or it was contested before.
    """
    case = lock_case(case)
    require(actor, "communities.view_case", case)
    if case.author_id == actor.pk and case.state in (CaseState.CONTESTED, CaseState.SETTLED):
        raise BusinessRuleError(_("You have contested this decision already: a decision is contested once."))
    require(actor, "communities.contest_case", case)
    decision = current_decision(case)
    if decision is None or timezone.now() > contest_until(decision):
        raise BusinessRuleError(_("The time to contest this decision is over."))
    if not word.strip():
        raise BusinessRuleError(_("Say why: the community manager will read it."))
    decision.contested_at, decision.contest = timezone.now(), word.strip()[:WORD_MAX]
    decision.save(update_fields=["contested_at", "contest"])
    case.state = CaseState.CONTESTED
    case.save(update_fields=["state"])
    record_audit(
        actor=actor,
        verb="communities.decision_contested",
        target=case,
        label=str(case.target or case),
        decision=decision.pk,
    )
    publish(
        DecisionContested(case_id=case.pk, community_id=case.community_id, actor_id=actor.pk, decision_id=decision.pk)
    )
    return decision


def contest_until(decision: Decision) -> Any:
    """The moment until which a decision may be contested."""
    return decision.at + timedelta(days=ParameterValue.objects.number("communities.contest_days"))


@transaction.atomic
def answer_contest(*, actor: Any, case: Case, is_upheld: bool, word: str) -> Decision:
    """Upholds a contested decision, or overturns it: then the text is there again and the sanction is lifted.

    Raises:
        Forbidden: the actor is no community manager, or is concerned, or decided it.
        BusinessRuleError: nothing is said, or another community manager has answered meanwhile.
    """
    case = lock_case(case)
    if case.state == CaseState.SETTLED and may(actor, "communities.work_case", case):
        raise BusinessRuleError(_("Another community manager has answered meanwhile."))
    hint = _("A community manager who did not decide it answers.")
    require(actor, "communities.answer_contest", case, hint)
    decision = current_decision(case)
    if decision is None:
        raise BusinessRuleError(_("There is nothing to answer any more."))
    if not word.strip():
        raise BusinessRuleError(_("Explain your answer in a word: the author will read it."))
    decision.is_upheld, decision.answer = is_upheld, word.strip()[:WORD_MAX]
    decision.answered_by_id, decision.answered_at = actor.pk, timezone.now()
    decision.save(update_fields=["is_upheld", "answer", "answered_by", "answered_at"])
    case.state = CaseState.SETTLED
    if not is_upheld:
        show(case)
        lift(actor, case, decision)
        case.outcome = Outcome.RESTORE
    case.save(update_fields=["state", "outcome"])
    record_audit(
        actor=actor,
        verb="communities.contest_answered",
        target=case,
        label=str(case.target or case),
        decision=decision.pk,
        is_upheld=is_upheld,
    )
    publish(
        ContestAnswered(
            case_id=case.pk,
            community_id=case.community_id,
            actor_id=actor.pk,
            decision_id=decision.pk,
            is_upheld=is_upheld,
        )
    )
    return decision
