"""Pages of a feed: entries by keyset, each shown by the card of its target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Q, QuerySet

from accounts.models import User
from communities.models import Activity, Community, Membership
from core.expressions import ValueList
from core.prepared import Prepared
from core.targets import targets
from feed.entries import newest_of, prepared_memberships
from feed.enums import PostKind
from feed.models import Post

PAGE_SIZE = 20
QUESTIONS_SHOWN = 4


@dataclass
class FeedItem:
    """One line of a feed: the card of a target, and how it stands to the reader."""

    card: Any
    template: str
    entry_id: int
    is_unread: bool = False
    is_pinned: bool = False

    @property
    def css(self) -> str:
        """The classes of its card."""
        return f"card{' card--unread' if self.is_unread else ''}{' card--pinned' if self.is_pinned else ''}"


@dataclass
class FeedPage:
    """One page of a feed. `next` is the cursor of what follows, None at the end; `newest` the greatest entry shown."""

    items: list[FeedItem] = field(default_factory=list)
    next: int | None = None
    newest: int = 0
    # The viewer's communities with `unread`, where the feed is theirs.
    memberships: Sequence[Membership] = ()

    @property
    def unread(self) -> int:
        """Unread entries in all the viewer's communities, bounded a community."""
        return sum(membership.unread for membership in self.memberships)  # type: ignore[attr-defined]


def feed_page(viewer: User, *, before: int | None = None, unread_only: bool = False, size: int = PAGE_SIZE) -> FeedPage:
    """What is new in the viewer's communities, newest first; reading it moves no marker."""
    memberships: list[Any] = prepared_memberships(size + 1, unread_only)(viewer, before=before)
    ids, cursor = newest_of((membership.entry_ids for membership in memberships), size)
    seen = {membership.community_id: membership.seen_entry_id for membership in memberships}
    items, _extra = items_of(viewer, _entries(None, ids=ids, pinned=None), seen)
    newest = max((pk for membership in memberships for pk in membership.entry_ids), default=0)
    return FeedPage(items, cursor, newest, memberships)


@dataclass
class CommunityFeed(FeedPage):
    """The feed of one community. `questions` wait for an answer, the newest first; on the first page alone."""

    questions: list[Post] = field(default_factory=list)


def community_page(
    viewer: User, community: Community, seen: int | None, *, before: int | None = None, size: int = PAGE_SIZE
) -> CommunityFeed:
    """The feed of one community, what is pinned first; `seen` is the viewer's marker, None for a reader."""
    lists = _lists_of(community, size + 1, before)
    ids, cursor = newest_of([lists["newest"]], size)
    pinned = set(lists["pinned"])
    post_type = ContentType.objects.get_for_model(Post)
    entries = _entries(None, ids=ids, pinned=lists["pinned"] or None)
    markers = {community.pk: seen} if seen is not None else {}
    items, extra = items_of(viewer, entries, markers, also={post_type.pk: lists["open"]})
    for item in items:
        item.card.in_community = True
        if isinstance(getattr(item.card, "post", None), Post) and item.card.post.pk in pinned:
            item.is_pinned = True
    items.sort(key=lambda item: -item.card.post.pinned_at.timestamp() if item.is_pinned else 0)
    newest = max(lists["newest"], default=0) if before is None else 0
    questions = [extra[post_type.pk, pk].post for pk in lists["open"] if (post_type.pk, pk) in extra]
    return CommunityFeed(items, cursor, newest, questions=questions)


def _entries_named(viewer: None, ids: Any, pinned: Any) -> QuerySet[Activity]:
    shown = Q(pk__in=ids)
    if pinned is not None:
        # By the two indexes it reads, each on its own.
        shown |= Q(target_type=ContentType.objects.get_for_model(Post), target_id__in=pinned, is_entry=True)
    return Activity.objects.filter(shown)


_entries = Prepared(_entries_named)


