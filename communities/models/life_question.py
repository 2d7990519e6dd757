from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.enums import LifeAnswer, LifeReason, LifeStep


class LifeQuestionQuerySet(models.QuerySet["LifeQuestion"]):
    """Questions asked to communities that fell silent."""

    def waiting(self) -> LifeQuestionQuerySet:
        """Those that nobody has answered."""
        return self.exclude(next_at=None)


class LifeQuestion(models.Model):
    """« Is it still useful? »: the last question asked to the animators of a community, and how far silence has led.

    One row a community; what was asked and answered before is in the audit.
    """

    community = models.OneToOneField("communities.Community", on_delete=models.CASCADE, related_name="question")
    reason = models.CharField(max_length=20, choices=LifeReason)
    asked_at = models.DateTimeField()
    step = models.CharField(_("step"), max_length=20, choices=LifeStep, default=LifeStep.ASKED)
    # When silence leads to the next step; empty once the question is settled.
    next_at = models.DateTimeField(null=True)
    # Whether the next step was announced.
    is_announced = models.BooleanField(default=True)
    answer = models.CharField(max_length=20, choices=LifeAnswer, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = LifeQuestionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="life_questions_due")]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.step}"

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still awaited."""
        return self.next_at is not None

    @property
    def next_step(self) -> LifeStep | None:
        """Where silence leads."""
        return LifeStep(self.step).following if self.is_waiting else None

    @property
    def days_left(self) -> int:
        """Whole days until the next step."""
        return max(0, (timezone.localdate(self.next_at) - timezone.localdate()).days) if self.next_at else 0
