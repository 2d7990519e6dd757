"""Publishing, editing, deleting, restoring and pinning a post."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from communities.enums import Stage
from communities.models import Activity
from core.actions.images import upload_image
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.models import AuditEntry, Draft, Image, OutboxEvent, Submission
from feed import limits
from feed.actions import posts
from feed.actions.comments import publish_comment
from feed.enums import PostKind
from feed.models import Comment, Post, Revision, Subscription
from tests.factories.communities import CommunityFactory, member_of
from tests.factories.feed import CommentFactory, PostFactory
from tests.feed.conftest import Place
from tests.feed.pictures import picture
from tests.support.together import at_once

pytestmark = pytest.mark.django_db


def publish(actor: Any, community: Any, **more: Any) -> Post:
    return posts.publish_post(
        actor=actor, community=community, kind=more.pop("kind", PostKind.MESSAGE), **{"body": "Bonjour", **more}
    )


def events() -> list[str]:
    return list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True))


def test_publishing_records_an_entry_follows_and_tells(place: Place) -> None:
    post = publish(place.member, place.community, title="  Un   mot ")
    assert (post.title, post.body) == ("Un mot", "<p>Bonjour</p>")
    entry = Activity.objects.entries().of_target(post).get()
    assert entry.actor == place.member
    assert Subscription.objects.get(person=place.member).target_id == post.pk
    assert OutboxEvent.objects.get().payload == {
        "post_id": post.pk,
        "community_id": place.community.pk,
        "entry_id": entry.pk,
        "actor_id": place.member.pk,
    }


@pytest.mark.parametrize("who", ["outsider", "stranger"])
def test_who_is_no_member_does_not_publish(place: Place, who: str) -> None:
    with pytest.raises(Forbidden):
        publish(getattr(place, who), place.community)
    assert not Post.objects.exists()


@pytest.mark.parametrize("who", ["member", "external", "moderator"])
def test_only_animators_announce(place: Place, who: str) -> None:
    publish(place.animator, place.community, kind=PostKind.ANNOUNCEMENT, title="Atelier")
    with pytest.raises(Forbidden):
        publish(getattr(place, who), place.community, kind=PostKind.ANNOUNCEMENT, title="Atelier")


@pytest.mark.parametrize("stage", [Stage.READ_ONLY, Stage.ARCHIVED])
def test_nothing_is_published_where_one_only_reads(stage: Stage) -> None:
    community = CommunityFactory(stage=stage)
    with pytest.raises(Forbidden):
        publish(member_of(community), community)


def test_a_question_needs_a_title_and_a_message_some_text(place: Place) -> None:
    with pytest.raises(BusinessRuleError):
        publish(place.member, place.community, kind=PostKind.QUESTION, title=" ")
    with pytest.raises(BusinessRuleError):
        publish(place.member, place.community, body="<p> </p>")
    assert publish(place.member, place.community, kind=PostKind.QUESTION, title="Qui ?", body="").body == ""


def test_a_form_sent_twice_makes_one_post(place: Place) -> None:
    first = publish(place.member, place.community, nonce="abc")
    assert publish(place.member, place.community, nonce="abc") == first
    assert Post.objects.count() == Activity.objects.count() == OutboxEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_makes_one_post(place: Place) -> None:
    made = at_once([lambda: publish(place.member, place.community, nonce="abc")] * 4)
    assert len({getattr(post, "pk", post) for post in made}) == 1
    assert Post.objects.count() == Activity.objects.count() == OutboxEvent.objects.count() == 1


def test_what_fails_leaves_nothing_and_may_be_sent_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(posts, "publish", fail)
        with pytest.raises(RuntimeError):
            publish(place.member, place.community, nonce="abc")
    for model in (Post, Activity, Subscription, Submission, OutboxEvent):
        assert not model._default_manager.exists(), model
    publish(place.member, place.community, nonce="abc")


def test_who_writes_too_much_is_told_until_when(place: Place) -> None:
    limit = limits.POST
    for _number in range(limit.count):
        posts.delete_post(actor=place.member, post=publish(place.member, place.community))
    with pytest.raises(BusinessRuleError, match=r"\d"):
        publish(place.member, place.community)
    publish(place.other, place.community)
    with time_machine.travel(timezone.now() + limit.span + timedelta(minutes=1)):
        publish(place.member, place.community)


def test_images_of_the_text_go_to_the_post(place: Place) -> None:
    mine = upload_image(actor=place.member, file=picture(), size=100)
    others = upload_image(actor=place.other, file=picture(), size=100)
    body = f'<p>Vue</p><img src="/images/{mine.pk}/" alt=""><img src="/images/{others.pk}/" alt="">'
    post = publish(place.member, place.community, body=body)
    mine.refresh_from_db()
    others.refresh_from_db()
    assert (mine.owner, others.owner) == (post, None)
    assert Image.objects.visible_to(place.other).filter(pk=mine.pk).exists()
    assert not Image.objects.visible_to(place.stranger).filter(pk=mine.pk).exists()


def test_editing_keeps_the_text_before(place: Place) -> None:
    post = PostFactory(community=place.community, author=place.member, title="Avant", body="<p>un</p>")
    edited = posts.edit_post(actor=place.member, post=post, version=1, title="Après", body="<p>deux</p>")
    assert (edited.title, edited.body, edited.version) == ("Après", "<p>deux</p>", 2)
    assert edited.search_key == "apres"
    revision = Revision.objects.of(post).get()
    assert (revision.number, revision.title, revision.body, revision.author) == (1, "Avant", "<p>un</p>", place.member)
    assert events() == ["feed.PostEdited"]


def test_editing_into_the_same_text_is_no_version(place: Place) -> None:
    post = PostFactory(community=place.community, author=place.member, title="Avant", body="<p>un</p>")
    assert posts.edit_post(actor=place.member, post=post, version=1, title="Avant", body="<p>un</p>").version == 1
    assert not Revision.objects.exists()


def test_the_second_of_two_editors_overwrites_nothing(place: Place) -> None:
    post = PostFactory(community=place.community, author=place.member, body="<p>un</p>")
    posts.edit_post(actor=place.member, post=post, version=1, title="", body="<p>deux</p>")
    with pytest.raises(EditConflict) as conflict:
        posts.edit_post(actor=place.member, post=post, version=1, title="", body="<p>trois</p>")
    assert conflict.value.current.body == "<p>deux</p>"
    post.refresh_from_db()
    assert post.body == "<p>deux</p>"


@pytest.mark.django_db(transaction=True)
def test_of_editors_at_once_one_wins_and_the_others_are_told(place: Place) -> None:
    post = PostFactory(community=place.community, author=place.member, body="<p>un</p>")
    acts = [
        lambda number=number: posts.edit_post(
            actor=place.member, post=post, version=1, title="", body=f"<p>texte {number}</p>"
        )
        for number in range(4)
    ]
    done = at_once(acts)
    assert sum(isinstance(result, EditConflict) for result in done) == 3, done
    post.refresh_from_db()
    assert post.version == 2
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("who", ["other", "moderator", "animator", "outsider", "external", "stranger"])
def test_nobody_edits_the_text_of_another(place: Place, who: str) -> None:
    post = PostFactory(community=place.community, author=place.member)
    with pytest.raises(Forbidden):
        posts.edit_post(actor=getattr(place, who), post=post, version=1, title="", body="<p>autre</p>")


def test_deleting_hides_the_thread_and_restoring_brings_it_back(place: Place) -> None:
    post = PostFactory(community=place.community, author=place.member)
    comment = publish_comment(actor=place.other, target=post, body="oui")
    gone = CommentFactory(target=post, deleted=True)
    hidden = Activity.objects.create(
        community=place.community, actor=gone.author, verb="commented", target=gone, is_shown=False
    )
    posts.delete_post(actor=place.member, post=post)
    assert not Activity.objects.filter(is_shown=True).exists()
    assert not Comment.objects.visible_to(place.other).exists()
    posts.restore_post(actor=place.member, post=post)
    assert Activity.objects.entries().of_target(post).exists()
    assert Activity.objects.of_target(comment).get().is_shown
    hidden.refresh_from_db()
    assert not hidden.is_shown
    assert events()[-2:] == ["feed.PostDeleted", "feed.PostRestored"]
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("who", "may"), [("moderator", True), ("animator", True), ("other", False), ("outsider", False)]
)
def test_the_team_deletes_the_posts_of_others_and_that_is_recorded(place: Place, who: str, may: bool) -> None:
    post = PostFactory(community=place.community, author=place.member)
    actor = getattr(place, who)
    if not may:
        with pytest.raises(Forbidden):
            posts.delete_post(actor=actor, post=post)
        return
    posts.delete_post(actor=actor, post=post)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.target_id) == ("post.deleted", actor, post.pk)


@pytest.mark.parametrize(
    ("who", "may"),
    [("member", True), ("animator", True), ("moderator", False), ("other", False), ("outsider", False)],
)
def test_author_and_animator_restore(place: Place, who: str, may: bool) -> None:
    post = PostFactory(community=place.community, author=place.member, deleted=True)
    if may:
        assert not posts.restore_post(actor=getattr(place, who), post=post).is_deleted
    else:
        with pytest.raises(Forbidden):
            posts.restore_post(actor=getattr(place, who), post=post)


def test_restoring_ends_with_its_term(place: Place, settings: Any) -> None:
    post = PostFactory(community=place.community, author=place.member, deleted=True)
    with (
        time_machine.travel(timezone.now() + timedelta(days=settings.TRASH_DAYS, minutes=1)),
        pytest.raises(BusinessRuleError),
    ):
        posts.restore_post(actor=place.member, post=post)


def test_restoring_twice_changes_nothing(place: Place) -> None:
    post = PostFactory(community=place.community, author=place.member, deleted=True)
    posts.restore_post(actor=place.member, post=post)
    posts.restore_post(actor=place.member, post=post)
    assert events() == ["feed.PostRestored"]


@pytest.mark.parametrize("who", ["member", "moderator", "outsider"])
def test_only_animators_pin(place: Place, who: str) -> None:
    post = PostFactory(community=place.community, author=place.member)
    with pytest.raises(Forbidden):
        posts.pin_post(actor=getattr(place, who), post=post)
    assert posts.pin_post(actor=place.animator, post=post).pinned_at
    assert not posts.unpin_post(actor=place.animator, post=post).pinned_at
    assert events() == ["feed.PostPinned", "feed.PostPinned"]


def test_few_posts_are_pinned(place: Place) -> None:
    PostFactory.create_batch(posts.PINNED_MAX, community=place.community, pinned=True)
    with pytest.raises(BusinessRuleError):
        posts.pin_post(actor=place.animator, post=PostFactory(community=place.community))


def test_publishing_knows_nothing_of_drafts(place: Place) -> None:
    Draft.objects.create(person=place.member, place="elsewhere", address="/", data={"body": "x"})
    publish(place.member, place.community)
    assert Draft.objects.exists()
