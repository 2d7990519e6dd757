"""News of who accompanies a community."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities import events
from communities.kinds.base import CommunityKind
from communities.models import Community
from core.kinds import Notice


class Accompanies(CommunityKind):
    """A community manager learns that they accompany a community from now on. Proposition 49."""

    name = "communities.accompanies"
    event = events.CompanionChanged
    label = gettext_lazy("I accompany a community from now on")

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        still = target.accompanied_by_id is not None and target.accompanied_by_id == event.person_id
        return User.objects.filter(pk=event.person_id) if still else User.objects.none()

    def permission(self) -> str | None:
        return "communities.steer_community"

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("You accompany “%(community)s” from now on.") % {"community": target.name}
        address = reverse("communities:community_file", args=[target.slug])
        return Notice(text, address, detail=target.purpose, action=_("See its file"))


KINDS = (Accompanies,)
