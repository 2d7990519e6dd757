"""What moderation hides is gone for everybody but its author and the team: lists, counts, news, search, live."""

from __future__ import annotations

from typing import Any

import pytest

from communities.models import Activity
from core.actions.outbox import deliver_outbox
from core.targets import target_for
from feed.actions.comments import delete_comment, publish_comment, restore_comment
from feed.actions.posts import delete_post, restore_post
from feed.events import CommentHidden, PostHidden
from feed.listing import community_page, feed_page, question_page
from feed.models import Comment, Post
from feed.profile import answers_given
from feed.thread import load_thread
from notifications.models import Notification
from tests.factories.feed import CommentFactory, PostFactory, subscribe
from tests.factories.moderation import CaseFactory, hide
from tests.feed.conftest import Place

pytestmark = pytest.mark.django_db


def show(target: Any) -> None:
    moderation = target_for(target).moderation
    assert moderation is not None
    moderation.show(target)
    target.refresh_from_db()


@pytest.fixture
def question(place: Place) -> Any:
    return PostFactory(community=place.community, author=place.member, question=True)


def ids_of(page: Any) -> list[int]:
    return [item.card.post.pk for item in page.items]


def test_hidden_post_is_in_no_list_and_no_count(place: Place, question: Any) -> None:
    PostFactory(community=place.community, author=place.member)
    unread = feed_page(place.other).unread
    hide(question)
    for reader in (place.member, place.other, place.moderator, place.animator, place.external):
        assert question.pk not in ids_of(feed_page(reader))
        found = community_page(reader, place.community, 0)
        assert question.pk not in ids_of(found)
        assert question not in found.questions
        assert question.pk not in ids_of(question_page(reader, place.community))
    assert feed_page(place.other).unread == unread - 1
    assert not Post.objects.open_questions().exists()
    show(question)
    assert question.pk in ids_of(feed_page(place.other))
    assert feed_page(place.other).unread == unread


def test_hidden_post_is_pinned_no_more(place: Place, question: Any) -> None:
    Post.objects.filter(pk=question.pk).update(pinned_at=question.created_at)
    hide(question)
    assert question.pinned_at is None


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("member", 200), ("moderator", 200), ("animator", 200),
        ("other", 404), ("external", 404), ("outsider", 404), ("stranger", 404),
    ],
)  # fmt: skip
def test_its_page_is_for_its_author_and_the_team(
    place: Place, question: Any, client_of: Any, name: str, status: int
) -> None:
    CaseFactory(target=question, is_told=True)
    hide(question)
    client = client_of(getattr(place, name))
    page = client.page(f"/posts/{question.pk}/", status)
    for address in ("head", "history", "changes"):
        assert client.get(f"/posts/{question.pk}/{address}/").status_code == status
    if status == 200:
        assert "1. Restons courtois." in page.select_one(".notice--amber").text
        assert client.get(f"/cases/of/feed.post/{question.pk}/").status_code == 302
        assert not page.select("#answer-form"), "nobody answers to what is hidden"


def test_search_does_not_suggest_it_even_to_the_team(place: Place, question: Any, client_of: Any) -> None:
    Post.objects.filter(pk=question.pk).update(title="Zèbres", search_key="zebres")
    assert "Zèbres" in client_of(place.moderator).page("/search/?q=zebres").select_one("main").text
    hide(question)
    for reader in (place.member, place.moderator, place.other):
        assert not client_of(reader).page("/search/?q=zebres").select(".results__list a")


def test_hidden_comment_is_gone_from_cards_counts_and_thread(place: Place, question: Any) -> None:
    comment = CommentFactory(target=question, author=place.other, body="<p>Chez Papyrus.</p>")
    hide(comment)
    card = feed_page(place.member).items[0].card
    assert (card.comments, card.comment_count) == ([], 0)
    for reader, sees in ((place.member, False), (place.external, False), (place.other, True), (place.moderator, True)):
        thread = load_thread(reader, question, may_accept=False)
        assert thread.total == 0
        assert [line.comment for line in thread.comments] == ([comment] if sees else [])
        assert thread.people == []


