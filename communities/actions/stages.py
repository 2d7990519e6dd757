"""A community moves through its life: it opens once it is ready, closes, and can come back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities import events
from communities.actions.locks import lock_community
from communities.checklist import what_is_missing
from communities.enums import Stage
from communities.models import Community
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.policies import require

# Which stage may follow which. Nothing goes back to preparation: members would lose sight of what they wrote.
STAGES: dict[Stage, tuple[Stage, ...]] = {
    Stage.PREPARATION: (Stage.OPEN,),
    Stage.OPEN: (Stage.READ_ONLY, Stage.ARCHIVED),
    Stage.READ_ONLY: (Stage.OPEN, Stage.ARCHIVED),
    Stage.ARCHIVED: (Stage.OPEN, Stage.READ_ONLY),
}


class NotReady(BusinessRuleError):
    """A community is to open and something of its preparation is missing; the message names it."""


@transaction.atomic
def change_stage(*, actor: Any, community: Community, stage: Stage) -> Community:
    """Moves a community to another stage of its life; audited. Propositions 13, 44.

    Raises BusinessRuleError for a step that `STAGES` does not know, NotReady for an opening whose check-list is not
    done.
    """
    current = lock_community(community)
    require(actor, "communities.change_stage", current)
    old = Stage(current.stage)
    if stage == old:
        return current
    if stage not in STAGES[old]:
        raise BusinessRuleError(_("A community cannot go from this stage to that one."))
    if old == Stage.PREPARATION:
        _check_ready(current)
    current.stage, current.stage_changed_at = stage, timezone.now()
    current.save(update_fields=["stage", "stage_changed_at"])
    record_audit(actor=actor, verb="communities.stage_changed", target=current, old=old.value, new=stage.value)
    publish(events.CommunityStageChanged(community_id=current.pk, actor_id=actor.pk, old=old.value, new=stage.value))
    if old == Stage.PREPARATION:
        publish(events.CommunityOpened(community_id=current.pk, actor_id=actor.pk))
    return current


@transaction.atomic
def confirm_access(*, actor: Any, community: Community) -> Community:
    """Says that who will see the community was read again, one of the steps before its opening. Proposition 37."""
    current = lock_community(community)
    require(actor, "communities.change_stage", current)
    if current.access_read_at is None:
        current.access_read_at = timezone.now()
        current.save(update_fields=["access_read_at"])
    return current


def _check_ready(community: Community) -> None:
    missing = what_is_missing(community)
    if missing:
        lines = " ".join(f"{check.missing}" for check in missing)
        raise NotReady(format_lazy("{} {}", _("It cannot open yet."), lines))
