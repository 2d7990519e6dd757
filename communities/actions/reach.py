from __future__ import annotations

from copy import copy
from typing import Any

from django.utils.translation import gettext as _

from communities.enums import Stage
from communities.models import Community
from core.errors import Forbidden
from core.policies import policy_for

# Reading, and becoming a member by oneself.
WAYS_IN = frozenset({"communities.view_community", "communities.join_community"})


def ways_in(actor: Any, community: Community) -> frozenset[str]:
    """By which ways the actor reaches what is said in the community, at whatever stage of its life.

    An access given while it is closed or in preparation opens with it.
    """
    policy = policy_for(community)
    found: frozenset[str] = frozenset()
    for stage in Stage:
        as_if = copy(community)
        as_if.stage = stage
        found |= policy.granted(actor, as_if)
    return found & WAYS_IN


def require_no_new_way_in(actor: Any, community: Community, before: frozenset[str]) -> None:
    """Raises Forbidden where a change of access lets its own author in: who steers a community does not read it."""
    if ways_in(actor, community) - before:
        raise Forbidden("communities.animate_community", _("Its animators may do this: ask one of them."))
