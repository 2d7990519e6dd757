"""What is kept of a query is its shape: never a person, a moment or an answer."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communities.models import Community, Membership
from communities.views import page
from core.addresses import address_of
from core.prepared import Prepared, forget_shapes
from feed import entries, listing
from notifications import unread
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory
from tests.support.queries import count_queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept():
    forget_shapes()


def shapes(prepared):
    return list(prepared._shapes.values())


def memberships():
    return Prepared(lambda viewer: Membership.objects.members().filter(person=viewer).order_by("pk"))


def test_each_person_is_given_their_own_rows():
    one, other = MembershipFactory(), MembershipFactory()
    prepared = memberships()
    assert prepared(one.person) == [one]
    assert prepared(other.person) == [other]
    assert prepared(UserFactory()) == []


def test_a_participation_ends_at_its_minute_in_a_query_built_before():
    row = MembershipFactory(ends_at=timezone.now() + timedelta(minutes=5))
    prepared = memberships()
    assert prepared(row.person) == [row]
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert prepared(row.person) == []


def test_lists_of_any_length_are_given_to_one_shape():
    people = [UserFactory() for _ in range(3)]
    prepared = Prepared(lambda viewer, ids: User.objects.filter(pk__in=ids).order_by("pk"))
    for count in (0, 1, 3):
        assert prepared(None, ids=[person.pk for person in people[:count]]) == people[:count]


@pytest.mark.postgresql
def test_a_shape_is_compiled_once_and_asks_one_query():
    rows = [MembershipFactory(), MembershipFactory()]
    prepared = memberships()
    prepared(rows[0].person)
    other = User.objects.for_request().get(pk=rows[1].person.pk)
    with count_queries() as queries:
        assert prepared(other) == [rows[1]]
    assert len(queries) == 1
    assert len(shapes(prepared)) == 1


@pytest.mark.postgresql
def test_a_filter_that_reads_another_fact_of_the_person_is_not_kept():
    units = [UnitFactory(), UnitFactory()]
    people = [UserFactory(unit=unit) for unit in units]
    prepared = Prepared(lambda viewer: User.objects.filter(unit=viewer.unit_id))
    assert [prepared(person) for person in people] == [[people[0]], [people[1]]]
    assert shapes(prepared) == [None]


@pytest.mark.postgresql
def test_a_moment_other_than_the_present_is_not_kept():
    person = UserFactory()
    prepared = Prepared(lambda viewer: User.objects.filter(created_at__gt=timezone.now() - timedelta(hours=1)))
    assert prepared(person) == [person]
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        assert prepared(person) == []
    assert set(shapes(prepared)) == {None}


@pytest.mark.postgresql
def test_what_building_asks_of_the_database_is_not_kept():
    one = UserFactory()
    prepared = Prepared(lambda viewer: User.objects.filter(pk=User.objects.latest("pk").pk))
    assert prepared(one) == [one]
    two = UserFactory()
    assert prepared(two) == [two]
    assert shapes(prepared) == []


@pytest.mark.postgresql
def test_what_every_page_asks_is_kept(client_of):
    community = CommunityFactory()
    member = MembershipFactory(community=community).person
    for _ in range(2):
        client_of(member).get("/")
        client_of(member).get(community.get_absolute_url())
    kept = [
        unread._unread,
        page._communities,
        page._animators,
        entries.prepared_memberships(listing.PAGE_SIZE + 1, False),
        listing._prepared_lists(listing.PAGE_SIZE + 1),
    ]
    assert [name for name, prepared in enumerate(kept) if None in shapes(prepared) or not shapes(prepared)] == []


def test_an_address_is_what_the_route_says():
    community, person = Community(slug="achats-durables"), User(handle="lea-martin")
    assert community.get_absolute_url() == reverse("communities:community_detail", args=["achats-durables"])
    assert person.get_absolute_url() == reverse("accounts:person_detail", args=["lea-martin"])
    assert address_of("feed:post_edit", 12) == reverse("feed:post_edit", args=[12])
    assert address_of("feed:reaction_set", "feed.post", 7) == reverse("feed:reaction_set", args=["feed.post", 7])
