from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.actions.moderation.effects import hide, is_hidden, lift, lock_case, sanction, show
from communities.charters import charter_of
from communities.enums import SANCTIONS, CaseState, Outcome
from communities.events import CaseDecided, DecisionUndone
from communities.models import Case, Decision
from communities.models.moderation import WORD_MAX
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError, Forbidden
from core.policies import may, require
from core.text import lower_first

# How long whoever decided can take it back at once.
UNDO_TIME = timedelta(hours=1)
SUSPENSION_MAX = 365  # days


class AlreadyDecided(BusinessRuleError):
    """Another moderator was quicker; the message says what they decided."""


@transaction.atomic
def decide_case(
    *,
    actor: Any,
    case: Case,
    outcome: Outcome,
    word: str = "",
    rule: int | None = None,
    days: int | None = None,
    hides: bool = False,
) -> Decision:
    """Says what becomes of a reported text and of its author; audited.

    What is decided against the author cites `rule`, the number of a rule of the charter, and explains itself in
    `word`; `days` is how long a suspension lasts, and `hides` whether the text goes out of sight with it.

    Raises:
        Forbidden: the actor may not decide, or is concerned: they wrote the text or reported it.
        AlreadyDecided: somebody else did meanwhile.
        BusinessRuleError: the rule, the word or the length is missing, or the author cannot be sanctioned so.
    """
    case = lock_case(case)
    require_decidable(actor, case)
    if outcome == Outcome.RESTORE:
        raise BusinessRuleError(_("There is no decision to take back yet."))
    decision = Decision(case=case, outcome=outcome, by_id=actor.pk, word=word.strip()[:WORD_MAX])
    decision.was_hidden, decision.hides = is_hidden(case), outcome == Outcome.HIDE
    if outcome in SANCTIONS:
        decision.hides = decision.hides or hides
        _cite(decision, rule, days)
    decision.save()
    if decision.hides:
        hide(case, decision.rule)
    else:
        show(case)
    sanction(actor, case, decision)
    _conclude(actor, case, decision)
    return decision


def require_decidable(actor: Any, case: Case) -> None:
    """Raises Forbidden where the actor may not decide the case, AlreadyDecided where somebody else has."""
    require(actor, "communities.work_case", case, _CONCERNED)
    if case.state != CaseState.OPEN:
        raise AlreadyDecided(_already(case))
    require(actor, "communities.decide_case", case, _CONCERNED)


_CONCERNED = gettext_lazy("You wrote this text or you reported it: somebody else decides.")


def _already(case: Case) -> str:
    words = {"person": case.decided_by or _("The team"), "outcome": lower_first(str(case.get_outcome_display()))}
    return _("%(person)s has already decided: %(outcome)s. Nothing of yours was recorded.") % words


def _cite(decision: Decision, rule: int | None, days: int | None) -> None:
    charter = charter_of(decision.case.community)
    decision.charter_number, decision.rule = charter.number, charter.rule(rule or 0)[:WORD_MAX]
    if not decision.rule:
        raise BusinessRuleError(_("Choose the rule of the charter that the text breaks."))
    if not decision.word:
        raise BusinessRuleError(_("Explain the decision in a word: the author will read it."))
    if decision.outcome == Outcome.SUSPEND:
        if not days or not 0 < days <= SUSPENSION_MAX:
            raise BusinessRuleError(_("Say for how many days, at most %(count)d.") % {"count": SUSPENSION_MAX})
        decision.until = timezone.now() + timedelta(days=days)


def _conclude(actor: Any, case: Case, decision: Decision) -> None:
    was_told = case.is_told
    case.state, case.outcome = CaseState.DECIDED, decision.outcome
    case.decided_by_id, case.decided_at = actor.pk, decision.at
    case.is_told = was_told or decision.outcome in SANCTIONS
    case.save(update_fields=["state", "outcome", "decided_by", "decided_at", "is_told"])
    record_audit(
        actor=actor,
        verb="communities.case_decided",
        target=case,
        label=str(case.target or case),
        community=case.community_id,
        author=case.author_id,
        outcome=str(decision.outcome),
        rule=decision.rule,
        until=decision.until and decision.until.isoformat(),
    )
    publish(
        CaseDecided(
            case_id=case.pk,
            community_id=case.community_id,
            actor_id=actor.pk,
            decision_id=decision.pk,
            outcome=str(decision.outcome),
            was_told=was_told,
        )
    )


@transaction.atomic
def undo_decision(*, actor: Any, case: Case) -> Decision:
    """Takes one's own decision back at once: everything stands as before, and the case waits again. Proposition 26.

    Raises BusinessRuleError after `UNDO_TIME`; there is `restore_case` then.
    """
    case = lock_case(case)
    require(actor, "communities.undo_decision", case)
    decision = current_decision(case)
    if decision is None or not can_undo(decision):
        raise BusinessRuleError(_("This can no longer be undone."))
    _take_back(actor, case, decision)
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])
    case.state, case.outcome, case.decided_by, case.decided_at = CaseState.OPEN, "", None, None
    case.save(update_fields=["state", "outcome", "decided_by", "decided_at"])
    record_audit(
        actor=actor,
        verb="communities.decision_undone",
        target=case,
        label=str(case.target or case),
        decision=decision.pk,
    )
    publish(DecisionUndone(case_id=case.pk, community_id=case.community_id, actor_id=actor.pk, decision_id=decision.pk))
    return decision


def can_undo(decision: Decision) -> bool:
    """Whether a decision is so fresh that whoever made it may take it back; a restoring is decided anew instead."""
    is_fresh = decision.at > timezone.now() - UNDO_TIME
    return is_fresh and decision.outcome != Outcome.RESTORE and decision.contested_at is None


def current_decision(case: Case) -> Decision | None:
    """The decision that holds; None where there is none."""
    return case.decisions.filter(undone_at=None).order_by("-pk").first()


@transaction.atomic
def restore_case(*, actor: Any, case: Case, word: str = "") -> Decision:
    """Takes a sanction back, at any time: the text is there again, the author writes again; audited.

    Raises Forbidden to who may not decide, and BusinessRuleError where there is nothing to take back any more.
    """
    case = lock_case(case)
    if not case.is_sanction and may(actor, "communities.work_case", case):
        raise BusinessRuleError(_("There is nothing to take back any more."))
    if case.state == CaseState.CONTESTED:
        raise Forbidden("communities.restore_case", _("It is contested: a community manager answers."))
    require(actor, "communities.restore_case", case, _CONCERNED)
    earlier = current_decision(case)
    decision = Decision.objects.create(
        case=case, outcome=Outcome.RESTORE, by_id=actor.pk, word=word.strip()[:WORD_MAX], was_hidden=is_hidden(case)
    )
    show(case)
    if earlier is not None:
        lift(actor, case, earlier)
    _conclude(actor, case, decision)
    return decision


def _take_back(actor: Any, case: Case, decision: Decision) -> None:
    if decision.was_hidden:
        hide(case, "")
    else:
        show(case)
    lift(actor, case, decision)
