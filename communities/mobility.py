"""Communities that reach agents through their unit: what a change of unit takes and gives. Proposition 37."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mobility import Move
from accounts.models import User
from communities.models import Community, CommunityGroupObjectPermission, Membership
from communities.permissions import CommunityPolicy
from core.policies import policy_for, users_with

BATCH = 2000
# A person who reads a community.
Pair: TypeAlias = tuple[int, int]
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
    """How many agents read fewer communities, and how many read more; all the moves are made, or none is.

    The other side of the moves is written and taken back: a number of queries that depends on the communities concerned
    and not on the people.
    """
    lost = gained = 0
    every = list(moves)
    for start in range(0, len(every), BATCH):
        some = every[start : start + BATCH]
        before, after = _readers_before_and_after(some)
        lost += len({person for person, _community in before - after})
        gained += len({person for person, _community in after - before})
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


def _readers_before_and_after(moves: list[Move]) -> tuple[set[Pair], set[Pair]]:
    touched = frozenset().union(*(move.left | move.reached for move in moves))
    communities = list(Community.objects.filter(group_grants__group__in=touched).distinct())
    if not communities:
        return set(), set()
    belong = User.groups.through.objects
    pairs = {
        "left": [(move.person_id, group) for move in moves for group in move.left],
        "reached": [(move.person_id, group) for move in moves for group in move.reached],
    }
    people = [move.person_id for move in moves]
    there = set(belong.filter(user__in=people, group__in=touched).values_list("user_id", "group_id"))
    is_made = not there.intersection(pairs["left"]) and there.issuperset(pairs["reached"])
    goes, comes = ("reached", "left") if is_made else ("left", "reached")
    now = _readers(communities, people)
    with transaction.atomic():
        for group in {group for _person, group in pairs[goes]}:
            belong.filter(group=group, user__in=[one for one, other in pairs[goes] if other == group]).delete()
        rows = [User.groups.through(user_id=person, group_id=group) for person, group in pairs[comes]]
        belong.bulk_create(rows, ignore_conflicts=True)
        otherwise = _readers(communities, people)
        transaction.set_rollback(True)
    return (otherwise, now) if is_made else (now, otherwise)


def _readers(communities: list[Community], people: list[int]) -> set[Pair]:
    found: set[Pair] = set()
    for community in communities:
        readers = users_with("communities.view_community", community).filter(pk__in=people)
        found.update((pk, community.pk) for pk in readers.values_list("pk", flat=True))
    return found
