"""The one subscription of a process of sockets: it hears all that happens and hands on to each what it may know.

A subscription a socket would cost Redis, and would die with it one by one. Here Redis is asked by one task; sockets
stand on their own, so that they neither wait for a Redis that is frozen nor close when it goes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
import weakref
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from channels.layers import get_channel_layer

from core.events import REVOKED
from notifications import live, watching

log = logging.getLogger(__name__)

# Seconds.
REDIS_TIMEOUT = 2.0
PULSE = 1.0
SILENCE = 3.0
BEAT = 25.0
REVIEW = 15.0
# A page that is being loaded misses what happens before its socket is there: it is told what moved this recently.
RECENT = 60.0
RECENT_GROUPS = 10_000
SOCKETS_PER_PERSON = 20

UNAUTHENTICATED = 4401
REFUSED = 4403
TOO_MANY = 4429


class Socket(Protocol):
    """What the hub knows of one open page."""

    person_id: int
    session_key: str
    session_digest: str
    auth_hash: str
    watched: set[str]

    def push(self, text: str) -> None:
        """Sends without waiting."""

    def drop(self, code: int) -> None:
        """Closes without waiting."""


class Hub:
    """The open sockets of a process, and what they watch. Lives in one event loop."""

    def __init__(self) -> None:
        self.is_late = False
        self._sockets: set[Socket] = set()
        self._people: dict[int, set[Socket]] = defaultdict(set)
        self._watchers: dict[str, set[Socket]] = defaultdict(set)
        self._moved: dict[str, float] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._channel = ""
        self._is_deaf = True
        self._heard_at = 0.0

    # --- Sockets come and go

    def join(self, socket: Socket) -> bool:
        """Takes a socket in; False where the person has too many open."""
        if len(self._people[socket.person_id]) >= SOCKETS_PER_PERSON:
            return False
        self._sockets.add(socket)
        self._people[socket.person_id].add(socket)
        if not self._tasks:
            self._start()
        return True

    def leave(self, socket: Socket) -> None:
        """Forgets a socket. The subscription stays: the next page of a person who is alone here opens at once."""
        self.watch(socket, set())
        self._sockets.discard(socket)
        _discard(self._people, socket.person_id, socket)

    def watch(self, socket: Socket, groups: set[str]) -> None:
        """From now on the socket hears of these groups and of no others; it was asked whether it may."""
        for group in socket.watched - groups:
            _discard(self._watchers, group, socket)
        for group in groups - socket.watched:
            self._watchers[group].add(socket)
        socket.watched = groups

    def recent(self, groups: Iterable[str], person_id: int) -> list[str]:
        """Those of the groups, and `user`, in which something happened in the last minute."""
        limit = time.monotonic() - RECENT
        found = [group for group in groups if self._moved.get(group, 0.0) > limit]
        if self._moved.get(f"user.{person_id}", 0.0) > limit:
            found.append("user")
        return found

    # --- The tasks of the process

    def _start(self) -> None:
        self._heard_at = time.monotonic()
        self._tasks = [
            asyncio.create_task(_for_ever(work)) for work in (self._listen, self._feel, self._beat, self._review)
        ]

    async def _listen(self) -> None:
        """Subscribes, then hears until nothing comes back any more, not even the pulse."""
        layer = get_channel_layer()
        try:
            channel = await asyncio.wait_for(layer.new_channel("live."), REDIS_TIMEOUT)
            await asyncio.wait_for(layer.group_add(live.GROUP, channel), REDIS_TIMEOUT)
            # Whatever happened before this moment was not heard.
            self._is_deaf = True
            self._channel = channel
            while True:
                await self._hear(await asyncio.wait_for(layer.receive(channel), SILENCE))
        finally:
            self._channel = ""
            with contextlib.suppress(Exception):
                await asyncio.wait_for(layer.flush(), REDIS_TIMEOUT)

    async def _feel(self) -> None:
        """Sends itself a pulse through Redis: what does not come back says that messages do not come either."""
        if self._channel:
            with contextlib.suppress(Exception):
                pulse = get_channel_layer().send(self._channel, {"type": "pulse"})
                await asyncio.wait_for(pulse, REDIS_TIMEOUT)
        if time.monotonic() - self._heard_at > SILENCE:
            self._is_deaf = True
            self._say_late(True)
        # At first quickly: until the subscription is proved, a page may miss what it opened for.
        await asyncio.sleep(0.05 if self._is_deaf and not self.is_late else PULSE)

    async def _beat(self) -> None:
        """Tells each page that its connection lives: a browser does not notice by itself that it is dead."""
        await asyncio.sleep(BEAT)
        self._push_all({"type": "beat"})

    async def _review(self) -> None:
        """Closes what an event that never came should have closed, and looks whether news comes late."""
        await asyncio.sleep(REVIEW)
        if not self._sockets:
            return
        standing = await watching.standing(
            {socket.person_id for socket in self._sockets}, {socket.session_key for socket in self._sockets}
        )
        for socket in list(self._sockets):
            if not standing.holds(socket):
                socket.drop(UNAUTHENTICATED)
        if not self._is_deaf:
            self._say_late(await watching.is_late())

    # --- What is heard

    async def _hear(self, message: dict[str, Any]) -> None:
        self._heard_at = time.monotonic()
        if self._is_deaf:
            self._is_deaf = False
            self._say_late(False)
            # What happened in the meantime is not said again: every page looks for itself.
            self._push_all({"type": "catch_up"})
        for one in message.get("messages", ()):
            try:
                await self._hand_on(one)
            except Exception:
                # One message that cannot be narrowed is sent to nobody; the next one may be.
                log.exception("live: a message was not handed on")

    async def _hand_on(self, message: dict[str, Any]) -> None:
        if message["type"] == live.BADGE:
            self._badges(message["people"])
            return
        whom, _, name = message["group"].partition(".")
        if whom == "session":
            for socket in [one for one in self._sockets if one.session_digest == name]:
                socket.drop(UNAUTHENTICATED)
        elif whom == "user":
            self._to_person(int(name), message)
        else:
            await self._narrow(message)

    def _to_person(self, person_id: int, message: dict[str, Any]) -> None:
        self._note(message["group"])
        text = _text({**message, "group": "user"})
        for socket in list(self._people.get(person_id, ())):
            if message["type"] == REVOKED:
                socket.drop(REFUSED)
            else:
                socket.push(text)

    async def _narrow(self, message: dict[str, Any]) -> None:
        """Sends to those who watch and may still see; the others watch no more, and are told so."""
        group = message["group"]
        self._note(group)
        watchers = list(self._watchers.get(group, ()))
        if not watchers:
            return
        allowed = await watching.allowed(group, {socket.person_id for socket in watchers})
        text, gone = _text(message), _text({"type": "gone", "group": group})
        for socket in watchers:
            if socket.person_id in allowed:
                socket.push(text)
            else:
                self.watch(socket, socket.watched - {group})
                socket.push(gone)

    def _badges(self, people: Iterable[int]) -> None:
        text = _text({"type": live.BADGE, "group": "user"})
        for person_id in people:
            self._note(f"user.{person_id}")
            for socket in list(self._people.get(person_id, ())):
                socket.push(text)

    def _note(self, group: str) -> None:
        self._moved.pop(group, None)
        self._moved[group] = time.monotonic()
        if len(self._moved) > RECENT_GROUPS:
            del self._moved[next(iter(self._moved))]

    def _say_late(self, is_late: bool) -> None:
        if is_late != self.is_late:
            log.warning("live: news comes late" if is_late else "live: news comes in time again")
            self.is_late = is_late
            self._push_all({"type": "late", "late": is_late})

    def _push_all(self, message: dict[str, Any]) -> None:
        text = _text(message)
        for socket in list(self._sockets):
            socket.push(text)


_hubs: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = weakref.WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop: a process of sockets has one."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


async def _for_ever(work: Any) -> None:
    pause = 0.0
    while True:
        try:
            await work()
            pause = 0.0
        except Exception as error:  # noqa: BLE001 - whatever Redis or the database raises, the sockets stay
            if not pause:
                log.warning("live: %s failed (%s)", work.__name__, type(error).__name__)
            pause = min(pause + 0.5, 2.0)
        await asyncio.sleep(pause)


def _text(message: dict[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"))


def _discard(sets: dict[Any, set[Socket]], key: Any, socket: Socket) -> None:
    found = sets.get(key)
    if found is not None:
        found.discard(socket)
        if not found:
            del sets[key]
