from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from feed.enums import ReactionKind


class Reaction(models.Model):
    """What a person says of a target in one click."""

    target_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=20, choices=ReactionKind)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # A double click would otherwise count one person twice.
            models.UniqueConstraint(fields=["target_type", "target_id", "person"], name="one_reaction_a_person"),
        ]

    def __str__(self) -> str:
        return self.kind
