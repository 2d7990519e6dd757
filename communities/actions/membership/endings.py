"""The end of a participation that is bounded in time: warned of before, drawn at its minute."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from communities import events, letters
from communities.actions.membership.standing import S
from communities.models import Membership
from core.actions.letters import queue_letter
from core.actions.outbox import publish
from core.models import ParameterValue

BATCH = 500


def end_memberships() -> int:
    """Says of each participation whose time has passed that it is over, once; gives how many.

    Rights end by themselves at the minute: this closes open pages, tells those concerned and settles the row.
    """
    over = Membership.objects.filter(state=S.MEMBER, ends_at__lte=timezone.now()).order_by("ends_at", "pk")
    return sum(_end(pk) for pk in list(over.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _end(pk: int) -> bool:
    rows = Membership.objects.select_for_update(of=("self",)).select_related("person", "community")
    membership = rows.filter(pk=pk, state=S.MEMBER, ends_at__lte=timezone.now()).first()
    if membership is None:
        return False
    membership.previous_state, membership.previous_role = S.MEMBER, membership.role
    membership.state, membership.decided_by = S.LEFT, None
    membership.save()
    person, community = membership.person, membership.community
    publish(events.MembershipEnded(community_id=community.pk, person_id=person.pk, actor_id=None))
    publish(events.MembershipExpired(community_id=community.pk, person_id=person.pk))
    if person.is_active:
        # The community no longer exists for a partner: a notice about it would reach nobody.
        queue_letter(
            to=person.email,
            language=person.language,
            write=lambda: letters.participation_over(person=person, community=community),
            reason="participation-over",
        )
    return True


def warn_of_endings() -> int:
    """Warns of the ends that are near, each once for each delay that the administrator set; gives how many."""
    delays = sorted(
        ParameterValue.objects.number(f"communities.partner_warning_{which}") for which in ("first", "last")
    )
    now = timezone.now()
    near = Membership.objects.members().current().filter(ends_at__lte=now + timedelta(days=delays[-1]))
    return sum(_warn(pk, delays) for pk in list(near.order_by("ends_at", "pk").values_list("pk", flat=True)))


@transaction.atomic
def _warn(pk: int, delays: list[int]) -> bool:
    membership = Membership.objects.members().select_for_update(of=("self",)).filter(pk=pk).first()
    if membership is None or membership.ends_at is None:
        return False
    left = membership.ends_at - timezone.now()
    delay = next((days for days in delays if left <= timedelta(days=days)), None)
    if delay is None or (membership.warned_days is not None and membership.warned_days <= delay):
        return False
    membership.warned_days = delay
    membership.save(update_fields=["warned_days"])
    # The last day is the one before the midnight at which it ends.
    last_day = timezone.localtime(membership.ends_at - timedelta(seconds=1)).date()
    publish(
        events.MembershipEnding(
            community_id=membership.community_id, person_id=membership.person_id, last_day=last_day.isoformat()
        )
    )
    return True
