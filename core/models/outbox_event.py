import uuid

from django.db import models

from core.models.waiting import WaitingModel, WaitingQuerySet


class OutboxEvent(WaitingModel):
    """An event that waits for its subscribers: written with what it tells, gone once everyone was served."""

    # The same at each delivery: subscribers know by it what they have done.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    payload = models.JSONField()
    # Health and the live sockets ask for the oldest at short intervals.
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    served = models.JSONField(default=list)

    objects = WaitingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
