"""What is said in a community, in figures: what is counted, over which days, and for how few people nothing is said."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from communities.enums import Verb
from communities.facts import Period
from communities.models import Activity, Community
from feed.facts import read_activity, read_posts
from feed.models import Post
from tests.factories.communities import CommunityFactory, member_of
from tests.factories.feed import CommentFactory, PostFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
PERIOD = Period(TODAY - timedelta(days=83), TODAY)


def moment(days_ago, hour=12):
    return timezone.make_aware(datetime.combine(TODAY - timedelta(days=days_ago), time(hour)))


@pytest.fixture
def place():
    """An open community of twelve members."""
    community = CommunityFactory()
    return community, [member_of(community) for _number in range(12)]


def said(community, author, days_ago, **traits):
    post = PostFactory(community=community, author=author, created_at=moment(days_ago), **traits)
    Activity.objects.of_target(post).update(at=moment(days_ago))
    return post


def answered(post, author, days_ago, hour=12):
    comment = CommentFactory(target=post, author=author, created_at=moment(days_ago, hour))
    Activity.objects.create(
        community=post.community, actor=author, verb=Verb.COMMENTED, target=comment, at=moment(days_ago, hour)
    )
    return comment


def counted(community):
    return Community.objects.for_page().get(pk=community.pk)


def figures(read, community):
    return read(counted(community), PERIOD).figures


class TestContributors:
    def test_are_counted_once_however_much_they_write(self, place):
        community, people = place
        for person in people[:6]:
            said(community, person, 3)
            said(community, person, 40)
        assert figures(read_activity, community)["contributors"].now.shown == 6

    def test_fewer_than_five_are_withheld_and_nobody_is_told(self, place):
        community, people = place
        for person in people[:4]:
            said(community, person, 3)
        contributors = figures(read_activity, community)["contributors"]
        assert contributors.now.is_withheld
        assert contributors.now.shown is None
        assert all(measure.shown in (0, None) for measure in contributors.series)

    def test_nobody_at_all_is_nought(self, place):
        assert figures(read_activity, place[0])["contributors"].now.shown == 0

    @pytest.mark.parametrize(("writers", "shown"), [(7, 7), (8, None), (11, None), (12, 12)])
    def test_taking_them_from_the_members_finds_nobody_who_is_silent(self, place, writers, shown):
        community, people = place
        for person in people[:writers]:
            said(community, person, 3)
        assert figures(read_activity, community)["contributors"].now.shown == shown

    def test_taking_one_fortnight_from_the_period_finds_nobody(self, place):
        community, people = place
        for person in people[:5]:
            said(community, person, 2)
        for person in people[3:7]:
            said(community, person, 50)
        contributors = figures(read_activity, community)["contributors"]
        assert contributors.now.shown == 7
        assert contributors.series[-1].amount == 5
        assert contributors.series[-1].shown is None, "two wrote in the other weeks alone"

    def test_who_reacts_is_active_and_contributes_nothing(self, place):
        community, people = place
        post = said(community, people[0], 5)
        for person in people[:5]:
            said(community, person, 4)
        for person in people:
            Activity.objects.create(community=community, actor=person, verb=Verb.REACTED, target=post, at=moment(2))
        read = figures(read_activity, community)
        assert read["active"].now.shown == 12
        assert read["contributors"].now.shown == 5

    def test_the_period_before_is_as_long_and_does_not_overlap(self, place):
        community, people = place
        for person in people[:5]:
            said(community, person, 84)
        for person in people[:6]:
            said(community, person, 83)
        said(community, people[7], 168)
        read = figures(read_activity, community)["contributors"]
        assert (read.now.shown, read.before.shown) == (6, 5)

    def test_what_was_deleted_or_hidden_counts_no_more(self, place):
        community, people = place
        posts = [said(community, person, 3) for person in people[:6]]
        Activity.objects.of_targets(Post, [post.pk for post in posts]).update(is_shown=False)
        assert figures(read_activity, community)["contributors"].now.shown == 0

    def test_another_community_is_not_counted(self, place):
        community, people = place
        for person in people[:6]:
            said(CommunityFactory(), person, 3)
        assert figures(read_activity, community)["contributors"].now.shown == 0


class TestQuestions:
    def test_median_of_the_first_answers_by_somebody_else(self, place):
        community, people = place
        for hours, asker in zip((1, 2, 3, 8, 9), people, strict=False):
            question = said(community, asker, 10, question=True)
            answered(question, asker, 10, 12)
            answered(question, people[9], 10, 12 + hours)
            answered(question, people[8], 9)
        read = figures(read_posts, community)
        assert read["response_time"].now.shown == 3 * 3600
        assert read["answered"].now.shown == read["questions"].now.shown == 5

    def test_how_fast_three_people_are_answered_by_one_is_nobodys_business(self, place):
        community, people = place
        for asker in people[:3]:
            answered(said(community, asker, 10, question=True), people[9], 9)
        read = figures(read_posts, community)
        assert read["response_time"].now.is_withheld
        assert read["questions"].now.is_withheld

    def test_taking_the_answered_from_the_asked_finds_nobody_who_waits(self, place):
        community, people = place
        for asker in people[:6]:
            answered(said(community, asker, 10, question=True), people[9], 9)
        assert figures(read_posts, community)["answered"].now.shown == 6
        said(community, people[7], 8, question=True)
        read = figures(read_posts, community)
        assert read["questions"].now.shown == 7
        assert read["answered"].now.is_withheld, "one question without an answer is one person"

    def test_a_deleted_answer_is_none(self, place):
        community, people = place
        for asker in people[:5]:
            question = said(community, asker, 10, question=True)
            CommentFactory(target=question, author=people[9], deleted=True)
        read = figures(read_posts, community)
        assert read["answered"].now.shown == 0
        assert read["response_time"].now.shown is None
        assert not read["response_time"].now.is_withheld

    def test_those_that_wait_for_more_than_three_days_are_the_next_thing_to_do(self, place):
        community, people = place
        for days in (2, 4, 200):
            said(community, people[0], days, question=True)
        solved = said(community, people[1], 20, question=True)
        solved.accepted_comment = answered(solved, people[2], 19)
        solved.save()
        said(community, people[0], 9, question=True, deleted=True)
        (action,) = read_posts(counted(community), PERIOD).actions
        assert action.count == 2
        assert action.address == f"/communities/{community.slug}/questions/?state=open"

    def test_messages_and_questions_are_apart(self, place):
        community, people = place
        for person in people[:5]:
            said(community, person, 3)
            said(community, person, 3, question=True)
        read = figures(read_posts, community)
        assert (read["messages"].now.shown, read["questions"].now.shown) == (5, 5)


def test_each_is_one_query_whatever_is_said(place, django_assert_num_queries):
    community, people = place
    for person in people:
        answered(said(community, person, 5, question=True), people[0], 4)
    found = counted(community)
    read_posts(found, PERIOD)
    for read in (read_activity, read_posts):
        with django_assert_num_queries(1):
            read(found, PERIOD)
