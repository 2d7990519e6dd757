from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from feed.enums import SubscriptionState


class Subscription(models.Model):
    """A person follows a thread, or has muted it and is told nothing more."""

    target_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions")
    state = models.CharField(max_length=20, choices=SubscriptionState)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            # Following and muted at once would have no meaning.
            models.UniqueConstraint(fields=["target_type", "target_id", "person"], name="one_subscription_a_person"),
        ]

    def __str__(self) -> str:
        return self.state
