"""A community that fell silent is asked whether it is still useful; silence leads further, step by step.

Each step is announced before it is taken, and each can be taken back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities import events
from communities.actions.locks import lock_community
from communities.actions.stages import change_stage
from communities.enums import LifeAnswer, LifeReason, LifeStep, Stage, Verb
from communities.models import Activity, Community, LifeQuestion
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.models import ParameterValue
from core.policies import require
from core.system import SYSTEM

# How long before a step it is announced, once more.
ANNOUNCED: Final = timedelta(days=7)
# How many days silence lasts at each step before the next one.
SPANS: Final = {
    LifeStep.ASKED: "communities.answer_days",
    LifeStep.DORMANT: "communities.dormant_days",
    LifeStep.READ_ONLY: "communities.read_only_days",
}
STAGE_OF: Final = {LifeStep.READ_ONLY: Stage.READ_ONLY, LifeStep.ARCHIVED: Stage.ARCHIVED}


def to_ask(now: datetime) -> QuerySet[Community]:
    """Open communities in which nothing has happened for too long, or whose project is over, and not asked since."""
    limit = now - timedelta(days=ParameterValue.objects.number("communities.silent_days"))
    lively = Activity.objects.filter(community=OuterRef("pk"), at__gte=limit).exclude(verb=Verb.JOINED)
    asked_lately = LifeQuestion.objects.filter(community=OuterRef("pk"), asked_at__gte=limit)
    answered_lately = LifeQuestion.objects.filter(community=OuterRef("pk"), answered_at__gte=limit)
    asked_at_end = LifeQuestion.objects.filter(community=OuterRef("pk"), reason=LifeReason.PROJECT_END)
    is_silent = Q(stage_changed_at__lt=limit) & ~Exists(lively) & ~Exists(asked_lately) & ~Exists(answered_lately)
    is_over = Q(ends_on__lt=timezone.localdate(now)) & ~Exists(asked_at_end)
    waiting = LifeQuestion.objects.waiting().filter(community=OuterRef("pk"))
    return Community.objects.filter(is_silent | is_over, ~Exists(waiting), stage=Stage.OPEN).order_by("pk")


@transaction.atomic
def ask_usefulness(*, actor: Any, community: Community) -> LifeQuestion | None:
    """Asks the animators whether a community is still useful; None where it no longer needs asking. System only."""
    current = lock_community(community)
    require(actor, "communities.steer_community", current)
    now = timezone.now()
    if not to_ask(now).filter(pk=current.pk).exists():
        return None
    is_over = current.ends_on is not None and current.ends_on < timezone.localdate(now)
    question, _made = LifeQuestion.objects.update_or_create(
        community=current,
        defaults={
            "reason": LifeReason.PROJECT_END if is_over else LifeReason.SILENCE,
            "asked_at": now,
            "step": LifeStep.ASKED,
            "next_at": now + _span(LifeStep.ASKED),
            # The question itself says what follows and when.
            "is_announced": True,
            "answer": "",
            "answered_at": None,
            "answered_by": None,
        },
    )
    record_audit(actor=actor, verb="communities.usefulness_asked", target=current, reason=question.reason)
    publish(events.UsefulnessAsked(community_id=current.pk))
    return question


@transaction.atomic
def answer_usefulness(*, actor: Any, community: Community, answer: LifeAnswer) -> Community:
    """Says that a community is still useful, or that it has done its work; audited. Proposition 44.

    Useful, it is open again as before; finished, it becomes read-only, which can be taken back like any stage. Raises
    BusinessRuleError where no question waits: somebody answered meanwhile.
    """
    current = lock_community(community)
    require(actor, "communities.change_stage", current)
    question = LifeQuestion.objects.waiting().filter(community=current).first()
    if question is None:
        raise BusinessRuleError(_("Somebody has answered meanwhile: nothing is asked any more."))
    _settle(current, question, answer, actor)
    wanted = Stage.OPEN if answer == LifeAnswer.USEFUL else Stage.READ_ONLY
    return change_stage(actor=actor, community=current, stage=wanted)


@transaction.atomic
def follow_silence(*, actor: Any, question: LifeQuestion) -> LifeStep | None:
    """Announces or takes the step that is due; gives the step taken. Does nothing twice. System only."""
    current = lock_community(question.community)
    require(actor, "communities.steer_community", current)
    fresh = LifeQuestion.objects.waiting().filter(pk=question.pk).first()
    if fresh is None or fresh.next_at is None or fresh.next_step is None:
        return None
    if _was_written_in(current, fresh):
        _settle(current, fresh, LifeAnswer.ALIVE, SYSTEM)
        return None
    if _was_moved_by_hand(current, fresh):
        fresh.next_at = None
        fresh.save(update_fields=["next_at"])
        return None
    now, step = timezone.now(), fresh.next_step
    if now >= fresh.next_at:
        return _take(current, fresh, step, now)
    if not fresh.is_announced and now >= fresh.next_at - ANNOUNCED:
        fresh.is_announced = True
        fresh.save(update_fields=["is_announced"])
        publish(events.LifeStepAnnounced(community_id=current.pk, step=step.value))
    return None


def _take(community: Community, question: LifeQuestion, step: LifeStep, now: datetime) -> LifeStep:
    is_last = step.following is None
    question.step, question.is_announced = step, False
    question.next_at = None if is_last else now + _span(step)
    question.save(update_fields=["step", "next_at", "is_announced"])
    if step in STAGE_OF:
        change_stage(actor=SYSTEM, community=community, stage=STAGE_OF[step])
    record_audit(actor=SYSTEM, verb="communities.silence_followed", target=community, step=step.value)
    publish(events.LifeStepTaken(community_id=community.pk, step=step.value))
    return step


def _settle(community: Community, question: LifeQuestion, answer: LifeAnswer, actor: Any) -> None:
    question.answer, question.answered_at, question.answered_by_id = answer, timezone.now(), actor.pk
    question.next_at = None
    question.save(update_fields=["answer", "answered_at", "answered_by", "next_at"])
    record_audit(actor=actor, verb="communities.usefulness_answered", target=community, answer=answer.value)
    publish(events.UsefulnessAnswered(community_id=community.pk, actor_id=actor.pk, answer=answer.value))


def _span(step: LifeStep) -> timedelta:
    return timedelta(days=ParameterValue.objects.number(SPANS[step]))


def _was_written_in(community: Community, question: LifeQuestion) -> bool:
    since = Activity.objects.filter(community=community, at__gt=question.asked_at).exclude(verb=Verb.JOINED)
    # A project that is over may well be written in: its question waits for words.
    return question.reason == LifeReason.SILENCE and since.exists()


def _was_moved_by_hand(community: Community, question: LifeQuestion) -> bool:
    expected = STAGE_OF.get(LifeStep(question.step), Stage.OPEN)
    return community.stage != expected
