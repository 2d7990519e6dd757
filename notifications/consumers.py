"""One socket an open page: says what moved, never what it contains."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Any
from urllib.parse import urlsplit

from channels.exceptions import DenyConnection
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth import HASH_SESSION_KEY

from notifications import watching
from notifications.events import session_digest
from notifications.hub import TOO_MANY, UNAUTHENTICATED, hub

GROUPS_MAX = 300
BYTES_MAX = 16_384
# Messages that a page may send in a minute: it sends one when it is loaded, and one when its parts change.
MESSAGES_MAX = 60
QUEUE_MAX = 200
CLOSE_TIMEOUT = 5.0  # seconds

UNREADABLE = 4400
TOO_BIG = 1009
TOO_SLOW = 4408


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """The live connection of one page of one person."""

    # No channel of its own in Redis: the hub hears for all sockets of the process.
    channel_layer_alias = "none"

    person_id = 0
    session_key = ""
    session_digest = ""
    auth_hash = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watched: set[str] = set()
        self._queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_MAX)
        self._writer: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._window, self._received = 0.0, 0

    async def connect(self) -> None:
        """Lets in a page of this very site; without a session it is accepted first, to learn why it closes."""
        if not self._is_same_origin():
            raise DenyConnection
        await self.accept()
        user, session = self.scope["user"], self.scope["session"]
        if not (user.is_authenticated and user.is_current):
            await self.close(UNAUTHENTICATED)
            return
        self.person_id = user.pk
        self.session_key = session.session_key or ""
        self.session_digest = session_digest(self.session_key)
        self.auth_hash = session.get(HASH_SESSION_KEY, "")
        if not hub().join(self):
            await self.close(TOO_MANY)
            return
        self._writer = asyncio.create_task(self._write())
        self.push(json.dumps({"type": "hello", "late": hub().is_late}))

    async def disconnect(self, code: int) -> None:
        """Forgets the page."""
        if self.person_id:
            hub().leave(self)
        if self._writer:
            self._writer.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Reads `{"watch": [group, …]}`: from now on the page watches these, as far as the person may see them."""
        if self._closing or not self._writer:
            return
        if text_data is None or len(text_data) > BYTES_MAX or self._is_flood():
            self.drop(TOO_BIG)
            return
        try:
            groups = json.loads(text_data)["watch"]
        except (ValueError, KeyError, TypeError):
            self.drop(UNREADABLE)
            return
        if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
            self.drop(UNREADABLE)
            return
        await self._watch(list(dict.fromkeys(groups))[:GROUPS_MAX])

    async def _watch(self, wanted: list[str]) -> None:
        kept = self.watched & set(wanted)
        new = [group for group in wanted if group not in kept]
        may = await watching.watchable(self.person_id, new) if new else set()
        if self._closing:
            return
        hub().watch(self, kept | may)
        gone = [group for group in new if group not in may]
        recent = hub().recent(kept | may, self.person_id)
        self.push(json.dumps({"type": "watching", "groups": sorted(kept | may), "gone": gone, "recent": recent}))

    # --- What the hub asks of a socket

    def push(self, text: str) -> None:
        """Sends without waiting; a page that reads too slowly is closed, comes back and catches up."""
        try:
            self._queue.put_nowait(text)
        except asyncio.QueueFull:
            self.drop(TOO_SLOW)

    def drop(self, code: int) -> None:
        """Closes without waiting. Nothing more is sent from this moment on."""
        if self._closing is None:
            hub().leave(self)
            if self._writer:
                self._writer.cancel()
            self._closing = asyncio.create_task(self._close(code))

    async def _close(self, code: int) -> None:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.close(code), CLOSE_TIMEOUT)

    async def _write(self) -> None:
        # The page left while something was on its way to it: its disconnection follows.
        with contextlib.suppress(Exception):
            while True:
                await self.send(text_data=await self._queue.get())

    def _is_flood(self) -> bool:
        now = time.monotonic()
        if now - self._window > 60:
            self._window, self._received = now, 0
        self._received += 1
        return self._received > MESSAGES_MAX

    def _is_same_origin(self) -> bool:
        """Whether the page that opens the socket is one of this host.

        The validator around all sockets lets in every allowed host at any port, and any origin at all where hosts are
        not restricted; a browser sends the session's cookie along with either.
        """
        headers = dict(self.scope["headers"])
        origin = urlsplit(headers.get(b"origin", b"").decode("latin1"))
        host = headers.get(b"host", b"").decode("latin1")
        return origin.scheme in {"http", "https"} and bool(host) and origin.netloc.lower() == host.lower()