def _lists_of(community: Community, size: int, before: int | None) -> dict[str, list[int]]:
    """The ids of the newest entries, of the pinned posts and of the questions that wait, in one query."""
    found: dict[str, list[int]] = _prepared_lists(size)(None, community=community.pk, before=before)[0]
    for name in ("newest", "open"):
        found[name] = sorted(found[name] or (), reverse=True)
    return found


@cache
def _prepared_lists(size: int) -> Prepared:
    return Prepared(lambda viewer, community, before: _lists(community, size, before))


def _lists(community: Any, size: int, before: Any) -> QuerySet[Any, Any]:
    here = Post.objects.filter(community=OuterRef("pk"))
    entries = Activity.objects.entries().filter(community=OuterRef("pk"))
    if before is not None:
        entries = entries.filter(pk__lt=before)
    lists = {
        "newest": ValueList(entries.order_by("-pk")[:size]),
        "pinned": ValueList(here.pinned() if before is None else here.none()),
        "open": ValueList(here.open_questions()[:QUESTIONS_SHOWN] if before is None else here.none()),
    }
    return Community.objects.filter(pk=community).values(**lists)


def question_page(
    viewer: User,
    community: Community,
    *,
    state: str = "",
    before: int | None = None,
    size: int = PAGE_SIZE,
) -> FeedPage:
    """The questions of a community, newest first: all of them, `open` or `answered` ones. The cursor is a post's id."""
    posts = Post.objects.filter(community=community, kind=PostKind.QUESTION).standing()
    if state == "open":
        posts = Post.objects.filter(community=community).open_questions()
    elif state == "answered":
        posts = posts.filter(accepted_comment__isnull=False)
    if before is not None:
        posts = posts.filter(pk__lt=before)
    ids = list(posts.order_by("-pk").values_list("pk", flat=True)[: size + 1])
    entries = Activity.objects.entries().of_targets(Post, ids[:size])
    items, _extra = items_of(viewer, entries, {})
    for item in items:
        item.card.in_community = True
    return FeedPage(items, ids[size - 1] if len(ids) > size else None)


Cards = dict[tuple[int, int], Any]


def items_of(
    viewer: User, entries: Any, seen: Mapping[int, int | None], also: Mapping[int, list[int]] | None = None
) -> tuple[list[FeedItem], Cards]:
    """The entries whose target the viewer may read, newest first, in one batch of queries a model of target.

    `also` names targets by type whose cards are wanted besides; they are given back by type and id.
    """
    rows = sorted(entries, key=lambda entry: entry.pk, reverse=True)
    wanted: dict[int, set[int]] = defaultdict(set)
    for entry in rows:
        wanted[entry.target_type_id].add(entry.target_id)
    for type_id, ids in (also or {}).items():
        wanted[type_id].update(ids)
    cards: Cards = {}
    templates: dict[int, str] = {}
    for type_id, of_type in wanted.items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        target = targets.get(model) if model else None
        if target and target.for_cards and of_type:
            templates[type_id] = target.card
            cards |= {(type_id, pk): card for pk, card in target.for_cards(viewer, sorted(of_type)).items()}
    items = []
    for entry in rows:
        if card := cards.get((entry.target_type_id, entry.target_id)):
            marker = seen.get(entry.community_id) if entry.community_id else None
            is_unread = marker is not None and entry.pk > marker and entry.actor_id != viewer.pk
            items.append(FeedItem(card, templates[entry.target_type_id], entry.pk, is_unread))
    return items, cards


def entries_after(viewer: User, after: int, community: Community | None = None) -> Q:
    """Entries that came since the one with the id `after`, others' only."""
    condition = Q(pk__gt=after) & (Q(actor=None) | ~Q(actor=viewer))
    if community is not None:
        return condition & Q(community=community)
    mine = Membership.objects.members().filter(person=viewer, community__in=Community.objects.readable_by(viewer))
    return condition & Q(community__in=mine.values("community"))
