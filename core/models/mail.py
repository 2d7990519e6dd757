from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.waiting import WaitingModel, WaitingQuerySet


class MailState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENT = "sent", _("Sent")


class MailQuerySet(WaitingQuerySet["Mail"]):
    """Mails."""

    def queued(self) -> WaitingQuerySet["Mail"]:
        """What has not left."""
        return self.filter(state=MailState.QUEUED)


class Mail(WaitingModel):
    """A mail that leaves through the worker: written in the transaction of what it tells, sent after."""

    # Names what is told: an event delivered twice queues one mail. None, which is never unique, where nothing does.
    key = models.CharField(max_length=150, unique=True, null=True, editable=False)  # noqa: DJ001
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    # Why it left, for whoever asks.
    reason = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.subject
