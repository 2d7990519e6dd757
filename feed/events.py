from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.events import Event, Live


@dataclass(frozen=True, kw_only=True)
class PostPublished(Event):
    """Something new to read in a community."""

    post_id: int
    community_id: int
    entry_id: int
    actor_id: int | None

    def live(self) -> Iterable[Live]:
        ids = {"post": self.post_id, "entry": self.entry_id, "community": self.community_id}
        yield Live(f"communities.community.{self.community_id}", "post.added", ids)


@dataclass(frozen=True, kw_only=True)
class PostChanged(Event):
    """Base: an open page must fetch a post anew."""

    post_id: int
    community_id: int
    actor_id: int | None

    def live(self) -> Iterable[Live]:
        yield Live(f"feed.post.{self.post_id}", "post.changed", {"post": self.post_id})


@dataclass(frozen=True, kw_only=True)
class PostEdited(PostChanged):
    """A post has another text."""


@dataclass(frozen=True, kw_only=True)
class PostPinned(PostChanged):
    """A post stands first in its community, or no longer does."""


@dataclass(frozen=True, kw_only=True)
class PostGone(PostChanged):
    """Base: open feeds drop the card of a post, and whoever may see it no more is told so."""

    def live(self) -> Iterable[Live]:
        yield from super().live()
        ids = {"post": self.post_id, "community": self.community_id}
        yield Live(f"communities.community.{self.community_id}", "post.gone", ids)


@dataclass(frozen=True, kw_only=True)
class PostDeleted(PostGone):
    """A post is gone, for a while or for good."""


@dataclass(frozen=True, kw_only=True)
class PostHidden(PostGone):
    """Moderation took a post out of sight."""


@dataclass(frozen=True, kw_only=True)
class PostShown(PostChanged):
    """Moderation brought a post back."""


@dataclass(frozen=True, kw_only=True)
class PostRestored(PostChanged):
    """A post is back."""


@dataclass(frozen=True, kw_only=True)
class AnswerChanged(PostChanged):
    """Base: another comment, or none, is the answer to a question."""

    comment_id: int

    def live(self) -> Iterable[Live]:
        yield from super().live()
        yield Live(f"feed.post.{self.post_id}", "comment.changed", {"post": self.post_id, "comment": self.comment_id})


@dataclass(frozen=True, kw_only=True)
class AnswerAccepted(AnswerChanged):
    """A question has its answer."""


@dataclass(frozen=True, kw_only=True)
class AnswerWithdrawn(AnswerChanged):
    """A question is open again."""


@dataclass(frozen=True, kw_only=True)
class CommentChanged(Event):
    """Base: an open thread must fetch a comment anew. `target` is the label of a model, as `feed.post`."""

    comment_id: int
    target: str
    target_id: int
    actor_id: int | None

    def live(self) -> Iterable[Live]:
        yield self._live("comment.changed")

    def _live(self, kind: str) -> Live:
        name = self.target.split(".")[1]
        return Live(f"{self.target}.{self.target_id}", kind, {name: self.target_id, "comment": self.comment_id})


@dataclass(frozen=True, kw_only=True)
class CommentPublished(CommentChanged):
    """Somebody answered."""

    def live(self) -> Iterable[Live]:
        yield self._live("comment.added")


@dataclass(frozen=True, kw_only=True)
class CommentEdited(CommentChanged):
    """A comment has another text."""


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(CommentChanged):
    """A comment is gone, for a while or for good."""


@dataclass(frozen=True, kw_only=True)
class CommentRestored(CommentChanged):
    """A comment is back."""


@dataclass(frozen=True, kw_only=True)
class CommentHidden(CommentChanged):
    """Moderation took a comment out of sight."""


@dataclass(frozen=True, kw_only=True)
class CommentShown(CommentChanged):
    """Moderation brought a comment back."""


@dataclass(frozen=True, kw_only=True)
class ReactionsChanged(Event):
    """Somebody said of a target what they think, or took it back. `thread` is what its page watches."""

    target: str
    target_id: int
    thread: str
    thread_id: int
    actor_id: int | None

    def live(self) -> Iterable[Live]:
        kind = "comment.changed" if self.target == "feed.comment" else "post.changed"
        ids: dict[str, Any] = {
            self.target.split(".")[1]: self.target_id,
            self.thread.split(".")[1]: self.thread_id,
        }
        yield Live(f"{self.thread}.{self.thread_id}", kind, ids)
