from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from communities.enums import Stage
from communities.models import Community
from core.permissions import seen_through
from core.policies import NOTHING, Policy, Rule, Standing, allow, policies, policy_for
from core.targets import targets
from feed.enums import PostKind
from feed.models import Comment, Post

STANDING_TEXT = (True,)
# Where nothing is archived, texts may still be taken back and brought back.
NOT_ARCHIVED = (Stage.PREPARATION, Stage.OPEN, Stage.READ_ONLY)

# What everybody who reads there is shown; what moderation hid is left to its author and the team.
SEEN: dict[str, Any] = {"deleted_at__isnull": STANDING_TEXT, "hidden_at__isnull": (True,)}
HIDDEN: dict[str, Any] = {"deleted_at__isnull": STANDING_TEXT, "hidden_at__isnull": (False,)}

POST_TABLE: dict[str, tuple[Rule, ...]] = {
    "feed.view_post": (allow("reader", **SEEN), allow("reading_author", "team", **HIDDEN)),
    "feed.comment_post": (allow("writer", **SEEN),),
    "feed.react_post": (allow("writer", **SEEN),),
    "feed.follow_post": (allow("reader", **SEEN),),
    "feed.report_post": (allow("other_reader", **SEEN),),
    "feed.change_post": (allow("writing_author", deleted_at__isnull=STANDING_TEXT),),
    "feed.delete_post": (
        allow("reading_author", "team", deleted_at__isnull=STANDING_TEXT, community__stage=NOT_ARCHIVED),
    ),
    "feed.restore_post": (
        allow("reading_author", "animator", deleted_at__isnull=(False,), community__stage=NOT_ARCHIVED),
    ),
    "feed.accept_answer": (
        allow(
            "writing_author",
            "animator",
            **SEEN,
            kind=(PostKind.QUESTION,),
            community__stage=(Stage.PREPARATION, Stage.OPEN),
        ),
    ),
    "feed.pin_post": (allow("animator", **SEEN, community__stage=NOT_ARCHIVED),),
}


@dataclass(frozen=True)
class Facts:
    """How a person stands with a text: whether it is theirs, and what they may in its community or on its target."""

    is_author: bool
    community: frozenset[str]
    target: frozenset[str] = frozenset()


def _in_community(permission: str) -> Standing:
    return Standing(
        holds=lambda facts: permission in facts.community,
        objects=lambda user: Q(community__in=Community.objects.visible_to(user, permission).values("pk")),
        people=lambda text: policy_for(Community).people(permission, text.community) if text.community else NOTHING,
    )


AUTHOR = Standing(
    holds=lambda facts: facts.is_author,
    objects=lambda user: Q(author=user),
    people=lambda text: Q(pk=text.author_id),
)


OTHERS = Standing(
    holds=lambda facts: not facts.is_author,
    objects=lambda user: ~Q(author=user),
    people=lambda text: ~Q(pk=text.author_id),
)


def _both(one: Standing, other: Standing) -> Standing:
    return Standing(
        holds=lambda facts: one.holds(facts) and other.holds(facts),
        objects=lambda user: one.objects(user) & other.objects(user),
        people=lambda text: one.people(text) & other.people(text),
    )


class PostPolicy(Policy[Post]):
    """A post follows its community; its author and the community's team may more."""

    model = Post
    reading = "feed.view_post"
    has_images = True
    table: ClassVar = POST_TABLE
    standings: ClassVar = {
        "reader": _in_community("communities.view_community"),
        "other_reader": _both(OTHERS, _in_community("communities.view_community")),
        "writer": _in_community("communities.add_post"),
        "reading_author": _both(AUTHOR, _in_community("communities.view_community")),
        "writing_author": _both(AUTHOR, _in_community("communities.add_post")),
        "team": _in_community("communities.moderate_community"),
        "animator": _in_community("communities.animate_community"),
    }

    def facts(self, user: Any, objects: list[Post]) -> Mapping[Any, Facts]:
        granted = policy_for(Community).granted_for(user, {post.community for post in objects})
        return {post.pk: Facts(post.author_id == user.pk, granted[post.community_id]) for post in objects}


