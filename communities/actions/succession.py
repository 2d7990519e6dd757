"""A community is never left without somebody who leads it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from communities.actions.locks import lock_community
from communities.actions.roles import give_role
from communities.enums import Role, Stage
from communities.events import AnimatorLeftAlone, CommunityOrphaned
from communities.models import Community, Membership
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.policies import require


def without_animator() -> QuerySet[Community]:
    """Communities that live and whose animators have all gone: accounts closed, or come to their end."""
    animators = Membership.objects.animators().current().filter(community=OuterRef("pk"))
    return Community.objects.exclude(stage=Stage.ARCHIVED).filter(~Exists(animators)).order_by("pk")


@transaction.atomic
def ensure_animator(*, actor: Any, community: Community) -> Membership | None:
    """Lets the moderator of longest standing lead a community that nobody leads; gives their membership. System only.

    Where there is none, it is marked, and the community managers are told once. Proposition 49.
    """
    current = lock_community(community)
    require(actor, "communities.steer_community", current)
    people = current.memberships.team().current().select_related("person").order_by("joined_at", "pk")
    team = list(people.filter(person__is_external=False))
    if any(row.role == Role.ANIMATOR for row in team):
        _mark(current, is_orphaned=False)
        return None
    successor = team[0] if team else None
    if successor is not None:
        successor.community = current
        give_role(successor, Role.ANIMATOR, actor)
    elif current.orphaned_at is not None:
        return None
    _mark(current, is_orphaned=successor is None)
    person_id = successor.person_id if successor else None
    record_audit(actor=actor, verb="communities.orphaned", target=current, successor=person_id)
    publish(CommunityOrphaned(community_id=current.pk, successor_id=person_id))
    return successor


@transaction.atomic
def follow_departure(*, actor: Any, person_id: int) -> None:
    """After an account was closed: finds who leads the communities that the person animated. System only."""
    animated = Membership.objects.animators().filter(person=person_id).values("community")
    for community in Community.objects.filter(pk__in=animated).exclude(stage=Stage.ARCHIVED).order_by("pk"):
        if ensure_animator(actor=actor, community=community) is None and _animators_of(community) == 1:
            publish(AnimatorLeftAlone(community_id=community.pk, person_id=person_id))


def _animators_of(community: Community) -> int:
    return community.memberships.animators().current().count()


def _mark(community: Community, *, is_orphaned: bool) -> None:
    if is_orphaned != (community.orphaned_at is not None):
        community.orphaned_at = timezone.now() if is_orphaned else None
        community.save(update_fields=["orphaned_at"])
