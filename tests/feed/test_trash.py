"""What is removed for good, and what is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from communities.models import Activity
from core.actions.images import upload_image
from core.models import Image
from feed.actions.comments import delete_comment, edit_comment, publish_comment
from feed.actions.posts import delete_post, publish_post
from feed.actions.trash import purge_texts
from feed.models import Comment, Post, Reaction, Revision, Subscription
from tests.factories.feed import CommentFactory, PostFactory, react
from tests.feed.conftest import Place
from tests.feed.pictures import picture

pytestmark = pytest.mark.django_db


def test_purge_removes_a_post_with_all_that_hangs_on_it(
    place: Place, django_capture_on_commit_callbacks: object
) -> None:
    image = upload_image(actor=place.member, file=picture(), size=100)
    body = f'<p>Vue</p><img src="/images/{image.pk}/" alt="">'
    post = publish_post(actor=place.member, community=place.community, kind="message", body=body)
    comment = publish_comment(actor=place.other, target=post, body="oui")
    edit_comment(actor=place.other, comment=comment, version=1, body="non")
    react(place.other, post)
    delete_post(actor=place.member, post=post)
    assert purge_texts() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            assert purge_texts() == 2
        assert purge_texts() == 0
    for model in (Post, Comment, Activity, Subscription, Revision, Reaction, Image):
        assert not model._default_manager.exists(), model
    assert not default_storage.exists(image.file.name)


def test_purge_keeps_the_answers_to_a_comment(place: Place) -> None:
    post = PostFactory(community=place.community, author=place.member)
    top = CommentFactory(target=post, author=place.other)
    reply = CommentFactory(parent=top, author=place.member)
    delete_comment(actor=place.other, comment=top)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert purge_texts() == 1
    reply.refresh_from_db()
    assert reply.parent is None
