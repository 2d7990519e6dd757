"""Which communities already speak of what somebody is about to propose. Proposition 48."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

from django.db.models import Q, Sum

from communities.models import Community, CommunityWord, Membership
from communities.words import words_of

# From here on two descriptions are said to be near; `tests/communities/test_near.py` says with which success.
THRESHOLD: Final = 0.4
# How many are weighed one by one; the database has put those with the most in common first.
CANDIDATES: Final = 40
# What it adds to know that everybody who would animate is already there.
PEOPLE_BONUS: Final = 0.2


@dataclass(frozen=True)
class Near:
    """A community near a proposal: how near, from `THRESHOLD` to 1, and how many of its people are already members.

    `people` is 0 for a viewer who does not see the members.
    """

    community: Community
    score: float
    people: int = 0


def near_communities(
    *,
    viewer: Any,
    name: str,
    purpose: str,
    tags: Iterable[str] = (),
    people: Iterable[int] = (),
    limit: int = 3,
) -> list[Near]:
    """The communities that the viewer may find and that are near these words, the nearest first.

    `people` are the ids of whoever would animate. With `SYSTEM` as viewer confidential ones are found too. Four
    queries, whatever the number of communities.
    """
    asked = words_of(name, purpose, tags)
    if not asked:
        return []
    found = _words_by_community(viewer, asked)
    scores = {pk: closeness(asked, words) for pk, words in found.items()}
    near = [pk for pk, score in scores.items() if score >= THRESHOLD]
    if not near:
        return []
    present, everyone = _present(viewer, near, people)
    communities = Community.objects.for_list().in_bulk(near)
    rows = []
    for pk in near:
        share = present.get(pk, 0) / everyone if everyone else 0
        rows.append(Near(communities[pk], min(1.0, scores[pk] * (1 + PEOPLE_BONUS * share)), present.get(pk, 0)))
    return sorted(rows, key=lambda row: (-row.score, row.community.name, row.community.pk))[:limit]


def closeness(asked: Mapping[str, int], said: Mapping[str, int]) -> float:
    """How much two descriptions have in common, from 0 to 1: the share of each that the other says too."""
    common = asked.keys() & said.keys()
    if not common:
        return 0.0
    share = sum(asked[word] for word in common) / _whole(asked)
    return min(1.0, sqrt(share * sum(said[word] for word in common) / _whole(said)))


def _whole(words: Mapping[str, int]) -> int:
    # Initials may match and are no part of the text: they would make a long description look far from itself.
    return sum(weight for word, weight in words.items() if not word.startswith("@")) or 1


def _words_by_community(viewer: Any, asked: Mapping[str, int]) -> dict[int, dict[str, int]]:
    visible = Community.objects.visible_to(viewer).values("pk")
    candidates = (
        CommunityWord.objects.filter(word__in=asked, community__in=visible)
        .values("community")
        .annotate(common=Sum("weight"))
        .order_by("-common", "community")
        .values_list("community", flat=True)[:CANDIDATES]
    )
    found: dict[int, dict[str, int]] = {}
    for pk, word, weight in CommunityWord.objects.filter(community__in=list(candidates)).values_list(
        "community_id", "word", "weight"
    ):
        found.setdefault(pk, {})[word] = weight
    return found


def _present(viewer: Any, near: list[int], people: Iterable[int]) -> tuple[dict[int, int], int]:
    wanted = set(people)
    if not wanted:
        return {}, 0
    seen = Community.objects.visible_to(viewer, "communities.view_members").filter(pk__in=near)
    members = Membership.objects.members().filter(Q(community__in=seen.values("pk")), person__in=wanted)
    counted: dict[int, int] = {}
    for pk in members.values_list("community_id", flat=True):
        counted[pk] = counted.get(pk, 0) + 1
    return counted, len(wanted)
