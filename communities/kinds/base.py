from __future__ import annotations

from typing import Any

from accounts.models import User
from communities.models import Community
from core.kinds import Kind


class CommunityKind(Kind):
    """Base of the kinds that are about a community."""

    model = Community

    def target(self, event: Any) -> Community | None:
        return Community.objects.filter(pk=event.community_id).first()

    def actor(self, event: Any) -> User | None:
        return User.objects.filter(pk=event.actor_id).first() if event.actor_id else None
