"""A thread as its page shows it."""

from typing import Any

import pytest

from feed.models import Post
from feed.thread import load_thread
from tests.factories.communities import CommunityFactory, member_of
from tests.factories.feed import CommentFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def question() -> Any:
    community = CommunityFactory()
    return PostFactory(question=True, community=community, author=member_of(community))


def test_accepted_answer_stands_first_and_hides_no_other(question: Any) -> None:
    answers = [CommentFactory(target=question) for _ in range(4)]
    reply = CommentFactory(target=question, parent=answers[2])
    Post.objects.filter(pk=question.pk).update(accepted_comment=answers[2], accepted_by=question.author)
    question.refresh_from_db()
    thread = load_thread(question.author, question, True)
    assert thread.accepted is not None
    assert thread.accepted.comment == answers[2]
    assert [line.comment for line in thread.accepted.replies] == [reply]
    assert [line.comment for line in thread.comments] == [answers[0], answers[1], answers[3]]
    assert thread.total == 5


def test_answer_accepted_on_a_later_page_stands_on_the_first_and_there_alone(
    question: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feed.thread.PAGE_SIZE", 3)
    answers = [CommentFactory(target=question) for _ in range(6)]
    Post.objects.filter(pk=question.pk).update(accepted_comment=answers[4], accepted_by=question.author)
    question.refresh_from_db()
    first = load_thread(question.author, question, True)
    assert first.accepted is not None
    assert first.accepted.comment == answers[4]
    shown = [line.comment for line in first.comments]
    cursor = first.next
    while cursor:
        page = load_thread(question.author, question, True, after=cursor)
        shown += [line.comment for line in page.comments]
        cursor = page.next
    assert shown == [answers[0], answers[1], answers[2], answers[3], answers[5]]
