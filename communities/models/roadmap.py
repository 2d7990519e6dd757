from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.enums import MilestoneState, RoadmapVerb, Stage

# Stages in which something of a roadmap still comes; later it is a memory.
LIVING_STAGES = (Stage.PREPARATION, Stage.OPEN)


class Roadmap(models.Model):
    """Where a community is going and how it works; its parts point to it. Proposition 44."""

    community = models.OneToOneField("communities.Community", on_delete=models.CASCADE, related_name="roadmap")
    ways = models.TextField(_("ways of working"), blank=True, max_length=4000)
    review_on = models.DateField(_("review of the roadmap"), null=True, blank=True)
    # The number of the revision that says what stands now.
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    # Whether the act in hand made a new version: what changed nothing has nothing to take back. Not stored.
    has_new_version = False

    def __str__(self) -> str:
        return f"roadmap of {self.community_id}"


class Part(models.Model):
    """What the parts of a roadmap have in common."""

    # Names the part in revisions, addresses and calendars: one that is removed and restored is the same.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class Objective(Part):
    """What the community wants to reach, with what shows that it comes nearer."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="objectives")
    indicator = models.CharField(_("indicator"), max_length=200, blank=True)
    unit = models.CharField(_("unit of measure"), max_length=40, blank=True)
    start = models.DecimalField(_("value at the start"), max_digits=12, decimal_places=2, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2, null=True, blank=True)
    current = models.DecimalField(_("value today"), max_digits=12, decimal_places=2, null=True, blank=True)
    measured_on = models.DateField(_("measured on"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]

    @property
    def progress(self) -> int | None:
        """Per cent of the way from start to target, 0 to 100; None where it cannot be told."""
        if self.target is None or self.current is None:
            return None
        start = self.start or Decimal(0)
        if self.target == start:
            return 100 if self.current == self.target else 0
        part = (self.current - start) / (self.target - start)
        return int(min(max(part, Decimal(0)), Decimal(1)) * 100)


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    """Steps of roadmaps."""

    def by_date(self) -> MilestoneQuerySet:
        """In the order in which they come; those without a date last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def waiting(self) -> MilestoneQuerySet:
        """Not done, with a day, in communities that still move."""
        alive = self.filter(roadmap__community__stage__in=LIVING_STAGES, due_on__isnull=False)
        return alive.exclude(state=MilestoneState.DONE)


class Milestone(Part):
    """A step that somebody answers for, on a day."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="milestones")
    note = models.CharField(_("detail"), max_length=500, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # The step remains to be done, by somebody else.
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("in charge"),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    state = models.CharField(max_length=20, choices=MilestoneState, default=MilestoneState.PLANNED)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    depends_on = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="leads_to")

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        constraints = [
            # Reports count the steps kept in time by the day on which they were done.
            models.CheckConstraint(
                condition=Q(state=MilestoneState.DONE, done_on__isnull=False)
                | (~Q(state=MilestoneState.DONE) & Q(done_on__isnull=True)),
                name="a_done_milestone_has_a_day",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=~Q(state="done"), name="milestones_to_come")]

    @property
    def is_done(self) -> bool:
        return self.state == MilestoneState.DONE

    @property
    def is_late(self) -> bool:
        """Whether its day has passed and it is not done."""
        return not self.is_done and self.due_on is not None and self.due_on < timezone.localdate()


class CommunicationActionQuerySet(models.QuerySet["CommunicationAction"]):
    """What communities plan to tell."""

    def by_date(self) -> CommunicationActionQuerySet:
        """In the order in which they come; those without a date last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")


class CommunicationAction(Part):
    """Something the community tells, to somebody, by some way."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="communication")
    channel = models.CharField(_("by which way"), max_length=100, blank=True)
    audience = models.CharField(_("for whom"), max_length=100, blank=True)
    due_on = models.DateField(_("planned on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects = CommunicationActionQuerySet.as_manager()

    @property
    def is_done(self) -> bool:
        return self.done_on is not None


class RoadmapRevision(models.Model):
    """What a roadmap said after one change, whole: compared and restored from here. People are ids. Proposition 26."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    # Empty where the system acted.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=30, choices=RoadmapVerb)
    # The title of the part that changed, as it read then.
    part = models.CharField(max_length=200, blank=True)
    snapshot: Any = models.JSONField(encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            # Two animators at once would otherwise both write "version 3".
            models.UniqueConstraint(fields=["roadmap", "number"], name="one_roadmap_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class RoadmapReminder(models.Model):
    """A reminder that was given: the same day of the same step is recalled once, however often the task runs."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="reminders")
    # The step, by its lasting name; empty for the review of the whole.
    milestone_uid = models.CharField(max_length=36, blank=True)
    about = models.CharField(max_length=20)
    # The day that was recalled: a step put off is recalled again.
    day = models.DateField()

    class Meta:
        constraints = [
            # Two workers that run the daily task at once would both tell.
            models.UniqueConstraint(
                fields=["roadmap", "milestone_uid", "about", "day"], name="one_reminder_a_day_of_a_step"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.day}"
