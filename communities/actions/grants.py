"""What a unit may do in a community: read without joining, or find it and join without asking."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import Unit
from communities.actions.locks import lock_community
from communities.actions.reach import require_no_new_way_in, ways_in
from communities.enums import Grant
from communities.events import AccessGranted, AccessRevoked
from communities.models import Community, CommunityGroupObjectPermission
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.policies import require


@transaction.atomic
def grant_to_unit(*, actor: Any, community: Community, unit: Unit, permission: Grant) -> None:
    """Lets the agents of a unit, and of all below it, read or join; audited. Never reaches an external.

    Raises Forbidden where the grant would let in whoever gives it.
    """
    community = lock_community(community)
    require(actor, "communities.change_community", community)
    if not _held(community, unit, permission):
        before = ways_in(actor, community)
        assign_perm(permission.value, unit.group, community)
        require_no_new_way_in(actor, community, before)
        _record(actor, "communities.access_granted", community, unit, permission)
        publish(
            AccessGranted(community_id=community.pk, unit_id=unit.pk, permission=permission.value, actor_id=actor.pk)
        )


@transaction.atomic
def revoke_from_unit(*, actor: Any, community: Community, unit: Unit, permission: Grant) -> None:
    """Takes a grant back; who joined by it stays a member. Audited."""
    community = lock_community(community)
    require(actor, "communities.change_community", community)
    if _held(community, unit, permission):
        remove_perm(permission.value, unit.group, community)
        _record(actor, "communities.access_revoked", community, unit, permission)
        publish(
            AccessRevoked(community_id=community.pk, unit_id=unit.pk, permission=permission.value, actor_id=actor.pk)
        )


def _held(community: Community, unit: Unit, permission: Grant) -> bool:
    rows = CommunityGroupObjectPermission.objects.filter(content_object=community, group=unit.group_id)
    return rows.filter(permission__codename=permission.value).exists()


def _record(actor: Any, verb: str, community: Community, unit: Unit, permission: Grant) -> None:
    record_audit(actor=actor, verb=verb, target=community, unit=unit.code, permission=permission.value)
