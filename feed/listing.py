"""Pages of a feed: entries by keyset, each shown by the card of its target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from accounts.models import User
from communities.models import Activity, Community, Membership
from core.targets import targets
from feed.entries import memberships_for_feed, newest_of
from feed.enums import PostKind
from feed.models import Post

PAGE_SIZE = 20


@dataclass
class FeedItem:
    """One line of a feed: the card of a target, and how it stands to the reader."""

    card: Any
    template: str
    entry_id: int
    is_unread: bool = False
    is_pinned: bool = False


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
    memberships = list(memberships_for_feed(viewer, size=size + 1, before=before, unread_only=unread_only))
    ids, cursor = newest_of((membership.entry_ids for membership in memberships), size)
    seen = {membership.community_id: membership.seen_entry_id for membership in memberships}
    items = items_of(viewer, Activity.objects.filter(pk__in=ids), seen)
    newest = max((pk for membership in memberships for pk in membership.entry_ids), default=0)
    return FeedPage(items, cursor, newest, memberships)


def community_page(
    viewer: User, community: Community, seen: int | None, *, before: int | None = None, size: int = PAGE_SIZE
) -> FeedPage:
    """The feed of one community, what is pinned first; `seen` is the viewer's marker, None for a reader."""
    entries = Activity.objects.entries().filter(community=community)
    pinned: dict[int, int] = {}
    if before is None:
        pinned_posts = Post.objects.filter(community=community).pinned().values_list("pk", flat=True)
        pinned = {pk: rank for rank, pk in enumerate(pinned_posts)}
    else:
        entries = entries.filter(pk__lt=before)
    rows = list(entries.order_by("-pk")[: size + 1])
    cursor = rows[size - 1].pk if len(rows) > size else None
    newest = rows[0].pk if rows and before is None else 0
    rows = rows[:size]
    post_type = ContentType.objects.get_for_model(Post)
    missing = set(pinned) - {row.target_id for row in rows if row.target_type_id == post_type.pk}
    if missing:
        rows += list(Activity.objects.entries().of_targets(Post, missing).order_by("-pk"))
    items = items_of(viewer, rows, {community.pk: seen} if seen is not None else {})
    for item in items:
        item.card.in_community = True
        if isinstance(getattr(item.card, "post", None), Post) and item.card.post.pk in pinned:
            item.is_pinned = True
    items.sort(key=lambda item: pinned[item.card.post.pk] if item.is_pinned else len(pinned))
    return FeedPage(items, cursor, newest)


def question_page(
    viewer: User,
    community: Community,
    *,
    state: str = "",
    before: int | None = None,
    size: int = PAGE_SIZE,
) -> FeedPage:
    """The questions of a community, newest first: all of them, `open` or `answered` ones. The cursor is a post's id."""
    posts = Post.objects.filter(community=community, kind=PostKind.QUESTION).kept()
    if state == "open":
        posts = Post.objects.filter(community=community).open_questions()
    elif state == "answered":
        posts = posts.filter(accepted_comment__isnull=False)
    if before is not None:
        posts = posts.filter(pk__lt=before)
    ids = list(posts.order_by("-pk").values_list("pk", flat=True)[: size + 1])
    entries = Activity.objects.entries().of_targets(Post, ids[:size])
    items = items_of(viewer, entries, {})
    for item in items:
        item.card.in_community = True
    return FeedPage(items, ids[size - 1] if len(ids) > size else None)


def items_of(viewer: User, entries: Any, seen: dict[int, int | None]) -> list[FeedItem]:
    """The entries whose target the viewer may read, newest first; one batch of queries a model of target."""
    rows = sorted(entries, key=lambda entry: entry.pk, reverse=True)
    wanted: dict[int, list[int]] = defaultdict(list)
    for entry in rows:
        wanted[entry.target_type_id].append(entry.target_id)
    cards: dict[tuple[int, int], tuple[Any, str]] = {}
    for type_id, ids in wanted.items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        target = targets.get(model) if model else None
        if target and target.for_cards:
            cards |= {(type_id, pk): (card, target.card) for pk, card in target.for_cards(viewer, ids).items()}
    items = []
    for entry in rows:
        if found := cards.get((entry.target_type_id, entry.target_id)):
            marker = seen.get(entry.community_id) if entry.community_id else None
            is_unread = marker is not None and entry.pk > marker and entry.actor_id != viewer.pk
            items.append(FeedItem(*found, entry_id=entry.pk, is_unread=is_unread))
    return items


def entries_after(viewer: User, after: int, community: Community | None = None) -> Q:
    """Entries that came since the one with the id `after`, others' only."""
    condition = Q(pk__gt=after) & (Q(actor=None) | ~Q(actor=viewer))
    if community is not None:
        return condition & Q(community=community)
    mine = Membership.objects.members().filter(person=viewer, community__in=Community.objects.readable_by(viewer))
    return condition & Q(community__in=mine.values("community"))
