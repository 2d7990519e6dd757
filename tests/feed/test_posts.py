"""Publishing, editing, deleting, restoring and pinning a post."""

from __future__ import annotations

from typing import Any

import pytest

from communities.models import Activity
from core.models import OutboxEvent
from feed.actions import posts
from feed.enums import PostKind
from feed.models import Post, Subscription
from tests.factories.communities import CommunityFactory, member_of

pytestmark = pytest.mark.django_db


def publish(actor: Any, community: Any, **more: Any) -> Post:
    return posts.publish_post(
        actor=actor, community=community, kind=more.pop("kind", PostKind.MESSAGE), body="Bonjour", **more
    )


def test_member_publishes() -> None:
    community = CommunityFactory()
    author = member_of(community)
    post = publish(author, community, title="  Un   mot ")
    assert (post.title, post.body) == ("Un mot", "<p>Bonjour</p>")
    entry = Activity.objects.entries().of_target(post).get()
    assert entry.actor == author
    assert Subscription.objects.get(person=author).target_id == post.pk
    assert OutboxEvent.objects.get().payload == {
        "post_id": post.pk,
        "community_id": community.pk,
        "entry_id": entry.pk,
        "actor_id": author.pk,
    }
