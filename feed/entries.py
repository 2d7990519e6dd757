"""Which entries a feed shows, at the same cost in a community of ten entries and of ten million.

`community_id IN (…) ORDER BY id` looks right and falls into a trap: for a member of one dormant community PostgreSQL
walks everybody's entries. So each community gives its own newest ones, by the index `feed_entries`, and the newest of
these are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from communities.models import Activity, Community, Membership
from core.expressions import BoundedCount, ValueList
from core.prepared import Prepared

UNREAD_MAX = 100


def newest_entries(size: int, before: int | None, *conditions: Q) -> QuerySet[Activity]:
    """The newest entries of the community of the query around, below the cursor."""
    entries = Activity.objects.entries().filter(*conditions, community=OuterRef("community"))
    if before is not None:
        entries = entries.filter(pk__lt=before)
    return entries.order_by("-pk")[:size]


def unread_of(person: Any) -> Q:
    """Entries above the marker of the membership around, one's own excepted."""
    return Q(pk__gt=OuterRef("seen_entry_id")) & (Q(actor=None) | ~Q(actor=person))


def memberships_for_feed(
    person: Any, *, size: int, before: int | None = None, unread_only: bool = False
) -> QuerySet[Membership]:
    """The communities that a person reads as a member, with the newest entries and the unread count of each.

    Each row carries `entry_ids`, at most `size`, and `unread`, at most `UNREAD_MAX`. One query, whatever the number of
    communities and of entries.
    """
    wanted = (unread_of(person),) if unread_only else ()
    unread = Activity.objects.entries().filter(unread_of(person), community=OuterRef("community")).order_by()
    return (
        Membership.objects.members()
        .filter(person=person, community__in=Community.objects.readable_by(person).values("pk"))
        .select_related("community")
        .annotate(
            entry_ids=ValueList(newest_entries(size, before, *wanted)),
            unread=BoundedCount(unread[:UNREAD_MAX]),
        )
        .order_by("community__name", "community_id")
    )


@cache
def prepared_memberships(size: int, unread_only: bool) -> Prepared:
    """`memberships_for_feed`, given the person and `before`."""
    return Prepared(
        lambda person, before: memberships_for_feed(person, size=size, before=before, unread_only=unread_only)
    )


def newest_of(lists: Iterable[list[int]], size: int) -> tuple[list[int], int | None]:
    """The `size` greatest of all the ids, and the cursor of what follows; None at the end."""
    ids = sorted((pk for ids in lists for pk in ids), reverse=True)
    return ids[:size], ids[size - 1] if len(ids) > size else None
