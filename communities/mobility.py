"""Communities that reach agents through their unit: what a change of unit takes and gives. Proposition 37."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mobility import Move
from accounts.models import User
from communities.models import Community, CommunityGroupObjectPermission, Membership
from communities.permissions import CommunityPolicy
from core.policies import policy_for

# What is lost or gained, the first that applies: reading says more than finding the way in.
READ, JOIN = "read", "join"
ASKED = ((READ, "communities.view_community"), (JOIN, "communities.join_community"))


@dataclass(frozen=True)
class Reach:
    """Communities that a person reads or may join by themselves no more, and those that they now do."""

    lost: list[tuple[str, Community]]
    gained: list[tuple[str, Community]]


def groups_that_open() -> set[int]:
    """The groups of units to which a community is granted."""
    return set(CommunityGroupObjectPermission.objects.order_by().values_list("group", flat=True).distinct())


def reach_of(person: User, move: Move) -> Reach:
    """What a move takes from a person and gives them, whether it is to be made or was made already.

    The policy itself answers twice, for the groups before and after: what they hold by name stays.
    """
    touched = Community.objects.filter(group_grants__group__in=move.left | move.reached)
    communities = list(touched.distinct().order_by("search_key", "pk"))
    if not communities or person.is_external:
        return Reach([], [])
    policy = policy_for(Community)
    assert isinstance(policy, CommunityPolicy)  # noqa: S101
    own = frozenset(person.groups.values_list("pk", flat=True))
    before, after = (own - move.reached) | move.left, (own - move.left) | move.reached
    old, new = (policy.facts(person, communities, groups=groups) for groups in (before, after))
    reach = Reach([], [])
    for community in communities:
        had, has = policy.granted_by(old[community.pk], community), policy.granted_by(new[community.pk], community)
        for what, permission in ASKED:
            if (permission in had) != (permission in has):
                (reach.lost if permission in had else reach.gained).append((what, community))
                break
    return reach


def in_words(viewer: Any, person: User, move: Move) -> list[str]:
    """What a move brings to one person, naming what the viewer finds and counting the rest."""
    reach = reach_of(person, move)
    ids = [community.pk for _what, community in reach.lost + reach.gained]
    found = set(Community.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True))
    sentences = (
        (reach.lost, READ, _("No longer read: %(communities)s.")),
        (reach.lost, JOIN, _("No longer joined without asking: %(communities)s.")),
        (reach.gained, READ, _("Read from then on: %(communities)s.")),
        (reach.gained, JOIN, _("Joined without asking from then on: %(communities)s.")),
    )
    words = []
    for changed, kind, sentence in sentences:
        named = [one.name for what, one in changed if what == kind and one.pk in found]
        if others := sum(1 for what, one in changed if what == kind and one.pk not in found):
            named.append(
                ngettext("%(count)d other community", "%(count)d other communities", others) % {"count": others}
            )
        if named:
            words.append(sentence % {"communities": ", ".join(named)})
    if count := Membership.objects.members().filter(person=person).count():
        kept = ngettext(
            "Stays a member of %(count)d community, joined by name.",
            "Stays a member of %(count)d communities, joined by name.",
            count,
        )
        words.append(kept % {"count": count})
    return words


def in_figures(moves: Iterable[Move]) -> list[str]:
    """How many agents read fewer communities, and how many read more."""
    by_person = {move.person_id: move for move in moves}
    lost, gained = 0, 0
    for person in User.objects.current().filter(pk__in=by_person).order_by("pk").iterator():
        reach = reach_of(person, by_person[person.pk])
        lost += any(what == READ for what, _community in reach.lost)
        gained += any(what == READ for what, _community in reach.gained)
    words = []
    if lost:
        words.append(
            ngettext(
                "%(count)d agent no longer reads a community that reached them through their unit.",
                "%(count)d agents no longer read a community that reached them through their unit.",
                lost,
            )
            % {"count": lost}
        )
    if gained:
        words.append(
            ngettext(
                "%(count)d agent now reads a community through their new unit.",
                "%(count)d agents now read a community through their new unit.",
                gained,
            )
            % {"count": gained}
        )
    return words
