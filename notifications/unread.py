"""The number in the bell."""

from typing import Any

from core.prepared import Prepared
from notifications.models import Notification

# The bell shows "99+" beyond: nobody counts further, and the query does not either.
UNREAD_MAX = 99

_unread = Prepared(
    lambda viewer: (
        Notification.objects.visible_to(viewer).unread().order_by().values_list("pk", flat=True)[: UNREAD_MAX + 1]
    )
)


def unread_count(user: Any) -> int:
    """What the person's page of notifications would show as unread, in one query; at most `UNREAD_MAX` + 1."""
    return len(_unread(user))