def test_hidden_comment_with_replies_stays_as_a_place_without_its_text(
    place: Place, question: Any, client_of: Any
) -> None:
    comment = CommentFactory(target=question, author=place.other, body="<p>Chez Papyrus.</p>")
    reply = CommentFactory(parent=comment, author=place.member, body="<p>Merci !</p>")
    hide(comment)
    page = client_of(place.external).page(f"/posts/{question.pk}/")
    assert "Papyrus" not in page.text
    assert "Merci !" in page.text
    assert page.select_one(f"#comment-{comment.pk}.card--deleted")
    fragment = client_of(place.external).get(f"/comments/{comment.pk}/", headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert b"Papyrus" not in fragment.content
    hide(reply)
    assert client_of(place.external).get(f"/comments/{comment.pk}/").status_code == 404


def test_news_of_a_hidden_comment_is_taken_back_and_comes_again(
    place: Place, question: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.live.tell_badges", lambda people: None)
    monkeypatch.setattr("notifications.live.tell_pages", lambda lives: list(lives))
    for person in (place.member, place.moderator):
        subscribe(person, question)
    comment = publish_comment(actor=place.other, target=question, body="Chez Papyrus.")
    deliver_outbox()
    for person in (place.member, place.moderator):
        assert Notification.objects.visible_to(person).unread().count() == 1
    hide(comment)
    for person in (place.member, place.moderator):
        assert not Notification.objects.visible_to(person).exists()
    show(comment)
    assert Notification.objects.visible_to(place.member).unread().count() == 1


def test_answer_told_after_it_was_hidden_is_told_to_nobody(place: Place, question: Any) -> None:
    subscribe(place.member, question)
    comment = publish_comment(actor=place.other, target=question, body="Chez Papyrus.")
    hide(comment)
    deliver_outbox()
    assert not Notification.objects.filter(kind="feed.comment").exists()


def test_profile_does_not_show_hidden_questions_or_answers(place: Place, question: Any) -> None:
    answer = CommentFactory(target=question, author=place.other)
    Post.objects.filter(pk=question.pk).update(accepted_comment=answer)
    assert answers_given(place.member, place.other)
    hide(answer)
    assert answers_given(place.member, place.other) is None
    show(answer)
    hide(question)
    assert answers_given(place.moderator, place.other) is None


def test_deleted_and_hidden_comes_back_hidden(place: Place, question: Any) -> None:
    comment = CommentFactory(target=question, author=place.other)
    Activity.objects.create(community=place.community, actor=place.other, verb="commented", target=comment)
    hide(comment)
    hide(question)
    delete_comment(actor=place.moderator, comment=comment)
    delete_post(actor=place.member, post=question)
    restore_post(actor=place.member, post=question)
    restore_comment(actor=place.animator, comment=comment)
    assert not Activity.objects.filter(is_shown=True).exists()
    show(comment)
    show(question)
    assert Activity.objects.of_target(question).get().is_shown
    assert Activity.objects.of_target(comment).get().is_shown


def test_open_pages_are_told_to_drop_it() -> None:
    hidden = list(PostHidden(post_id=1, community_id=2, actor_id=None).live())
    assert {(live.group, live.type) for live in hidden} == {
        ("feed.post.1", "post.changed"),
        ("communities.community.2", "post.gone"),
    }
    comment = CommentHidden(comment_id=3, target="feed.post", target_id=1, actor_id=None)
    assert [(live.group, live.type) for live in comment.live()] == [("feed.post.1", "comment.changed")]


def test_hiding_twice_tells_once_and_keeps_the_last_reason(place: Place, question: Any) -> None:
    hide(question, "")
    hide(question, "2. Citons nos sources.")
    assert question.hidden_reason == "2. Citons nos sources."
    assert Comment.objects.count() == 0
