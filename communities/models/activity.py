from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from communities.enums import Verb


class ActivityQuerySet(models.QuerySet["Activity"]):
    """What happened in communities."""

    def entries(self) -> ActivityQuerySet:
        """What a feed shows: publications, one a target, whose target stands."""
        return self.filter(is_entry=True, is_shown=True)

    def of_target(self, target: models.Model) -> ActivityQuerySet:
        """All that happened to one object."""
        return self.filter(target_type=ContentType.objects.get_for_model(target), target_id=target.pk)

    def of_targets(self, model: type[models.Model], ids: Iterable[int]) -> ActivityQuerySet:
        """All that happened to several objects of one model."""
        return self.filter(target_type=ContentType.objects.get_for_model(model), target_id__in=ids)


class Activity(models.Model):
    """Something that members see was done. Copies no content: what it shows is its target."""

    # Empty: for the whole administration.
    community = models.ForeignKey(
        "communities.Community", on_delete=models.CASCADE, null=True, related_name="activities"
    )
    # Empty where the act is anonymous.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=30, choices=Verb)
    target_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    at = models.DateTimeField(default=timezone.now)
    # Follows the target in its transaction: deleted, hidden, restored.
    is_shown = models.BooleanField(default=True)
    is_entry = models.BooleanField(default=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        indexes = [
            # The feed of a community and the unread count read this one alone, at any size.
            models.Index(fields=["community", "-id"], name="feed_entries", condition=Q(is_entry=True, is_shown=True)),
            models.Index(fields=["target_type", "target_id"], name="activity_by_target"),
            models.Index(fields=["community", "at"], name="activity_by_moment"),
        ]
        constraints = [
            # A target published twice would stand twice in the feed.
            models.UniqueConstraint(
                fields=["target_type", "target_id"], condition=Q(is_entry=True), name="one_entry_a_target"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_type_id}:{self.target_id}"
