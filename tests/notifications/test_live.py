"""The live socket: who is let in, what each hears, and what ends it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator
from django.test import Client

from communities.actions.membership.departures import leave_community, remove_member
from communities.enums import MembershipState, Role
from communities.models import Membership
from core.actions.outbox import deliver_outbox
from feed.actions.comments import publish_comment
from notifications import consumers
from notifications import hub as hubs
from notifications.hub import Hub, hub
from notifications.models import Notification
from rse.asgi import application
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, member_of
from tests.factories.feed import PostFactory, subscribe
from tests.factories.moderation import hide

pytestmark = pytest.mark.django_db(transaction=True)

HOST = "localhost"
OURS = b"http://localhost"


@pytest.fixture(autouse=True)
async def _a_process_of_sockets() -> AsyncIterator[None]:
    """A fresh layer and a fresh hub, as in a process that has just started."""
    channel_layers.backends = {}
    hubs._hubs.clear()
    yield
    for task in hub()._tasks:
        task.cancel()
    await asyncio.gather(*hub()._tasks, return_exceptions=True)


class Page:
    """An open page of a person, as the server knows it."""

    def __init__(self, communicator: WebsocketCommunicator, client: Client) -> None:
        self.communicator = communicator
        self.client = client

    async def hear(self, timeout: float = 2) -> dict[str, Any]:
        """The next message that is not about the connection itself."""
        while True:
            message = await self.communicator.receive_json_from(timeout)
            if message["type"] not in {"hello", "beat", "catch_up"}:
                return message

    async def watch(self, *groups: str) -> dict[str, Any]:
        await self.communicator.send_json_to({"watch": list(groups)})
        return await self.hear()

    async def hears_nothing(self, seconds: float = 0.3) -> bool:
        try:
            await self.hear(seconds)
        except TimeoutError:
            return True
        return False

    async def close_code(self, timeout: float = 1) -> int:
        """The code of the closing, which comes within a second."""
        while True:
            output = await self.communicator.receive_output(timeout)
            if output["type"] == "websocket.close":
                return output["code"]

    async def leave(self) -> None:
        await self.communicator.disconnect()


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, "accounts.backends.SignInBackend")
    return client


def connection(client: Client | None, origin: bytes | None = OURS) -> WebsocketCommunicator:
    headers = [(b"host", HOST.encode())]
    if origin is not None:
        headers.append((b"origin", origin))
    if client:
        headers.append((b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode()))
    return WebsocketCommunicator(application, "/ws/", headers)


async def open_page(person: Any, client: Client | None = None) -> Page:
    client = client or await sync_to_async(signed_in)(person)
    communicator = connection(client)
    is_accepted, _ = await communicator.connect()
    assert is_accepted
    page = Page(communicator, client)
    assert (await communicator.receive_json_from())["type"] == "hello"
    for _ in range(50):
        if not hub()._is_deaf:
            return page
        await asyncio.sleep(0.02)
    raise AssertionError("the process does not hear itself")


deliver = sync_to_async(deliver_outbox)


@sync_to_async
def make_thread(**community: Any) -> Any:
    found = CommunityFactory(**community)
    return PostFactory(question=True, community=found, author=member_of(found))


# --- Who is let in


@pytest.mark.parametrize(
    "origin",
    [
        None,
        b"",
        b"null",
        b"https://evil.example",
        b"http://localhost:9999",
        b"http://localhost.evil.example",
        b"file://",
        b"ws://localhost",
    ],
)
async def test_page_of_another_site_is_refused(origin: bytes | None) -> None:
    person = await sync_to_async(UserFactory)()
    communicator = connection(await sync_to_async(signed_in)(person), origin)
    is_accepted, _ = await communicator.connect()
    assert not is_accepted


async def test_no_origin_is_refused_where_hosts_are_not_restricted(settings: Any) -> None:
    """The validator around lets everything in then; the consumer does not."""
    person = await sync_to_async(UserFactory)()
    client = await sync_to_async(signed_in)(person)
    for origin in (None, b"null", b"https://evil.example"):
        scope = dict(connection(client, origin).scope)
        consumer = consumers.LiveConsumer()
        consumer.scope = scope
        assert not consumer._is_same_origin()


async def test_anonymous_is_told_to_sign_in() -> None:
    communicator = connection(None)
    assert (await communicator.connect())[0]
    assert await Page(communicator, Client()).close_code() == 4401


async def test_closed_account_is_told_to_sign_in() -> None:
    person = await sync_to_async(UserFactory)(ended=True)
    communicator = connection(await sync_to_async(signed_in)(person))
    assert (await communicator.connect())[0]
    assert await Page(communicator, Client()).close_code() == 4401


async def test_one_person_opens_so_many_sockets_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "SOCKETS_PER_PERSON", 2)
    person = await sync_to_async(UserFactory)()
    pages = [await open_page(person) for _ in range(2)]
    communicator = connection(pages[0].client)
    await communicator.connect()
    assert await Page(communicator, pages[0].client).close_code() == 4429
    await pages[0].leave()
    await open_page(person, pages[0].client)


# --- What a page may watch


async def test_page_watches_what_its_reader_may_see_and_nothing_else() -> None:
    thread = await make_thread(on_request=True)
    confidential = await make_thread(confidential=True)
    groups = [f"feed.post.{thread.pk}", f"communities.community.{thread.community_id}"]
    hidden = [f"feed.post.{confidential.pk}", f"communities.community.{confidential.community_id}"]
    member = await open_page(thread.author)
    answer = await member.watch(*groups, *hidden, "feed.post.999999999")
    assert answer["groups"] == sorted(groups)
    assert answer["gone"] == [*hidden, "feed.post.999999999"], "absent and forbidden read alike"
    # Listed, on request: its card is there for every agent, what happens in it is not.
    agent = await open_page(await sync_to_async(UserFactory)())
    assert (await agent.watch(*groups))["groups"] == []
    partner = await open_page(await sync_to_async(UserFactory)(external=True))
    assert (await partner.watch(*groups))["groups"] == []


@pytest.mark.parametrize(
    "group",
    ["", "feed.post", "feed.post.x", "feed.post.-1", "feed.post.1.2", "sessions.session.1", "user.1", "no.such.1", "é"],
)
async def test_what_is_no_group_is_refused_like_what_one_may_not_see(group: str) -> None:
    page = await open_page(await sync_to_async(UserFactory)())
    assert await page.watch(group) == {"type": "watching", "groups": [], "gone": [group], "recent": []}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"text_data": "not json"}, 4400),
        ({"text_data": "[]"}, 4400),
        ({"text_data": '{"watch": "feed.post.1"}'}, 4400),
        ({"text_data": '{"watch": [1]}'}, 4400),
        ({"text_data": json.dumps({"watch": ["x" * 20_000]})}, 1009),
        ({"bytes_data": b"\x00"}, 1009),
    ],
)
async def test_what_is_not_understood_closes(sent: dict[str, Any], code: int) -> None:
    page = await open_page(await sync_to_async(UserFactory)())
    await page.communicator.send_to(**sent)
    assert await page.close_code() == code


async def test_watches_and_messages_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "GROUPS_MAX", 3)
    monkeypatch.setattr(consumers, "MESSAGES_MAX", 2)
    page = await open_page(await sync_to_async(UserFactory)())
    answer = await page.watch(*[f"feed.post.{number}" for number in range(10)])
    assert len(answer["gone"]) == 3
    await page.watch()
    await page.communicator.send_json_to({"watch": []})
    assert await page.close_code() == 1009


# --- What it hears


async def test_answer_is_said_to_who_watches_the_thread_without_a_word_of_it() -> None:
    thread = await make_thread()
    reader = await open_page(await sync_to_async(UserFactory)())
    elsewhere = await open_page(await sync_to_async(UserFactory)())
    await reader.watch(f"feed.post.{thread.pk}")
    comment = await sync_to_async(publish_comment)(actor=thread.author, target=thread, body="<p>Un secret.</p>")
    await deliver()
    message = await reader.hear()
    assert message == {
        "group": f"feed.post.{thread.pk}",
        "type": "comment.added",
        "ids": {"post": thread.pk, "comment": comment.pk},
    }
    assert await elsewhere.hears_nothing()


async def test_who_may_no_longer_see_is_left_out_at_each_send() -> None:
    """Even where nothing closed the socket: the rights of the moment decide."""
    thread = await make_thread(on_request=True)
    member = await sync_to_async(member_of)(thread.community)
    page, other = await open_page(member), await open_page(thread.author)
    group = f"feed.post.{thread.pk}"
    assert (await page.watch(group))["groups"] == (await other.watch(group))["groups"] == [group]
    await Membership.objects.filter(person=member).aupdate(state=MembershipState.LEFT)
    await sync_to_async(publish_comment)(actor=thread.author, target=thread, body="<p>Oui.</p>")
    await deliver()
    assert await page.hear() == {"type": "gone", "group": group}
    assert (await other.hear())["type"] == "comment.added"
    await sync_to_async(publish_comment)(actor=thread.author, target=thread, body="<p>Encore.</p>")
    await deliver()
    assert await page.hears_nothing()


@pytest.mark.parametrize("how", ["removed", "left"])
async def test_removed_member_hears_nothing_more_and_is_closed_within_a_second(how: str) -> None:
    thread = await make_thread(on_request=True)
    animator = await sync_to_async(member_of)(thread.community, Role.ANIMATOR)
    member = await sync_to_async(member_of)(thread.community)
    page = await open_page(member)
    group = f"feed.post.{thread.pk}"
    await page.watch(group)
    if how == "removed":
        await sync_to_async(remove_member)(actor=animator, community=thread.community, person=member)
    else:
        await sync_to_async(leave_community)(actor=member, community=thread.community)
    await sync_to_async(publish_comment)(actor=thread.author, target=thread, body="<p>Entre nous.</p>")
    await deliver()
    heard = []
    while (output := await page.communicator.receive_output(1))["type"] != "websocket.close":
        heard.append(json.loads(output["text"])["type"])
    assert output["code"] == 4403
    assert "comment.added" not in heard
    back = await open_page(member, page.client)
    assert (await back.watch(group))["gone"] == [group]


async def test_sign_out_closes_the_pages_of_that_session_alone() -> None:
    person = await sync_to_async(UserFactory)()
    here, there = await open_page(person), await open_page(person)
    await sync_to_async(here.client.logout)()
    await deliver()
    assert await here.close_code() == 4401
    assert await there.hears_nothing()
    communicator = connection(here.client) if here.client.cookies.get("sessionid") else connection(None)
    await communicator.connect()
    assert await Page(communicator, here.client).close_code() == 4401


@pytest.mark.parametrize("change", ["account", "password", "session"])
async def test_what_no_event_told_is_found_at_the_next_review(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "REVIEW", 0.1)
    person = await sync_to_async(UserFactory)()
    page, other = await open_page(person), await open_page(await sync_to_async(UserFactory)())
    await asyncio.sleep(0.3)
    if change == "account":
        await type(person).objects.filter(pk=person.pk).aupdate(is_active=False)
    elif change == "password":
        person.set_password("une autre phrase de passe")
        await person.asave()
    else:
        session = await sync_to_async(lambda: page.client.session)()
        await sync_to_async(session.model.objects.filter(pk=session.session_key)._raw_delete)("default")
    assert await page.close_code(2) == 4401
    assert await other.hears_nothing()


async def test_notification_moves_the_bell_of_its_reader_alone() -> None:
    thread = await make_thread()
    await sync_to_async(subscribe)(thread.author, thread)
    page, other = await open_page(thread.author), await open_page(await sync_to_async(UserFactory)())
    colleague = await sync_to_async(member_of)(thread.community)
    await sync_to_async(publish_comment)(actor=colleague, target=thread, body="<p>Oui.</p>")
    await deliver()
    assert await page.hear() == {"type": "badge", "group": "user"}
    assert await other.hears_nothing()
    assert await Notification.objects.filter(recipient=thread.author).acount() == 1


async def test_page_that_was_being_loaded_is_told_what_moved_meanwhile() -> None:
    thread = await make_thread()
    await open_page(await sync_to_async(UserFactory)())
    await sync_to_async(publish_comment)(actor=thread.author, target=thread, body="<p>Oui.</p>")
    await deliver()
    group = f"feed.post.{thread.pk}"
    late = await open_page(await sync_to_async(UserFactory)())
    assert (await late.watch(group))["recent"] == [group]


async def test_page_that_reads_too_slowly_is_closed_and_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    person = await sync_to_async(UserFactory)()
    page = await open_page(person)
    [socket] = hub()._people[person.pk]
    for number in range(consumers.QUEUE_MAX + 1):
        socket.push(str(number))
    assert await page.close_code() == 4408


async def test_message_that_fails_does_not_stop_the_next() -> None:
    thread = await make_thread()
    page = await open_page(thread.author)
    group = f"feed.post.{thread.pk}"
    await page.watch(group)
    await hub()._hear({"messages": [{"type": "x"}, {"type": "x", "group": group, "ids": {}}]})
    assert (await page.hear())["type"] == "x"


# --- When Redis is away


class Away:
    """A layer that is refused, or that never answers."""

    def __init__(self, is_frozen: bool) -> None:
        self.is_frozen = is_frozen

    async def _fail(self, *arguments: Any) -> None:
        if self.is_frozen:
            await asyncio.Event().wait()
        raise ConnectionError

    new_channel = group_add = group_send = send = receive = flush = _fail


@pytest.mark.parametrize("is_frozen", [True, False], ids=["frozen", "refused"])
async def test_sockets_stand_without_redis_and_catch_up_when_it_is_back(
    is_frozen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "REDIS_TIMEOUT", 0.1)
    monkeypatch.setattr(hubs, "SILENCE", 0.2)
    monkeypatch.setattr(hubs, "PULSE", 0.05)
    thread = await make_thread()
    page = await open_page(thread.author)
    layer = channel_layers.backends["default"]
    channel_layers.backends["default"] = Away(is_frozen)
    # What was asked of Redis before is lost with it.
    layer.channels.clear()
    assert await page.hear() == {"type": "late", "late": True}
    assert (await page.watch(f"feed.post.{thread.pk}"))["groups"], "a socket asks the database, not Redis"
    newcomer = connection(page.client)
    assert (await newcomer.connect())[0]
    assert await newcomer.receive_json_from() == {"type": "hello", "late": True}

    channel_layers.backends["default"] = layer
    heard = [(await page.communicator.receive_json_from(3))["type"] for _ in range(2)]
    assert sorted(heard) == ["catch_up", "late"]
    await sync_to_async(publish_comment)(actor=thread.author, target=thread, body="<p>Oui.</p>")
    await deliver()
    assert (await page.hear())["type"] == "comment.added"


def test_hub_keeps_no_trace_of_a_page_that_left() -> None:
    class Gone:
        person_id, session_key, session_digest, auth_hash = 1, "", "", ""

        def __init__(self) -> None:
            self.watched: set[str] = set()

    one = Hub()
    one._start = lambda: None  # type: ignore[method-assign]
    socket: Any = Gone()
    one.join(socket)
    one.watch(socket, {"feed.post.1", "feed.post.2"})
    one.leave(socket)
    one.leave(socket)
    assert not one._sockets
    assert not one._people
    assert not one._watchers


async def test_hidden_post_leaves_the_open_pages_of_all_but_its_author_and_the_team() -> None:
    thread = await make_thread()
    group, community = f"feed.post.{thread.pk}", f"communities.community.{thread.community_id}"
    reader = await open_page(await sync_to_async(member_of)(thread.community))
    moderator = await open_page(await sync_to_async(member_of)(thread.community, Role.MODERATOR))
    author = await open_page(thread.author)
    feed = await open_page(await sync_to_async(member_of)(thread.community))
    for page in (reader, moderator, author):
        await page.watch(group)
    await feed.watch(community)
    await sync_to_async(hide)(thread)
    await deliver()
    assert await reader.hear() == {"type": "gone", "group": group}
    assert (await moderator.hear())["type"] == "post.changed"
    assert (await author.hear())["type"] == "post.changed"
    assert (await feed.hear())["type"] == "post.gone"
    for page in (reader, moderator, author, feed):
        await page.leave()
