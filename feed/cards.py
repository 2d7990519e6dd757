"""What the card of a post shows, loaded for a whole page of a feed at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from communities.models import Membership
from core.parts import load_parts
from core.policies import Abilities, any_of, policy_for
from core.prepared import Prepared
from feed.enums import PostKind, ReactionKind
from feed.models import Comment, Post, Reaction, Subscription

COMMENTS_SHOWN = 2
# About twelve lines of a card.
LENGTH_FOLDED = 1_000
LINES_FOLDED = 10
ICONS = {PostKind.MESSAGE: "message", PostKind.QUESTION: "question", PostKind.ANNOUNCEMENT: "announcement"}


@dataclass
class Reactions:
    """What people said of one target in one click, and what the viewer did."""

    counts: Counter[str] = field(default_factory=Counter)
    mine: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def choices(self) -> list[tuple[str, Any, int]]:
        """Each kind with its label and its count."""
        return [(kind.value, kind.label, self.counts[kind.value]) for kind in ReactionKind]

    @property
    def in_words(self) -> str:
        """Each kind that somebody chose, for the hint on the count."""
        return ", ".join(f"{label} {count}" for _kind, label, count in self.choices if count)


@dataclass
class PostCard:
    """One post as a feed shows it to one person."""

    post: Post
    abilities: Abilities
    reactions: Reactions
    comments: list[Comment]
    comment_count: int
    parts: list[dict[str, Any]]
    # Inside its community the name of the community would say nothing.
    in_community: bool = False

    @cached_property
    def key(self) -> str:
        """The id in the element's id: a number would be written as the language writes numbers."""
        return str(self.post.pk)

    @cached_property
    def address(self) -> str:
        return self.post.get_absolute_url()

    @property
    def is_animator(self) -> bool:
        return bool(getattr(self.post, "by_animator", False))

    @property
    def answer(self) -> Comment | None:
        """The accepted answer, where there is one."""
        return self.post.accepted_comment

    @property
    def subscription(self) -> str:
        return getattr(self.post, "subscription", None) or ""

    @property
    def kind_icon(self) -> str:
        return "answered" if self.post.is_answered else ICONS[PostKind(self.post.kind)]

    @property
    def kind_label(self) -> Any:
        return _("Answered") if self.post.is_answered else self.post.get_kind_display()

    @property
    def comments_in_words(self) -> str:
        return comments_in_words(self.post, self.comment_count)

    @property
    def comments_unshown(self) -> int:
        """How many comments one must open the thread to read."""
        return self.comment_count - len(self.comments) - (self.answer is not None)

    @property
    def shown_community(self) -> Any:
        """Where it was said; inside that community, nothing: the page says it."""
        return None if self.in_community else self.post.community

    @property
    def is_long(self) -> bool:
        """Whether the card cannot show all of the text: lines of the screen are not known here, characters are."""
        body = self.post.body
        return len(body) > LENGTH_FOLDED or body.count("<p>") + body.count("<li>") + body.count("<br") > LINES_FOLDED


def comments_in_words(post: Post, count: int) -> str:
    """« 6 réponses » under a question, « 2 commentaires » under the rest."""
    if post.is_question:
        return ngettext("%(count)d answer", "%(count)d answers", count) % {"count": count}
    return ngettext("%(count)d comment", "%(count)d comments", count) % {"count": count}


def post_cards(viewer: User, ids: Iterable[int]) -> dict[int, PostCard]:
    """The cards of those of the posts that the viewer may read, by id, in a fixed number of queries."""
    posts: list[Post] = _posts(viewer, ids=list(ids))
    policy = policy_for(Post)
    granted = policy.granted_for(viewer, posts)
    posts = [post for post in posts if policy.reading in granted[post.pk]]
    if not posts:
        return {}
    comments = _last_comments(posts)
    reactions = reactions_to(viewer, {Post: [post.pk for post in posts]})
    parts = load_parts(viewer, Post, posts)
    return {
        post.pk: PostCard(
            post=post,
            abilities=Abilities(policy.table, granted[post.pk]),
            reactions=reactions[Post, post.pk],
            comments=comments[post.pk][0],
            comment_count=comments[post.pk][1],
            parts=parts[post.pk],
        )
        for post in posts
    }


_posts = Prepared(
    lambda viewer, ids: with_subscription(
        with_star(Post.objects.filter(pk__in=ids).for_cards()), Post, viewer
    ).order_by("pk")
)


def with_star(queryset: Any) -> Any:
    """Adds to each text whether its author animates the community where it was said, as `by_animator`."""
    animators = Membership.objects.animators().filter(community=OuterRef("community"), person=OuterRef("author"))
    return queryset.annotate(by_animator=Exists(animators))


def with_subscription(queryset: Any, model: type[Model], viewer: User) -> Any:
    """Adds to each object whether the viewer follows it or has muted it, as `subscription`."""
    mine = Subscription.objects.filter(
        target_type=ContentType.objects.get_for_model(model), target_id=OuterRef("pk"), person=viewer
    )
    return queryset.annotate(subscription=Subquery(mine.values("state")[:1]))


def _last_comments(posts: list[Post]) -> Mapping[int, tuple[list[Comment], int]]:
    """The last comments of each post and how many it has; the accepted answer has its own place in the card."""
    accepted = {post.accepted_comment_id for post in posts}
    found: dict[int, tuple[list[Comment], int]] = defaultdict(lambda: ([], 0))
    for comment in _comments(None, posts=[post.pk for post in posts]):
        shown, _total = found[comment.target_id]
        if comment.pk not in accepted:
            shown.append(comment)
        found[comment.target_id] = (shown, comment.total)
    return defaultdict(lambda: ([], 0), {pk: (shown[-COMMENTS_SHOWN:], total) for pk, (shown, total) in found.items()})


def _comments_of(viewer: None, posts: Any) -> QuerySet[Comment]:
    of_target: dict[str, Any] = {"partition_by": [F("target_id")]}
    rows: QuerySet[Comment] = (
        with_star(Comment.objects.standing())
        .filter(target_type=ContentType.objects.get_for_model(Post), target_id__in=posts)
        .annotate(rank=Window(RowNumber(), order_by=F("pk").desc(), **of_target), total=Window(Count("*"), **of_target))
        .filter(rank__lte=COMMENTS_SHOWN + 1)
        .select_related("author__photo")
        .order_by("pk")
    )
    return rows


_comments = Prepared(_comments_of)


def reactions_to(
    viewer: User, targets: Mapping[type[Model], Iterable[int]]
) -> Mapping[tuple[type[Model], int], Reactions]:
    """The reactions to objects of several models, in one query."""
    models = {ContentType.objects.get_for_model(model).pk: model for model in targets}
    ids = {f"ids_{type_id}": list(targets[model]) for type_id, model in models.items()}
    found: dict[tuple[type[Model], int], Reactions] = defaultdict(Reactions)
    for row in _reactions(viewer, **ids):
        reactions = found[models[row["target_type"]], row["target_id"]]
        reactions.counts[row["kind"]] += row["count"]
        if row["mine"]:
            reactions.mine = row["kind"]
    return found


def _reactions_of(viewer: Any, **ids: Any) -> QuerySet[Any, Any]:
    wanted = any_of(
        Q(target_type=int(name.removeprefix("ids_")), target_id__in=of_type) for name, of_type in ids.items()
    )
    return (
        Reaction.objects.filter(wanted)
        .values("target_type", "target_id", "kind")
        .annotate(count=Count("pk"), mine=Count("pk", filter=Q(person=viewer)))
        .order_by()
    )


_reactions = Prepared(_reactions_of)