TARGET: Any = Comment._meta.get_field("target")


def _on_target(action: str) -> Standing:
    """Who may read, or comment on, what the comment stands under."""
    return Standing(
        holds=lambda facts: action in facts.target,
        objects=lambda user: seen_through(user, "target_type", "target_id", _permissions(action)),
        people=lambda comment: _people_of_target(comment.target, action),
    )


def _permission(model: type[Model], action: str) -> str:
    return policy_for(model).reading if action == "read" else targets[model].comment


def _permissions(action: str) -> list[tuple[type[Model], str]]:
    return [(model, _permission(model, action)) for model, target in targets.items() if target.comment]


def _people_of_target(target: Model | None, action: str) -> Q:
    return NOTHING if target is None else policy_for(target).people(_permission(type(target), action), target)


class CommentPolicy(Policy[Comment]):
    """A comment follows its target; its author and the community's team may more."""

    model = Comment
    reading = "feed.view_comment"
    has_images = True
    table: ClassVar = {
        "feed.view_comment": (allow("reader", **SEEN), allow("reading_author", "reading_team", **HIDDEN)),
        # Being told of it: what is hidden is news to nobody.
        "feed.hear_comment": (allow("reader", **SEEN),),
        "feed.reply_comment": (allow("writer", **SEEN, parent__isnull=(True,)),),
        "feed.react_comment": (allow("writer", **SEEN),),
        "feed.report_comment": (allow("other_reader", **SEEN),),
        "feed.change_comment": (allow("writing_author", deleted_at__isnull=STANDING_TEXT),),
        "feed.delete_comment": (
            allow("reading_author", "reading_team", deleted_at__isnull=STANDING_TEXT, community__stage=NOT_ARCHIVED),
        ),
        "feed.restore_comment": (
            allow("reading_author", "reading_animator", deleted_at__isnull=(False,), community__stage=NOT_ARCHIVED),
        ),
    }
    standings: ClassVar = {
        "reader": _on_target("read"),
        "other_reader": _both(OTHERS, _on_target("read")),
        "writer": _on_target("comment"),
        "reading_author": _both(AUTHOR, _on_target("read")),
        "writing_author": _both(AUTHOR, _on_target("comment")),
        "reading_team": _both(_in_community("communities.moderate_community"), _on_target("read")),
        "reading_animator": _both(_in_community("communities.animate_community"), _on_target("read")),
    }

    def facts(self, user: Any, objects: list[Comment]) -> Mapping[Any, Facts]:
        communities = {comment.community for comment in objects if comment.community}
        in_community = policy_for(Community).granted_for(user, communities)
        on_target = self._on_targets(user, objects)
        return {
            comment.pk: Facts(
                comment.author_id == user.pk,
                in_community.get(comment.community_id, frozenset()),
                on_target.get((comment.target_type_id, comment.target_id), frozenset()),
            )
            for comment in objects
        }

    @staticmethod
    def _on_targets(user: Any, comments: list[Comment]) -> dict[tuple[int, int], frozenset[str]]:
        ids: dict[int, set[int]] = defaultdict(set)
        at_hand: dict[int, dict[int, Model]] = defaultdict(dict)
        for comment in comments:
            ids[comment.target_type_id].add(comment.target_id)
            if TARGET.is_cached(comment) and comment.target is not None:
                at_hand[comment.target_type_id][comment.target_id] = comment.target
        found = {}
        for type_id, target_ids in ids.items():
            model = ContentType.objects.get_for_id(type_id).model_class()
            if model is None or model not in policies or model not in targets:
                continue
            actions = {_permission(model, action): action for action in ("read", "comment")}
            rows: list[Model] = list(at_hand[type_id].values())
            if missing := target_ids - at_hand[type_id].keys():
                rows += model._default_manager.filter(pk__in=missing)
            for pk, granted in policy_for(model).granted_for(user, rows).items():
                found[type_id, pk] = frozenset(actions[name] for name in actions if name in granted)
        return found
