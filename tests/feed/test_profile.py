"""A profile shows the answers of a person that were accepted, where the viewer reads the question."""

from __future__ import annotations

import pytest

from accounts.models import User
from communities.models import Community
from feed.actions.answers import accept_answer
from feed.models import Comment, Post
from feed.profile import answers_given
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, member_of
from tests.factories.feed import CommentFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def expert() -> User:
    person: User = UserFactory()
    return person


def answered(community: Community, expert: User) -> Post:
    """A question of this community that the expert answered, accepted by whoever asked it."""
    question: Post = PostFactory(community=community, author=member_of(community), question=True)
    MembershipFactory(community=community, person=expert)
    answer: Comment = CommentFactory(target=question, author=expert)
    accept_answer(actor=question.author, post=question, comment=answer)
    return question


def test_accepted_answers_stand_on_the_profile(expert: User, client_of) -> None:
    question = answered(CommunityFactory(), expert)
    links = client_of(UserFactory()).page(expert.get_absolute_url()).select("main a")
    assert question.get_absolute_url() in {link.get("href") for link in links}


def test_an_answer_that_nobody_accepted_is_not_shown(expert: User) -> None:
    community = CommunityFactory()
    CommentFactory(target=PostFactory(community=community, question=True), author=expert)
    assert answers_given(UserFactory(), expert) is None


def test_answers_of_a_community_that_one_does_not_read_do_not_exist(expert: User) -> None:
    community = CommunityFactory(confidential=True)
    question = answered(community, expert)
    assert answers_given(UserFactory(), expert) is None
    shown = answers_given(User.objects.get(pk=question.author.pk), expert)
    assert shown is not None
    assert list(shown.questions) == [question]
