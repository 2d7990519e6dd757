"""What follows in the feed from what happens around communities."""

from __future__ import annotations

from uuid import UUID

from accounts.models import User
from communities.events import MembershipExpired, ReachChanged
from feed.actions.subscriptions import stop_following


def unfollow_what_is_lost(event: ReachChanged, key: UUID) -> None:
    """Whoever changed units follows no thread that they no longer read."""
    if event.lost_ids and (person := User.objects.filter(pk=event.person_id).first()):
        stop_following(person=person, communities=event.lost_ids)


def unfollow_what_is_over(event: MembershipExpired, key: UUID) -> None:
    """A partner whose time is over follows nothing there."""
    if person := User.objects.filter(pk=event.person_id).first():
        stop_following(person=person, communities=[event.community_id])
