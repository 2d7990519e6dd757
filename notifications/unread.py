"""The number in the bell."""

from typing import Any

from notifications.models import Notification

# The bell shows "99+" beyond: nobody counts further, and the query does not either.
UNREAD_MAX = 99


def unread_count(user: Any) -> int:
    """What the person's page of notifications would show as unread, in one query; at most `UNREAD_MAX` + 1."""
    return Notification.objects.visible_to(user).unread()[: UNREAD_MAX + 1].count()
