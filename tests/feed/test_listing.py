"""Pages of a feed: what they show, in which order, at which cost."""

from __future__ import annotations

from typing import Any

import pytest

from communities.models import Activity, Membership
from feed.actions.posts import delete_post, restore_post
from feed.actions.reading import mark_all_read, mark_read
from feed.enums import ReactionKind, SubscriptionState
from feed.listing import FeedPage, community_page, feed_page, question_page
from tests.factories.communities import CommunityFactory, MembershipFactory, member_of
from tests.factories.feed import CommentFactory, PostFactory, react, subscribe
from tests.feed.conftest import Place
from tests.support.queries import count_queries

pytestmark = pytest.mark.django_db


def posts_of(page: FeedPage) -> list[Any]:
    return [item.card.post for item in page.items]


def test_home_shows_the_newest_of_my_communities(place: Place) -> None:
    mine = PostFactory.create_batch(3, community=place.community)
    PostFactory()
    elsewhere = MembershipFactory(person=place.member)
    newest = PostFactory(community=elsewhere.community)
    assert posts_of(feed_page(place.member)) == [newest, *reversed(mine)]


def test_pages_follow_each_other_without_gap_or_double(place: Place) -> None:
    every = PostFactory.create_batch(7, community=place.community)
    PostFactory.create_batch(4, community=MembershipFactory(person=place.member).community)
    shown: list[Any] = []
    before = None
    for _turn in range(10):
        page = feed_page(place.member, before=before, size=3)
        shown += posts_of(page)
        if (before := page.next) is None:
            break
    assert len(shown) == len(set(shown)) == 11
    assert [post for post in shown if post in every] == every[::-1]
    assert [post.pk for post in shown] == sorted((post.pk for post in shown), reverse=True)


def test_home_shows_nothing_of_what_one_may_not_read(place: Place) -> None:
    PostFactory(community=place.community, deleted=True)
    preparing = CommunityFactory(in_preparation=True)
    PostFactory(community=preparing)
    MembershipFactory(community=preparing, person=place.member)
    for state in ("banned", "requested", "invited"):
        closed = MembershipFactory(person=place.member, **{state: True}).community
        PostFactory(community=closed)
    page = feed_page(place.member)
    assert not page.items
    assert [membership.community for membership in page.memberships] == [place.community]


def test_unread_is_what_others_wrote_above_the_marker(place: Place) -> None:
    PostFactory(community=place.community)
    old = Activity.objects.entries().get()
    Membership.objects.filter(person=place.member).update(seen_entry_id=old.pk)
    fresh = PostFactory(community=place.community)
    PostFactory(community=place.community, author=place.member)
    page = feed_page(place.member)
    assert [item.is_unread for item in page.items] == [False, True, False]
    assert page.unread == 1
    assert posts_of(feed_page(place.member, unread_only=True)) == [fresh]


def test_unread_counts_stop_at_a_hundred(place: Place) -> None:
    PostFactory.create_batch(101, community=place.community)
    (membership,) = feed_page(place.member).memberships
    assert membership.unread == 100  # type: ignore[attr-defined]


def test_markers_move_forward_only_and_no_further_than_what_is_there(place: Place) -> None:
    PostFactory.create_batch(2, community=place.community)
    first, second = Activity.objects.entries().order_by("pk").values_list("pk", flat=True)
    membership = Membership.objects.get(person=place.member)
    for up_to, expected in ((second + 1000, second), (first, second)):
        mark_read(actor=place.member, community=place.community, up_to=up_to)
        membership.refresh_from_db()
        assert membership.seen_entry_id == expected


def test_everything_is_marked_as_read_at_once(place: Place) -> None:
    MembershipFactory(person=place.member)
    PostFactory(community=place.community)
    PostFactory(community=MembershipFactory(person=place.member).community)
    assert feed_page(place.member).unread == 2
    mark_all_read(actor=place.member)
    assert feed_page(place.member).unread == 0
    assert feed_page(place.other).unread == 1


