"""What a person's profile shows of what they answered, under the reader's rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from communities.models import Community
from feed.models import Post

SHOWN = 5


@dataclass(frozen=True)
class AnswersGiven:
    """Questions whose accepted answer is this person's: the latest, and whether there are more."""

    questions: list[Post]
    has_more: bool


def answers_given(viewer: User, person: User) -> AnswersGiven | None:
    """The questions that this person answered and the viewer may read; None where there is nothing to show."""
    questions = (
        Post.objects.standing()
        .filter(
            accepted_comment__author=person,
            accepted_comment__deleted_at=None,
            accepted_comment__hidden_at=None,
            community__in=Community.objects.readable_by(viewer).values("pk"),
        )
        .select_related("community")
        .order_by("-pk")[: SHOWN + 1]
    )
    found: list[Any] = list(questions)
    return AnswersGiven(found[:SHOWN], len(found) > SHOWN) if found else None
