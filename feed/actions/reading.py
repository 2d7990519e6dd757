from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from communities.models import Activity, Community, Membership


def _newest(community: Any) -> Subquery:
    """The newest entry of a community; later ones stay unread, whatever an address says."""
    entries = Activity.objects.entries().filter(community=community).order_by("-pk")
    return Subquery(entries.values("pk")[:1])


def mark_read(*, actor: Any, community: Community, up_to: int) -> int:
    """Moves a member's marker forward to the entry `up_to`, never back; gives how many markers moved."""
    return Membership.objects.filter(person=actor, community=community, seen_entry_id__lt=up_to).update(
        seen_entry_id=Greatest("seen_entry_id", _capped(community, up_to))
    )


def _capped(community: Community, up_to: int) -> Coalesce:
    entries = Activity.objects.entries().filter(community=community, pk__lte=up_to).order_by("-pk")
    return Coalesce(Subquery(entries.values("pk")[:1]), 0)


def mark_all_read(*, actor: Any) -> None:
    """« Tout marquer comme lu »: nothing that is there now is unread, in any community of the person."""
    Membership.objects.members().filter(person=actor).update(
        seen_entry_id=Greatest("seen_entry_id", Coalesce(_newest(OuterRef("community")), 0))
    )
