from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.actions.locks import lock_community
from communities.actions.membership.standing import NotPossibleNow, check_an_animator_stays, check_may_lead
from communities.enums import Role
from communities.events import RoleChanged
from communities.models import Community, Membership
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.policies import require


@transaction.atomic
def appoint_member(*, actor: Any, community: Community, person: User, role: Role) -> Membership:
    """Gives a member a higher role in the community. Propositions 17, 33.

    Raises BusinessRuleError for an external, who may not lead, and for someone who is no member.
    """
    community = lock_community(community)
    require(actor, "communities.appoint_member", community)
    if actor.pk == person.pk:
        raise BusinessRuleError(_("Nobody gives themselves a role: ask an animator or a community manager."))
    membership = _member(community, person)
    check_may_lead(person, role)
    if role.rank < Role(membership.role).rank:
        raise NotPossibleNow(_("This person already has a higher role."))
    return give_role(membership, role, actor)


@transaction.atomic
def step_down_member(*, actor: Any, community: Community, person: User, role: Role = Role.MEMBER) -> Membership:
    """Gives a member a lower role; everyone may step down themselves, an animator is stepped down by who steers.

    Raises LastAnimator where nobody would lead the community.
    """
    community = lock_community(community)
    if actor.pk != person.pk:
        require(actor, "communities.appoint_member", community)
    membership = _member(community, person)
    if actor.pk != person.pk and membership.role == Role.ANIMATOR:
        hint = _("Ask a community manager to step an animator down.")
        require(actor, "communities.steer_community", community, hint)
    if role.rank > Role(membership.role).rank:
        raise NotPossibleNow(_("This person already has a lower role."))
    if role != Role.ANIMATOR:
        check_an_animator_stays(membership)
    return give_role(membership, role, actor)


def _member(community: Community, person: User) -> Membership:
    membership = Membership.objects.members().filter(community=community, person=person).first()
    if membership is None:
        raise NotPossibleNow(_("This person is not a member of the community."))
    membership.community = community
    return membership


def give_role(membership: Membership, role: Role, actor: Any) -> Membership:
    """Writes another role, audited and told; the caller holds the community and has asked for the right."""
    old = membership.role
    if old == role:
        return membership
    membership.role = role
    membership.save(update_fields=["role", "changed_at"])
    change = {"person": membership.person_id, "old": str(old), "new": str(role)}
    record_audit(actor=actor, verb="communities.role_changed", target=membership.community, **change)
    publish(
        RoleChanged(
            community_id=membership.community_id,
            person_id=membership.person_id,
            actor_id=actor.pk,
            old=str(old),
            new=str(role),
        )
    )
    return membership
