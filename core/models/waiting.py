from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

W = TypeVar("W", bound="WaitingModel")

ERROR_LENGTH = 200


class WaitingQuerySet(models.QuerySet[W]):
    """Rows that wait for a worker."""

    def due(self) -> WaitingQuerySet[W]:
        """What may be taken now: neither put off nor held by another worker."""
        return self.filter(not_before__lte=timezone.now())

    def take(self, hold: timedelta) -> W | None:
        """The row that has been due for longest, for this worker alone during `hold`; None: nothing is due.

        Several workers may read the same row: the condition of the update lets one of them alone have it, on
        every database and without a lock that outlives the statement.
        """
        while (row := self.due().order_by("not_before", "pk").first()) is not None:
            if row.keep(hold):
                return row
        return None


class WaitingModel(models.Model):
    """Something that a worker does later, at least once: a killed worker's rows come back by themselves."""

    # Not before this moment: put off after a failure, or held by a worker. Whoever set it last holds the row.
    not_before = models.DateTimeField(default=timezone.now, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=ERROR_LENGTH, blank=True)

    class Meta:
        abstract = True

    def keep(self, hold: timedelta) -> bool:
        """Holds the row from now on for `hold`; False where another worker has it or where it is gone."""
        return self._move(not_before=timezone.now() + hold)

    def put_off(self, error: str, waits: Sequence[timedelta]) -> bool:
        """Lets go of the row after a failure, for the wait of this attempt; the last wait serves all that follow."""
        wait = waits[min(self.attempts, len(waits) - 1)]
        return self._move(not_before=timezone.now() + wait, attempts=self.attempts + 1, last_error=error[:ERROR_LENGTH])

    def _move(self, **values: Any) -> bool:
        if not type(self)._default_manager.filter(pk=self.pk, not_before=self.not_before).update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True
