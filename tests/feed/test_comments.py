"""Comments, replies, reactions, accepted answers, following and muting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from communities.actions.membership.departures import remove_member
from communities.enums import Role, Verb
from communities.models import Activity
from core.actions.acts import count_act
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.kinds import kinds
from core.limits import LimitReached
from core.models import AuditEntry, OutboxEvent
from feed.actions import comments
from feed.actions.answers import accept_answer, withdraw_answer
from feed.actions.reactions import set_reaction
from feed.actions.subscriptions import set_subscription
from feed.enums import ReactionKind, SubscriptionState
from feed.events import AnswerAccepted, CommentPublished
from feed.limits import COMMENT
from feed.models import Comment, Post, Reaction, Revision, Subscription
from tests.factories.communities import CommunityFactory, MembershipFactory, member_of
from tests.factories.feed import CommentFactory, PostFactory, react, subscribe
from tests.feed.conftest import Place
from tests.support.together import at_once

pytestmark = pytest.mark.django_db


def events() -> list[str]:
    return list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True))


@pytest.fixture
def post(place: Place) -> Post:
    made: Post = PostFactory(community=place.community, author=place.member)
    return made


@pytest.fixture
def question(place: Place) -> Post:
    made: Post = PostFactory(community=place.community, author=place.member, question=True)
    return made


def test_commenting_follows_records_and_tells(place: Place, post: Post) -> None:
    comment = comments.publish_comment(actor=place.other, target=post, body="oui")
    assert comment.community == place.community
    assert Subscription.objects.get(person=place.other).state == SubscriptionState.FOLLOWING
    activity = Activity.objects.of_target(comment).get()
    assert (activity.verb, activity.is_entry) == (Verb.COMMENTED, False)
    event = OutboxEvent.objects.get()
    assert event.payload == {
        "comment_id": comment.pk,
        "target": "feed.post",
        "target_id": post.pk,
        "actor_id": place.other.pk,
    }
    live = list(CommentPublished(**event.payload).live())
    assert [(message.group, message.type, message.ids) for message in live] == [
        (f"feed.post.{post.pk}", "comment.added", {"post": post.pk, "comment": comment.pk})
    ]


@pytest.mark.parametrize("who", ["outsider", "stranger"])
def test_who_is_no_member_does_not_comment(place: Place, post: Post, who: str) -> None:
    with pytest.raises(Forbidden):
        comments.publish_comment(actor=getattr(place, who), target=post, body="oui")


def test_a_reply_to_a_reply_stands_beside_it(place: Place, post: Post) -> None:
    top = CommentFactory(target=post)
    reply = comments.publish_comment(actor=place.other, target=post, body="oui", parent=top)
    beside = comments.publish_comment(actor=place.member, target=post, body="non", parent=reply)
    assert reply.parent == beside.parent == top


def test_a_reply_stays_in_its_thread(place: Place, post: Post) -> None:
    elsewhere = CommentFactory(target=PostFactory(community=place.community))
    with pytest.raises(BusinessRuleError):
        comments.publish_comment(actor=place.other, target=post, body="oui", parent=elsewhere)
    gone = CommentFactory(target=post, deleted=True)
    with pytest.raises(Forbidden):
        comments.publish_comment(actor=place.other, target=post, body="oui", parent=gone)


def test_a_comment_sent_twice_is_one(place: Place, post: Post) -> None:
    first = comments.publish_comment(actor=place.other, target=post, body="oui", nonce="n")
    assert comments.publish_comment(actor=place.other, target=post, body="oui", nonce="n") == first
    assert Comment.objects.count() == 1


def test_who_muted_the_thread_stays_muted_when_they_write(place: Place, post: Post) -> None:
    subscribe(place.other, post, SubscriptionState.MUTED)
    comments.publish_comment(actor=place.other, target=post, body="oui")
    assert Subscription.objects.get(person=place.other).state == SubscriptionState.MUTED


def test_who_comments_too_much_is_told(place: Place, post: Post) -> None:
    for _number in range(COMMENT.count):
        count_act(actor=place.other, limit=COMMENT)
    with pytest.raises(LimitReached):
        comments.publish_comment(actor=place.other, target=post, body="oui")


def test_a_failure_in_the_middle_leaves_nothing(place: Place, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(comments, "record_activity", fail)
    with pytest.raises(RuntimeError):
        comments.publish_comment(actor=place.other, target=post, body="oui")
    assert not Comment.objects.exists()
    assert not Subscription.objects.exists()


def test_editing_a_comment_keeps_the_text_before(place: Place, post: Post) -> None:
    comment = CommentFactory(target=post, author=place.other, body="<p>un</p>")
    before = comment.changed_at
    edited = comments.edit_comment(actor=place.other, comment=comment, version=1, body="deux")
    assert (edited.body, edited.version) == ("<p>deux</p>", 2)
    assert edited.changed_at > before
    assert Revision.objects.of(comment).get().body == "<p>un</p>"
    with pytest.raises(EditConflict):
        comments.edit_comment(actor=place.other, comment=comment, version=1, body="trois")


@pytest.mark.parametrize("who", ["member", "moderator", "animator", "outsider"])
def test_nobody_edits_the_comment_of_another(place: Place, post: Post, who: str) -> None:
    comment = CommentFactory(target=post, author=place.other)
    with pytest.raises(Forbidden):
        comments.edit_comment(actor=getattr(place, who), comment=comment, version=1, body="autre")


@pytest.mark.parametrize(
    ("who", "may"),
    [("other", True), ("moderator", True), ("animator", True), ("member", False), ("outsider", False)],
)
def test_author_and_team_delete_a_comment(place: Place, post: Post, who: str, may: bool) -> None:
    comment = CommentFactory(target=post, author=place.other)
    if not may:
        with pytest.raises(Forbidden):
            comments.delete_comment(actor=getattr(place, who), comment=comment)
        return
    assert comments.delete_comment(actor=getattr(place, who), comment=comment).is_deleted
    assert AuditEntry.objects.exists() is (who != "other")


@pytest.mark.parametrize(("who", "may"), [("other", True), ("animator", True), ("moderator", False), ("member", False)])
def test_author_and_animator_restore_a_comment(place: Place, post: Post, who: str, may: bool) -> None:
    comment = CommentFactory(target=post, author=place.other, deleted=True)
    if may:
        assert not comments.restore_comment(actor=getattr(place, who), comment=comment).is_deleted
    else:
        with pytest.raises(Forbidden):
            comments.restore_comment(actor=getattr(place, who), comment=comment)


def test_restoring_a_comment_ends_with_its_term(place: Place, post: Post) -> None:
    comment = CommentFactory(target=post, author=place.other, deleted=True)
    with time_machine.travel(timezone.now() + timedelta(days=31)), pytest.raises(BusinessRuleError):
        comments.restore_comment(actor=place.other, comment=comment)


def test_one_reaction_a_person(place: Place, post: Post) -> None:
    set_reaction(actor=place.other, target=post, kind=ReactionKind.USEFUL)
    set_reaction(actor=place.other, target=post, kind=ReactionKind.THANKS)
    assert Reaction.objects.get().kind == ReactionKind.THANKS
    assert Activity.objects.filter(verb=Verb.REACTED).count() == 1
    set_reaction(actor=place.other, target=post, kind=None)
    assert not Reaction.objects.exists()
    assert not Activity.objects.filter(verb=Verb.REACTED).exists()
    set_reaction(actor=place.other, target=post, kind=None)
    assert events() == ["feed.ReactionsChanged"] * 3


@pytest.mark.django_db(transaction=True)
def test_a_reaction_clicked_twice_at_once_counts_once(place: Place, post: Post) -> None:
    done = at_once([lambda: set_reaction(actor=place.other, target=post, kind=ReactionKind.USEFUL)] * 4)
    assert not [result for result in done if isinstance(result, Exception)], done
    assert Reaction.objects.count() == 1


def test_a_reaction_to_a_comment_tells_its_thread(place: Place, post: Post) -> None:
    comment = CommentFactory(target=post)
    before = comment.changed_at
    set_reaction(actor=place.other, target=comment, kind=ReactionKind.USEFUL)
    payload = OutboxEvent.objects.get().payload
    assert (payload["thread"], payload["thread_id"]) == ("feed.post", post.pk)
    comment.refresh_from_db()
    assert comment.changed_at > before


@pytest.mark.parametrize("who", ["outsider", "stranger"])
def test_who_is_no_member_does_not_react(place: Place, post: Post, who: str) -> None:
    with pytest.raises(Forbidden):
        set_reaction(actor=getattr(place, who), target=post, kind=ReactionKind.USEFUL)


@pytest.mark.parametrize(("who", "may"), [("member", True), ("animator", True), ("moderator", False), ("other", False)])
def test_asker_and_animator_accept(place: Place, question: Post, who: str, may: bool) -> None:
    answer = CommentFactory(target=question, author=place.other)
    actor = getattr(place, who)
    if not may:
        with pytest.raises(Forbidden):
            accept_answer(actor=actor, post=question, comment=answer)
        return
    accepted = accept_answer(actor=actor, post=question, comment=answer)
    assert (accepted.accepted_comment, accepted.accepted_by) == (answer, actor)
    assert events() == ["feed.AnswerAccepted"]
    accept_answer(actor=actor, post=question, comment=answer)
    assert events() == ["feed.AnswerAccepted"]
    assert withdraw_answer(actor=actor, post=question).accepted_comment is None
    assert not Activity.objects.filter(verb=Verb.ACCEPTED).exists()


def test_a_message_has_no_answer(place: Place, post: Post) -> None:
    with pytest.raises(Forbidden):
        accept_answer(actor=place.member, post=post, comment=CommentFactory(target=post))


def test_an_answer_is_taken_from_its_own_thread(place: Place, question: Post) -> None:
    with pytest.raises(BusinessRuleError):
        accept_answer(actor=place.member, post=question, comment=CommentFactory())
    with pytest.raises(BusinessRuleError):
        accept_answer(actor=place.member, post=question, comment=CommentFactory(target=question, deleted=True))


def test_deleting_the_answer_opens_the_question_and_restoring_it_answers_again(place: Place, question: Post) -> None:
    answer = CommentFactory(target=question, author=place.other)
    accept_answer(actor=place.member, post=question, comment=answer)
    comments.delete_comment(actor=place.other, comment=answer)
    question.refresh_from_db()
    assert not question.is_answered
    comments.restore_comment(actor=place.other, comment=answer)
    question.refresh_from_db()
    assert question.accepted_comment == answer


def test_a_restored_answer_does_not_take_the_place_of_another(place: Place, question: Post) -> None:
    answer, better = CommentFactory.create_batch(2, target=question, author=place.other)
    accept_answer(actor=place.member, post=question, comment=answer)
    comments.delete_comment(actor=place.other, comment=answer)
    accept_answer(actor=place.member, post=question, comment=better)
    comments.restore_comment(actor=place.other, comment=answer)
    question.refresh_from_db()
    assert question.accepted_comment == better


def test_readers_follow_and_mute(place: Place, post: Post) -> None:
    set_subscription(actor=place.outsider, target=post, state=SubscriptionState.FOLLOWING)
    set_subscription(actor=place.outsider, target=post, state=SubscriptionState.MUTED)
    assert Subscription.objects.get().state == SubscriptionState.MUTED
    set_subscription(actor=place.outsider, target=post, state=None)
    assert not Subscription.objects.exists()
    with pytest.raises(Forbidden):
        set_subscription(actor=place.stranger, target=post, state=SubscriptionState.FOLLOWING)


def test_followers_are_told_of_a_comment_and_the_muted_are_not(place: Place, post: Post) -> None:
    subscribe(place.member, post)
    subscribe(place.animator, post, SubscriptionState.MUTED)
    comment = comments.publish_comment(actor=place.other, target=post, body="oui")
    kind = kinds["feed.comment"]
    event = CommentPublished(**OutboxEvent.objects.get().payload)
    assert kind.target(event) == comment
    assert kind.actor(event) == place.other
    assert set(kind.recipients(event, comment)) == {place.member, place.other}
    notice = kind.notice(comment, place.other, {})
    assert str(place.other) in notice.text
    assert notice.address == comment.get_absolute_url()


def test_the_author_of_an_answer_is_told_that_it_is_accepted(place: Place, question: Post) -> None:
    answer = CommentFactory(target=question, author=place.other)
    accept_answer(actor=place.member, post=question, comment=answer)
    event = AnswerAccepted(**OutboxEvent.objects.get().payload)
    kind = kinds["feed.accepted"]
    assert list(kind.recipients(event, answer)) == [place.other]
    subscribe(place.other, question, SubscriptionState.MUTED)
    assert not list(kind.recipients(event, answer))
    comments.delete_comment(actor=place.other, comment=answer)
    assert kind.target(event) is None


def test_nobody_writes_in_an_archived_community() -> None:
    community = CommunityFactory(archived=True)
    member = member_of(community)
    post = PostFactory(community=community, author=member)
    comment = CommentFactory(target=post, author=member)
    for act in (
        lambda: comments.publish_comment(actor=member, target=post, body="oui"),
        lambda: comments.edit_comment(actor=member, comment=comment, version=1, body="oui"),
        lambda: comments.delete_comment(actor=member, comment=comment),
        lambda: set_reaction(actor=member, target=post, kind=ReactionKind.USEFUL),
    ):
        with pytest.raises(Forbidden):
            act()
    react(member, post)


def test_a_nonce_of_another_thread_leads_to_nothing_that_was_said_there(client_of: Any) -> None:
    secret, here = CommunityFactory(confidential=True), CommunityFactory()
    person = member_of(secret)
    MembershipFactory(community=here, person=person)
    there = PostFactory(community=secret, author=member_of(secret))
    mine = comments.publish_comment(actor=person, target=there, body="Ma question", nonce="the same")
    remove_member(actor=member_of(secret, Role.ANIMATOR), community=secret, person=person)
    comments.publish_comment(actor=there.author, target=there, parent=mine, body="Le nom du lauréat")
    post = PostFactory(community=here)
    sent = {"body": "Bonjour", "nonce": "the same"}
    answer = (
        client_of(person)
        .post(f"/comments/on/feed.post/{post.pk}/", sent, headers={"HX-Request": "true"})
        .content.decode()
    )
    assert "lauréat" not in answer
    assert Comment.objects.on(post).get().body == "<p>Bonjour</p>"


@pytest.mark.django_db(transaction=True)
def test_an_answer_deleted_at_the_moment_it_is_accepted_is_not_the_answer() -> None:
    community = CommunityFactory()
    author, asker = member_of(community), member_of(community)
    for _round in range(5):
        question = PostFactory(community=community, author=asker, question=True)
        answer = CommentFactory(target=question, author=author)
        at_once(
            [
                lambda question=question, answer=answer: accept_answer(actor=asker, post=question, comment=answer),
                lambda answer=answer: comments.delete_comment(actor=author, comment=answer),
            ]
        )
        answer.refresh_from_db()
        question.refresh_from_db()
        assert answer.is_deleted
        assert question.accepted_comment_id is None
