"""What units and platform roles may do in a community: read without joining, or find it and join without asking."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from accounts.enums import PlatformRole
from accounts.models import Unit
from communities.actions.locks import lock_community
from communities.actions.reach import require_no_new_way_in, ways_in
from communities.enums import Grant
from communities.events import AccessGranted, AccessRevoked, RoleAccessGranted, RoleAccessRevoked
from communities.models import Community, CommunityGroupObjectPermission, RoleAccess
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.policies import require


@transaction.atomic
def grant_to_unit(*, actor: Any, community: Community, unit: Unit, permission: Grant) -> None:
    """Lets the agents of a unit, and of all below it, read or join; audited. Never reaches an external.

    Raises Forbidden where the grant would let in whoever gives it.
    """
    grant_to_units(actor=actor, community=community, units=[unit], permission=permission)


@transaction.atomic
def grant_to_units(*, actor: Any, community: Community, units: Iterable[Unit], permission: Grant) -> None:
    """The same for several units at once: all of them or, where one would let in whoever gives it, none."""
    community = lock_community(community)
    require(actor, "communities.change_community", community)
    before = ways_in(actor, community)
    for unit in units:
        if _held(community, unit, permission):
            continue
        assign_perm(permission.value, unit.group, community)
        _record(actor, "communities.access_granted", community, permission, unit=unit.code)
        publish(
            AccessGranted(community_id=community.pk, unit_id=unit.pk, permission=permission.value, actor_id=actor.pk)
        )
    require_no_new_way_in(actor, community, before)


@transaction.atomic
def revoke_from_unit(*, actor: Any, community: Community, unit: Unit, permission: Grant) -> None:
    """Takes a grant back; who joined by it stays a member. Audited."""
    community = lock_community(community)
    require(actor, "communities.change_community", community)
    if _held(community, unit, permission):
        remove_perm(permission.value, unit.group, community)
        _record(actor, "communities.access_revoked", community, permission, unit=unit.code)
        publish(
            AccessRevoked(community_id=community.pk, unit_id=unit.pk, permission=permission.value, actor_id=actor.pk)
        )


@transaction.atomic
def grant_to_role(*, actor: Any, community: Community, role: PlatformRole, permission: Grant) -> None:
    """Lets the agents who hold a platform role read or join; audited.

    Raises Forbidden where the grant would let in whoever gives it.
    """
    community = lock_community(community)
    require(actor, "communities.change_community", community)
    before = ways_in(actor, community)
    row, is_new = RoleAccess.objects.get_or_create(
        community=community, role=role.value, permission=permission.value, defaults={"granted_by_id": actor.pk}
    )
    if not is_new:
        return
    require_no_new_way_in(actor, community, before)
    _record(actor, "communities.access_granted", community, permission, role=role.value)
    publish(RoleAccessGranted(community_id=community.pk, role=role.value, permission=row.permission, actor_id=actor.pk))


@transaction.atomic
def revoke_from_role(*, actor: Any, community: Community, role: PlatformRole, permission: Grant) -> None:
    """Takes what a role was given back; who joined by it stays a member. Audited."""
    community = lock_community(community)
    require(actor, "communities.change_community", community)
    rows = RoleAccess.objects.filter(community=community, role=role.value, permission=permission.value)
    if rows.delete()[0]:
        _record(actor, "communities.access_revoked", community, permission, role=role.value)
        publish(
            RoleAccessRevoked(
                community_id=community.pk, role=role.value, permission=permission.value, actor_id=actor.pk
            )
        )


def _held(community: Community, unit: Unit, permission: Grant) -> bool:
    rows = CommunityGroupObjectPermission.objects.filter(content_object=community, group=unit.group_id)
    return rows.filter(permission__codename=permission.value).exists()


def _record(actor: Any, verb: str, community: Community, permission: Grant, **whom: str) -> None:
    record_audit(actor=actor, verb=verb, target=community, permission=permission.value, **whom)
