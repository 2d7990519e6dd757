"""How much one person may write in a while: enough for anyone at work, too little for a flood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import BusinessRuleError
from core.system import System
from core.templatetags.rse import clock
from feed.models import Comment, Post


@dataclass(frozen=True)
class Limit:
    """At most `count` texts within `span`, deleted ones counted too: deleting does not make room for more."""

    count: int
    span: timedelta


LIMITS: Final[dict[type[Model], Limit]] = {
    Post: Limit(20, timedelta(hours=1)),
    Comment: Limit(60, timedelta(minutes=15)),
}


def require_room(actor: Any, model: type[Post] | type[Comment]) -> None:
    """Raises BusinessRuleError, with the hour from which the person may write again, once they wrote too much."""
    if isinstance(actor, System):
        return
    limit = LIMITS[model]
    newest = model._default_manager.filter(author=actor).order_by("-pk").values_list("created_at", flat=True)
    oldest_counted = newest[limit.count - 1 : limit.count].first()
    if oldest_counted is None:
        return
    until = oldest_counted + limit.span
    if until > timezone.now():
        raise BusinessRuleError(
            _("You have written a lot in a short time. You can publish again from %(time)s.")
            % {"time": clock(until + timedelta(minutes=1))}
        )
