import uuid

from django.db import models
from django.utils import timezone


class OutboxEvent(models.Model):
    """An event that waits for its subscribers: written with what it tells, gone once everyone was served."""

    # The same at each delivery: subscribers know by it what they have done.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    # Not before this moment: put off after a failure, or while a worker holds it. A killed worker's rows come back.
    not_before = models.DateTimeField(default=timezone.now, db_index=True)
    holder = models.UUIDField(null=True)
    served = models.JSONField(default=list)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
