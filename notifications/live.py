"""What the worker tells the open pages, through Redis, to the one subscription of each process of sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from core.events import Live

# What every process of sockets hears; `notifications.hub` narrows it to who may.
GROUP = "live"
# Seconds after which Redis is taken for frozen: the outbox tries again, the worker goes on.
TIMEOUT = 2.0
BADGE = "badge"
PEOPLE_PER_MESSAGE = 1000


def tell_pages(lives: Iterable[Live]) -> None:
    """Sends what an event tells open pages. Raises TimeoutError or redis' errors where Redis is away."""
    messages = [{"group": live.group, "type": live.type, "ids": live.ids} for live in lives]
    if messages:
        async_to_sync(_send)(messages)


def tell_badges(people: Iterable[int]) -> None:
    """Has the bells of these people counted anew."""
    ids = list(people)
    messages = [
        {"type": BADGE, "people": ids[start : start + PEOPLE_PER_MESSAGE]}
        for start in range(0, len(ids), PEOPLE_PER_MESSAGE)
    ]
    if messages:
        async_to_sync(_send)(messages)


async def _send(messages: list[dict[str, Any]]) -> None:
    layer = get_channel_layer()
    await asyncio.wait_for(layer.group_send(GROUP, {"type": "live", "messages": messages}), TIMEOUT)