def test_a_deleted_post_leaves_the_feed_and_comes_back_where_it_was(place: Place) -> None:
    first, second, third = PostFactory.create_batch(3, community=place.community, author=place.member)
    delete_post(actor=place.member, post=second)
    assert posts_of(feed_page(place.member)) == [third, first]
    restore_post(actor=place.member, post=second)
    assert posts_of(feed_page(place.member)) == [third, second, first]


def test_what_is_pinned_stands_first_in_its_community_alone(place: Place) -> None:
    pinned = PostFactory(community=place.community, pinned=True)
    others = PostFactory.create_batch(4, community=place.community)
    page = community_page(place.member, place.community, 0, size=2)
    assert posts_of(page) == [pinned, others[3], others[2]]
    assert [item.is_pinned for item in page.items] == [True, False, False]
    following = community_page(place.member, place.community, 0, before=page.next, size=3)
    assert posts_of(following) == [others[1], others[0], pinned]
    assert posts_of(feed_page(place.member))[-1] == pinned


def test_cards_show_answer_last_comments_reactions_and_star(place: Place) -> None:
    post = PostFactory(community=place.community, author=place.animator, question=True)
    comments = CommentFactory.create_batch(5, target=post)
    CommentFactory(target=post, deleted=True)
    post.accepted_comment = comments[4]
    post.save()
    react(place.other, post)
    react(place.member, post, ReactionKind.THANKS)
    subscribe(place.member, post, SubscriptionState.MUTED)
    (item,) = feed_page(place.member).items
    card = item.card
    assert card.answer == comments[4]
    assert card.comments == [comments[2], comments[3]]
    assert (card.comment_count, card.comments_unshown) == (5, 2)
    assert (card.reactions.total, card.reactions.mine) == (2, "thanks")
    assert card.is_animator
    assert card.subscription == "muted"


def test_questions_are_filtered_by_their_state(place: Place) -> None:
    PostFactory(community=place.community)
    waiting = PostFactory(community=place.community, question=True)
    answered = PostFactory(community=place.community, question=True)
    answered.accepted_comment = CommentFactory(target=answered)
    answered.save()
    assert posts_of(question_page(place.member, place.community)) == [answered, waiting]
    assert posts_of(question_page(place.member, place.community, state="open")) == [waiting]
    assert posts_of(question_page(place.member, place.community, state="answered")) == [answered]


def fill(community: Any, count: int) -> None:
    for post in PostFactory.create_batch(count, community=community):
        comment = CommentFactory(target=post)
        CommentFactory(parent=comment)
        react(comment.author, post)


def test_a_feed_asks_as_many_queries_whatever_its_size(place: Place) -> None:
    counts = {}
    fill(place.community, 1)
    feed_page(place.member)  # from here on, kinds of content and roles are known
    for size in (3, 30):
        fill(place.community, size)
        with count_queries() as queries:
            feed_page(place.member)
        counts[size] = len(queries)
    assert counts[3] == counts[30] <= 6, queries


def test_a_member_of_many_communities_costs_no_more_queries(place: Place) -> None:
    fill(place.community, 3)
    feed_page(place.member)
    with count_queries() as alone:
        feed_page(place.member)
    for community in CommunityFactory.create_batch(60):
        MembershipFactory(community=community, person=place.member)
        PostFactory(community=community)
    with count_queries() as many:
        feed_page(place.member)
    assert len(alone) == len(many), many


@pytest.mark.postgresql
def test_a_dormant_community_is_read_by_its_own_index(place: Place) -> None:
    from django.db import connection

    from feed.entries import memberships_for_feed

    PostFactory.create_batch(3, community=place.community)
    queryset = memberships_for_feed(member_of(place.community), size=21)
    with connection.cursor() as cursor:
        # So few rows are found by any way: left is the one that stays the same at a million.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
    assert "feed_entries" in queryset.explain()
