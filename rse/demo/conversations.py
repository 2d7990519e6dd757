"""What is said in the communities: read from `data/posts/`, placed in time, written with all that it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model

from accounts.models import User
from communities.enums import Verb
from communities.models import Activity, Membership
from core.models import AuditEntry
from feed.enums import PostKind, ReactionKind, SubscriptionState
from feed.models import Comment, Post, Reaction, Revision, Subscription
from rse.demo.communities import Place, Span, posts_file
from rse.demo.moments import Clock, length, share
from rse.demo.people import People
from rse.demo.texts import read_list, rich, typeset

POST_KEYS = {
    "by", "kind", "ago", "title", "text", "likes", "pinned", "comments", "was", "was_titled", "deleted", "deleted_by",
    "muted", "followed", "case",
}  # fmt: skip
COMMENT_KEYS = {"by", "after", "text", "likes", "accepted", "reply", "was", "deleted", "deleted_by", "case"}
# How the reactions of a text share out.
REACTIONS = ((0.55, ReactionKind.USEFUL), (0.85, ReactionKind.THANKS), (1.0, ReactionKind.AGREE))


@dataclass
class Said:
    """A post or a comment as the data gives it, with its moment."""

    row: dict[str, Any]
    at: datetime
    parent: Said | None = None
    comments: list[Said] = field(default_factory=list)
    # The post or comment once it is written.
    written: Any = None

    @property
    def by(self) -> str:
        handle: str = self.row["by"]
        return handle


def read(row: dict[str, Any], clock: Clock) -> list[Said]:
    """The posts of one community with their comments.

    Raises:
        ValueError: a key is unknown, or a reply has nothing to reply to.
    """
    return [_read_post(entry, clock) for entry in read_list(posts_file(row), "post")]


def _read_post(row: dict[str, Any], clock: Clock) -> Said:
    _known(row, POST_KEYS)
    post = Said(row, clock.ago(row["ago"]))
    above: Said | None = None
    for entry in row["comments"]:
        _known(entry, COMMENT_KEYS)
        # Two who answered on the same day did not do so in the same minute.
        wait = length(entry["after"]) * (1 + 0.06 * share("wait", entry["text"][:60]))
        comment = Said(entry, clock.after(post.at, wait))
        if entry.get("reply"):
            if above is None:
                raise ValueError(f"a reply to nothing: {entry['text'][:40]}")
            comment.parent = above
            comment.at = max(comment.at, above.at + (clock.now - above.at) * 0.02)
        else:
            above = comment
        post.comments.append(comment)
    return post


def _known(row: dict[str, Any], keys: set[str]) -> None:
    if unknown := row.keys() - keys:
        raise ValueError(f"unknown in the demonstration's data: {', '.join(sorted(unknown))}")


def span_of(posts: list[Said]) -> Span:
    """From when to when a community spoke, and since when each author."""
    texts = [text for post in posts for text in (post, *post.comments)]
    texts.sort(key=lambda said: said.at, reverse=True)
    return Span({said.by: said.at for said in texts}, last=texts[0].at)


def accepted_at(said: Said, clock: Clock) -> datetime:
    """When the asker chose this answer."""
    return clock.after(said.at, timedelta(minutes=50))


@dataclass
class Writer:
    """Gathers rows of all communities, so that each table is written once and in the order of time."""

    people: People
    clock: Clock
    activities: list[Activity] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)

    def write(self, talks: list[tuple[Place, list[Said]]]) -> None:
        """Writes every post, comment and reaction, then what members see of them."""
        self._write_posts(talks)
        self._write_comments(talks)
        for place, posts in talks:
            for membership in place.memberships.values():
                if membership.joined_at:
                    self._activity(place, membership.person, Verb.JOINED, place.community, membership.joined_at)
            for post in posts:
                self._gather(place, post)
        Revision.objects.bulk_create(self.revisions)
        Reaction.objects.bulk_create(sorted(self.reactions, key=lambda row: row.created_at))
        Subscription.objects.bulk_create(self.subscriptions)
        Activity.objects.bulk_create(sorted(self.activities, key=lambda row: row.at))
        AuditEntry.objects.bulk_create(sorted(self.audit, key=lambda row: row.at))
        touched = [said.written for _, posts in talks for post in posts for said in post.comments]
        Comment.objects.bulk_update(touched, ["changed_at"])
        self._move_markers(talks)

    def _write_posts(self, talks: list[tuple[Place, list[Said]]]) -> None:
        for place, posts in talks:
            for said in posts:
                row = said.row
                post = Post(
                    community=place.community,
                    author=self.people[said.by],
                    kind=row.get("kind", PostKind.MESSAGE),
                    title=self._words(row.get("title", ""), said.at),
                    body=self._body(row["text"], said.at),
                    created_at=said.at,
                    pinned_at=said.at if row.get("pinned") and "deleted" not in row else None,
                )
                post.set_keys()
                said.written = post
                self._mark(said, post)
        Post.objects.bulk_create(said.written for said in _in_time(said for _, posts in talks for said in posts))

    def _write_comments(self, talks: list[tuple[Place, list[Said]]]) -> None:
        for place, posts in talks:
            for post in posts:
                for said in post.comments:
                    comment = Comment(
                        target=post.written,
                        community=place.community,
                        author=self.people[said.by],
                        body=self._body(said.row["text"], said.at),
                        created_at=said.at,
                        changed_at=said.at,
                    )
                    said.written = comment
                    self._mark(said, comment)
        everything = [said for _, posts in talks for post in posts for said in post.comments]
        Comment.objects.bulk_create(said.written for said in _in_time(everything))
        replies = []
        for said in everything:
            if said.parent:
                said.written.parent = said.parent.written
                replies.append(said.written)
        Comment.objects.bulk_update(replies, ["parent"])
        answered = []
        for _, posts in talks:
            for post in posts:
                for said in post.comments:
                    if said.row.get("accepted"):
                        post.written.accepted_comment = said.written
                        post.written.accepted_by = post.written.author
                        answered.append(post.written)
        Post.objects.bulk_update(answered, ["accepted_comment", "accepted_by"])

    def _words(self, text: str, at: datetime) -> str:
        return typeset(self.clock.with_dates(text, at))

    def _body(self, text: str, at: datetime) -> str:
        return rich(self.clock.with_dates(text, at))

    def _mark(self, said: Said, text: Post | Comment) -> None:
        """Says of a text that it was edited or deleted."""
        if edits := len(said.row.get("was", [])):
            text.version = 1 + edits
            text.edited_at = self._edited_at(said, edits)
        if "deleted" in said.row:
            text.deleted_at = max(self.clock.ago(said.row["deleted"]), said.at + timedelta(minutes=2))
            text.deleted_by = self.people[said.row.get("deleted_by", said.by)]
        if isinstance(text, Comment):
            text.changed_at = max(filter(None, (text.created_at, text.edited_at, text.deleted_at)))

    def _edited_at(self, said: Said, edit: int) -> datetime:
        left = self.clock.now - said.at
        return said.at + min(left * 0.4, timedelta(minutes=13 * edit * edit))

    def _gather(self, place: Place, post: Said) -> None:
        """All that one thread leaves besides its texts."""
        text, is_there = post.written, not post.written.is_deleted
        self._activity(place, text.author, Verb.PUBLISHED, text, post.at, is_entry=True, is_shown=is_there)
        self._trace(place, post, is_shown=is_there)
        for said in post.comments:
            is_shown = is_there and not said.written.is_deleted
            self._activity(place, said.written.author, Verb.COMMENTED, said.written, said.at, is_shown=is_shown)
            self._trace(place, said, is_shown=is_shown)
            if said.row.get("accepted"):
                at = accepted_at(said, self.clock)
                self._activity(place, post.written.author, Verb.ACCEPTED, post.written, at)
                said.written.changed_at = max(said.written.changed_at, at)
        self._subscribe(post)

    def _activity(
        self,
        place: Place,
        actor: User,
        verb: Verb,
        target: Model,
        at: datetime,
        *,
        is_entry: bool = False,
        is_shown: bool = True,
    ) -> None:
        self.activities.append(
            Activity(
                community=place.community,
                actor=actor,
                verb=verb,
                target=target,
                at=at,
                is_entry=is_entry,
                is_shown=is_shown,
            )
        )

    def _trace(self, place: Place, said: Said, *, is_shown: bool) -> None:
        """What one text leaves besides itself: earlier versions, reactions, a deletion by somebody else."""
        self._revise(said)
        self._react(place, said, is_shown=is_shown)
        text = said.written
        if text.is_deleted and text.deleted_by != text.author:
            verb = f"{text._meta.model_name}.deleted"
            label = str(text)[:200]
            self.audit.append(
                AuditEntry(actor=text.deleted_by, verb=verb, target=text, target_label=label, at=text.deleted_at)
            )

    def _revise(self, said: Said) -> None:
        title = said.row.get("was_titled", said.row.get("title", ""))
        for number, text in enumerate(said.row.get("was", []), 1):
            self.revisions.append(
                Revision(
                    target=said.written,
                    number=number,
                    title=self._words(title, said.at),
                    body=self._body(text, said.at),
                    author=said.written.author,
                    created_at=self._edited_at(said, number - 1) if number > 1 else said.at,
                )
            )

    def _react(self, place: Place, said: Said, *, is_shown: bool) -> None:
        wanted = said.row.get("likes", 0)
        willing = [(joined_at, person) for joined_at, person in place.members() if person.handle != said.by]
        # Those who were there come first; who came later may still find it useful.
        willing.sort(key=lambda pair: (pair[0] > said.at, _chance("who", said, pair[1])))
        for joined_at, person in willing[:wanted]:
            last, since = min(place.ended_at, self.clock.now), max(said.at, joined_at)
            at = since + min(last - since, timedelta(days=3)) * (0.02 + 0.9 * _chance("when", said, person) ** 2)
            mood = _chance("mood", said, person)
            kind = next(kind for limit, kind in REACTIONS if mood <= limit)
            self.reactions.append(Reaction(target=said.written, person=person, kind=kind, created_at=at))
            self._activity(place, person, Verb.REACTED, said.written, at, is_shown=is_shown)
            if isinstance(said.written, Comment):
                said.written.changed_at = max(said.written.changed_at, at)

    def _subscribe(self, post: Said) -> None:
        """Who wrote in a thread follows it; who muted it is told nothing more."""
        states: dict[str, tuple[SubscriptionState, datetime]] = {}
        for said in [post, *sorted(post.comments, key=lambda said: said.at)]:
            states.setdefault(said.by, (SubscriptionState.FOLLOWING, said.at))
        later = self.clock.after(post.at, timedelta(hours=5))
        for key, state in (("followed", SubscriptionState.FOLLOWING), ("muted", SubscriptionState.MUTED)):
            states |= dict.fromkeys(post.row.get(key, []), (state, later))
        self.subscriptions += [
            Subscription(target=post.written, person=self.people[handle], state=state, changed_at=at)
            for handle, (state, at) in states.items()
        ]

    def _move_markers(self, talks: list[tuple[Place, list[Said]]]) -> None:
        """Leaves to each member what they have not seen yet."""
        rows = []
        for place, _ in talks:
            entries = [
                row
                for row in self.activities
                if row.is_entry and row.is_shown and row.community_id == place.community.pk
            ]
            entries.sort(key=lambda row: -row.pk)
            for handle, membership in place.memberships.items():
                if joined_at := membership.joined_at:
                    membership.seen_entry_id = self._marker(place, handle, joined_at, entries)
                    rows.append(membership)
        Membership.objects.bulk_update(rows, ["seen_entry_id"])

    def _marker(self, place: Place, handle: str, joined_at: datetime, entries: list[Activity]) -> int:
        others = [entry for entry in entries if entry.actor_id != self.people[handle].pk]
        if handle in place.row.get("unread", {}):
            return next((entry.pk for entry in others[place.row["unread"][handle] :]), 0)
        away = self.clock.now - timedelta(days=9 * share("away", place.slug, handle) ** 2)
        return next((entry.pk for entry in others if entry.at < max(away, joined_at)), 0)


def _chance(matter: str, said: Said, person: User) -> float:
    return share(matter, said.row["text"][:60], person.handle)


def _in_time(texts: Iterable[Said]) -> list[Said]:
    return sorted(texts, key=lambda said: (said.at, said.by))
