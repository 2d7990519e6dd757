from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.enums import SANCTIONS, CaseState, Outcome, ReportReason
from core.querysets import VisibleQuerySet
from core.targets import Moderation, target_for

WORD_MAX = 500


class CaseQuerySet(VisibleQuerySet["Case"]):
    """Cases of moderation; `visible_to` gives those whose page the person may open."""

    def waiting(self) -> CaseQuerySet:
        """Those that somebody must decide, or answer because they are contested."""
        return self.filter(state__in=(CaseState.OPEN, CaseState.CONTESTED))

    def of_target(self, target: models.Model) -> CaseQuerySet:
        """The case of one object, if it was ever reported."""
        return self.filter(target_type=ContentType.objects.get_for_model(target), target_id=target.pk)

    def for_queue(self, viewer: Any) -> CaseQuerySet:
        """What a queue shows of each case, what it is about included, and whether the viewer reported it."""
        own = ContentReport.objects.filter(case=OuterRef("pk"), person=viewer)
        return (
            self.select_related("community", "author__unit", "author__photo", "decided_by")
            .prefetch_related("target", "reports")
            .annotate(report_count=Count("reports", distinct=True), is_reporter=Exists(own))
        )


class Case(models.Model):
    """What was reported about one text, and what came of it: one case a text, however many report it."""

    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, related_name="cases")
    target_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # An account is closed, not deleted; what was decided stays readable.
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(max_length=20, choices=CaseState, default=CaseState.OPEN)
    # What was decided last, and by whom; empty until then.
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # Moves when somebody reports a text that moderators had left as it was.
    opened_at = models.DateTimeField(default=timezone.now)
    # So many people reported it that it went out of sight before a moderator looked.
    hidden_by_reports_at = models.DateTimeField(null=True)
    # The author knows: of a report that changed nothing they are told nothing.
    is_told = models.BooleanField(default=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case of moderation")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            # Two people who report a text at once would otherwise open two cases, decided one against the other.
            models.UniqueConstraint(fields=["target_type", "target_id"], name="one_case_a_target"),
        ]
        indexes = [
            models.Index(fields=["community", "state", "-opened_at"], name="cases_of_community"),
            models.Index(fields=["state", "-opened_at"], name="cases_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("communities:case_detail", args=[self.pk])

    @property
    def is_sanction(self) -> bool:
        """Whether what holds was decided against the author."""
        return self.outcome in SANCTIONS

    @property
    def moderation(self) -> Moderation:
        """How objects of this kind are judged; raises LookupError for a kind that nobody moderates."""
        model: Any = ContentType.objects.get_for_id(self.target_type_id).model_class()
        found = target_for(model()).moderation
        if found is None:
            raise LookupError(f"{model} is not moderated.")
        return found


class ContentReport(models.Model):
    """One person says of a text that it should not be there. The author never learns who."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reports_made")
    reason = models.CharField(_("reason"), max_length=20, choices=ReportReason)
    word = models.CharField(_("a word to the moderators"), max_length=WORD_MAX, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # A double click would otherwise count one person twice, and three clicks would hide a text.
            models.UniqueConstraint(fields=["case", "person"], name="one_report_a_person"),
        ]
        indexes = [
            # How many somebody made lately, before they may make another.
            models.Index(fields=["person", "-at"], name="reports_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.reason}"


class Decision(models.Model):
    """What was decided on a case, for which rule of the charter; and its contest, if the author made one."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome)
    hides = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    word = models.CharField(max_length=WORD_MAX, blank=True)
    charter_number = models.PositiveIntegerField(default=0)
    # As it read then: the charter may have changed since.
    rule = models.CharField(max_length=WORD_MAX, blank=True)
    until = models.DateTimeField(null=True)
    # What stood before, for the undo.
    was_hidden = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True)
    contested_at = models.DateTimeField(null=True)
    contest = models.CharField(max_length=WORD_MAX, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    answer = models.CharField(max_length=WORD_MAX, blank=True)
    # Whether the community manager upheld it; None until they answer.
    is_upheld = models.BooleanField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # An answer to a contest that nobody made would lift a sanction by itself.
            models.CheckConstraint(
                condition=Q(is_upheld=None) | Q(contested_at__isnull=False), name="answered_is_contested"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.outcome}"
