from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.enums import PlatformRole
from accounts.models import User
from communities.models import Community, Proposal
from core.kinds import Kind


def community_managers() -> QuerySet[User]:
    """Those of today."""
    return User.objects.current().filter(is_external=False).holding(PlatformRole.COMMUNITY_MANAGER)


def companions_of(accompanied: Community | Proposal) -> QuerySet[User]:
    """The community manager who accompanies it; all of them where nobody does, or no longer may."""
    own = community_managers().filter(pk__in=[accompanied.accompanied_by_id])
    return own if own.exists() else community_managers()


class CommunityKind(Kind):
    """Base of the kinds that are about a community."""

    model = Community

    def target(self, event: Any) -> Community | None:
        return Community.objects.filter(pk=event.community_id).first()

    def actor(self, event: Any) -> User | None:
        return User.objects.filter(pk=event.actor_id).first() if event.actor_id else None
