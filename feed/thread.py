"""The comments of one target as its page shows them: answers in the order they came, replies under each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, F, Q, SmallIntegerField, When
from django.db.models.functions import Coalesce

from accounts.models import User
from communities.models import Community
from core.policies import Abilities, policy_for
from feed.cards import Reactions, reactions_to, with_star
from feed.models import Comment, Post

PAGE_SIZE = 60


@dataclass
class ThreadComment:
    """One comment as one person sees it; one gone for them stays as a place for its replies, without its text."""

    comment: Comment
    abilities: Abilities
    reactions: Reactions
    is_animator: bool = False
    is_accepted: bool = False
    may_accept: bool = False
    may_withdraw: bool = False
    may_reply: bool = False
    is_gone: bool = False
    replies: list[ThreadComment] = field(default_factory=list)

    @property
    def root_id(self) -> int:
        """The answer that it stands under, or itself."""
        return self.comment.parent_id or self.comment.pk

    @property
    def has_menu(self) -> bool:
        """Whether there is more to do than to answer."""
        may = self.abilities.change_comment or self.abilities.delete_comment or self.may_withdraw
        return may or self.abilities.report_comment or self.comment.edited_at is not None


@dataclass
class Thread:
    """One page of a thread. `next` is the cursor of what follows, None at the end."""

    accepted: ThreadComment | None
    comments: list[ThreadComment]
    next: int | None
    total: int
    # To the post itself: asked with those to its comments.
    reactions: Reactions

    @property
    def people(self) -> list[User]:
        """Who answered, each once, in the order of their first answer."""
        found: dict[int, User] = {}
        every = [self.accepted, *self.comments] if self.accepted else self.comments
        for line in [line for top in every for line in (top, *top.replies)]:
            if not line.is_gone and not line.comment.is_hidden:
                found.setdefault(line.comment.author_id, line.comment.author)
        return list(found.values())


def load_thread(viewer: User, post: Post, may_accept: bool, *, after: int | None = None) -> Thread:
    """The comments of a post, its accepted answer apart; replies come with what they answer."""
    root = Coalesce("parent", "pk")
    every = Comment.objects.on(post)
    answered = every.standing().filter(parent__isnull=False).order_by().values("parent")
    shown = every.annotate(root=root).filter(seen_by(viewer, post) | Q(parent=None, pk__in=answered))
    rows_of_page = with_star(shown.for_list())
    if after is None:
        # The accepted answer stands first, wherever it is in the thread.
        is_other = Case(When(root=post.accepted_comment_id or 0, then=0), default=1, output_field=SmallIntegerField())
        rows = list(rows_of_page.order_by(is_other, "root", "pk")[: PAGE_SIZE + 1])
    else:
        following = rows_of_page.filter(root__gt=after).exclude(root=post.accepted_comment_id or 0)
        rows = list(following.order_by("root", "pk")[: PAGE_SIZE + 1])
    cursor = None
    if len(rows) > PAGE_SIZE:
        # A thread is cut between two answers, never between an answer and its replies.
        last = rows[-1].root
        whole = [row for row in rows if row.root != last]
        rows = whole or rows
        cursor = rows[-1].root
    lines, reactions = thread_comments(viewer, post, rows, may_accept)
    by_id = {line.comment.pk: line for line in lines}
    tops = []
    for line in lines:
        top = by_id.get(line.comment.parent_id) if line.comment.parent_id else None
        if top is not None:
            top.replies.append(line)
        else:
            tops.append(line)
    accepted = next((line for line in tops if line.is_accepted), None)
    if accepted is None and post.accepted_comment_id:
        accepted = by_id.get(post.accepted_comment_id)
    is_whole = not cursor and not after
    total = sum(_stands(line.comment) for line in lines) if is_whole else every.standing().count()
    return Thread(accepted, [line for line in tops if line is not accepted], cursor, total, reactions)


def thread_comments(
    viewer: User, post: Post, comments: Iterable[Comment], may_accept: bool
) -> tuple[list[ThreadComment], Reactions]:
    """The comments as one person sees them, and the reactions to the post that they stand under."""
    rows = list(comments)
    for comment in rows:
        comment.target = post
        comment.community = post.community
    policy = policy_for(Comment)
    granted = policy.granted_for(viewer, rows)
    reactions = reactions_to(viewer, {Post: [post.pk], Comment: [comment.pk for comment in rows]})
    gone = {comment.pk for comment in rows if not _stands(comment)}
    lines = [
        ThreadComment(
            comment=comment,
            abilities=Abilities(policy.table, granted[comment.pk]),
            reactions=reactions[Comment, comment.pk],
            is_animator=bool(getattr(comment, "by_animator", False)),
            is_accepted=comment.pk == post.accepted_comment_id,
            may_accept=may_accept and comment.parent_id is None and _may_become_answer(comment, post),
            may_reply=_may_reply(comment, granted[comment.pk], gone),
            may_withdraw=may_accept and comment.pk == post.accepted_comment_id,
            is_gone=policy.reading not in granted[comment.pk],
        )
        for comment in rows
    ]
    return lines, reactions[Post, post.pk]


def seen_by(viewer: User, post: Post) -> Q:
    """The comments of a post that a person is shown: those that stand, and those hidden that are theirs to see."""
    hidden = Q(deleted_at=None, hidden_at__isnull=False)
    if "communities.moderate_community" not in policy_for(Community).granted(viewer, post.community):
        hidden &= Q(author=viewer)
    return Q(deleted_at=None, hidden_at=None) | hidden


def _stands(comment: Comment) -> bool:
    return not comment.is_deleted and not comment.is_hidden


def _may_become_answer(comment: Comment, post: Post) -> bool:
    return _stands(comment) and comment.pk != post.accepted_comment_id


def _may_reply(comment: Comment, granted: frozenset[str], gone: set[int]) -> bool:
    """A reply is answered by whoever may react to it, beside it, as long as what it stands under is there."""
    if comment.parent_id is None:
        return "feed.reply_comment" in granted
    return "feed.react_comment" in granted and comment.parent_id not in gone


def neighbouring_questions(post: Post, size: int = 4) -> Any:
    """Other questions of the community, those that wait for an answer first, then the latest answered ones."""
    others = Post.objects.filter(community=post.community_id, kind="question").standing().exclude(pk=post.pk)
    newest = others.order_by("-pk").values("pk")[: size * 3]
    found = Post.objects.filter(pk__in=newest).only("pk", "title", "kind", "accepted_comment_id")
    return found.order_by(F("accepted_comment").asc(nulls_first=True), "-pk")[:size]


def changed_since(post: Post, moment: Any) -> Any:
    """Comments of a post that came or changed after a moment, for a page that was away."""
    return Comment.objects.filter(
        target_type=ContentType.objects.get_for_model(Post), target_id=post.pk, changed_at__gt=moment
    ).order_by("pk")
