from __future__ import annotations

from typing import Any

from django.db.models import Model

from communities.enums import Verb
from communities.models import Activity, Community


def record_activity(
    *, actor: Any, community: Community | None, verb: Verb, target: Model, is_entry: bool = False
) -> Activity:
    """Says to those who read the community that something was done, in the transaction of the act.

    `community` is None for the whole administration. `is_entry` makes it an entry of the feed: one a target, at its
    publication. Calls nothing that checks rights: the action that did it has.
    """
    return Activity.objects.create(community=community, actor_id=actor.pk, verb=verb, target=target, is_entry=is_entry)


def hide_activities(*, target: Model) -> None:
    """Takes out of feeds and counts all that happened to a target that was deleted or hidden."""
    Activity.objects.of_target(target).update(is_shown=False)


def show_activities(*, target: Model) -> None:
    """Brings back all that happened to a target that was restored; it stands where it stood."""
    Activity.objects.of_target(target).update(is_shown=True)
