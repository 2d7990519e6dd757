"""The bell and the page of notifications."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications.models import Notification
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, member_of
from tests.factories.feed import CommentFactory, PostFactory
from tests.support.htmx import trigger
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Any:
    return member_of(CommunityFactory())


def news(person: Any, count: int = 1, **fields: Any) -> list[Notification]:
    """So many answers in threads that the person follows, each in a thread of its own."""
    community = person.memberships.first().community if person.memberships.exists() else CommunityFactory()
    made = []
    for _ in range(count):
        comment = CommentFactory(target=PostFactory(community=community, question=True))
        made.append(
            Notification.objects.create(
                recipient=person,
                kind="feed.comment",
                actor=comment.author,
                target=comment,
                event_key=uuid.uuid4(),
                **fields,
            )
        )
    return made


def test_empty_page_says_what_belongs_there(client_of: Any, reader: Any) -> None:
    page = client_of(reader).page("/notifications/")
    assert page.select_one(".empty a[href='/communities/']")
    assert not page.select(".notices")


def test_bell_counts_up_to_99(client_of: Any, reader: Any) -> None:
    client = client_of(reader)
    assert client.page("/notifications/").select_one("#bell-count").text == ""
    [notification] = news(reader)
    assert client.page("/notifications/").select_one("#bell-count").text == "1"
    Notification.objects.bulk_create(
        Notification(
            recipient=reader,
            kind=notification.kind,
            target_type=notification.target_type,
            target_id=notification.target_id,
            event_key=uuid.uuid4(),
        )
        for _ in range(120)
    )
    assert client.page("/notifications/badge/").select_one("#bell-count").text == "99+"


def test_page_is_grouped_by_day_newest_first(client_of: Any, reader: Any) -> None:
    now = timezone.now()
    for days in (40, 1, 0):
        news(reader, created_at=now - timedelta(days=days))
    page = client_of(reader).page("/notifications/")
    titles = [title.text for title in page.select(".notices h2")]
    assert len(titles) == 3
    ids = [line["id"] for line in page.select(".notice-line")]
    assert ids == sorted(ids, key=lambda name: int(name.split("-")[1]), reverse=True)


def test_opening_marks_as_read_and_leads_there(client_of: Any, reader: Any) -> None:
    [notification] = news(reader)
    client = client_of(reader)
    assert client.page("/notifications/").select_one(".notice-line--unread")
    response = client.get(f"/notifications/{notification.pk}/open/")
    assert response.status_code == 302
    assert response.headers["Location"] == notification.target.get_absolute_url()
    assert not client.page("/notifications/").select_one(".notice-line--unread")


def test_marking_one_as_read_gives_what_the_page_loaded_afresh_shows(client_of: Any, reader: Any) -> None:
    first, second = news(reader, 2)
    client = client_of(reader)
    page = client.page("/notifications/")
    response = trigger(client, page, f"#notification-{first.pk} form")
    assert response.status_code == 200
    fresh = client.page("/notifications/")
    for part in (f"#notification-{first.pk}", f"#notification-{second.pk}", "#bell-count"):
        assert drawn(page, part) == drawn(fresh, part)
    assert page.select_one("#bell-count").text == "1"


def drawn(page: Any, selector: str) -> str:
    """A part of a page, without what differs at each drawing."""
    part = page.select_one(selector)
    for token in part.select("input[name=csrfmiddlewaretoken]"):
        token.decompose()
    return str(part).replace("\n", "")


def test_marking_without_a_script_leads_back_to_the_page(client_of: Any, reader: Any) -> None:
    [notification] = news(reader)
    response = client_of(reader).post(f"/notifications/{notification.pk}/read/")
    assert response.headers["Location"] == "/notifications/"
    notification.refresh_from_db()
    assert notification.read_at


def test_marking_all_leaves_what_came_in_the_meantime(client_of: Any, reader: Any) -> None:
    news(reader, 2)
    client = client_of(reader)
    until = client.page("/notifications/").select_one("input[name=until]")["value"]
    [late] = news(reader)
    client.post("/notifications/read/", {"until": until})
    assert list(Notification.objects.unread()) == [late]
    assert client.post("/notifications/read/", {"until": "x"}).status_code == 302
    assert list(Notification.objects.unread()) == [late]


def test_news_of_another_person_does_not_exist(client_of: Any, reader: Any) -> None:
    [notification] = news(reader)
    client = client_of(UserFactory())
    assert client.get(f"/notifications/{notification.pk}/open/").status_code == 404
    assert client.post(f"/notifications/{notification.pk}/read/").status_code == 404
    client.post("/notifications/read/", {"until": notification.pk})
    notification.refresh_from_db()
    assert notification.read_at is None


def test_show_more_goes_on_where_the_page_ended(client_of: Any, reader: Any) -> None:
    made = news(reader, 35)
    client = client_of(reader)
    page = client.page("/notifications/")
    assert len(page.select(".notice-line")) == 30
    trigger(client, page, ".more a")
    ids = [int(line["id"].split("-")[1]) for line in page.select(".notice-line")]
    assert ids == [one.pk for one in reversed(made)]
    assert len(page.select(".notices h2")) == 1, "the day is named once"
    assert not page.select(".more a")


def test_pill_counts_what_came_since_the_page_was_loaded(client_of: Any, reader: Any) -> None:
    news(reader)
    client = client_of(reader)
    page = client.page("/notifications/")
    address = page.select_one("#notification-news")["data-rse-fetch"]
    assert not client.page(address).select_one(".news__pill")
    news(reader, 2)
    assert "2" in client.page(address).select_one(".news__pill").text
    assert client.page(address).select_one("#notification-news")["data-rse-fetch"] == address


@pytest.mark.parametrize("count", [3, 30])
def test_page_costs_the_same_with_3_and_with_30(client_of: Any, reader: Any, count: int) -> None:
    news(reader, count)
    client = client_of(reader)
    client.page("/notifications/")
    with queries_at_most(10, in_templates=1):  # the bell's
        client.page("/notifications/")


def test_bell_costs_the_same_with_few_and_with_many(client_of: Any, reader: Any) -> None:
    client = client_of(reader)
    news(reader, 3)
    client.page("/notifications/badge/")
    with queries_at_most(5, in_templates=1):
        client.page("/notifications/badge/")
    news(reader, 30)
    with queries_at_most(5, in_templates=1):
        client.page("/notifications/badge/")
