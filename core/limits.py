"""How often one person may do what reaches many or costs much: enough for anyone at work, too little for a flood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.errors import BusinessRuleError

# No limit looks further back: acts are kept for so long.
SPAN_MAX = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """At most `count` acts of this name by one person within `span`, `SPAN_MAX` at most.

    Acts are counted, not what became of them: taking back does not make room for more.
    """

    name: str
    count: int
    span: timedelta = timedelta(hours=1)


class LimitReached(BusinessRuleError):
    """The person did this too often; `until` is the moment from which they may again."""

    def __init__(self, message: Any, until: datetime) -> None:
        super().__init__(message)
        self.until = until
