from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.enums import ReportAnswer, ReportState
from core.querysets import VisibleQuerySet

WORD_MAX = 2000  # characters


class SponsorReportQuerySet(VisibleQuerySet["SponsorReport"]):
    """Reports to sponsors."""

    def to_write(self) -> SponsorReportQuerySet:
        """Those that wait for an animator."""
        return self.filter(state=ReportState.PREPARED)

    def to_answer(self) -> SponsorReportQuerySet:
        """Those that wait for a sponsor."""
        return self.filter(state=ReportState.SENT)

    def overdue(self) -> SponsorReportQuerySet:
        """Those whose day has passed, whoever they wait for."""
        return self.exclude(state=ReportState.ANSWERED).filter(due_on__lt=timezone.localdate())

    def for_list(self) -> SponsorReportQuerySet:
        """What a list of those that wait shows, the most pressing first; adds `is_overdue`."""
        is_overdue = Case(When(due_on__lt=timezone.localdate(), then=Value(True)), default=Value(False))
        return self.select_related("community").annotate(is_overdue=is_overdue).order_by("due_on", "pk")

    def for_page(self) -> SponsorReportQuerySet:
        """What the page of a report names."""
        return self.select_related("community__sponsor__unit", "sent_by", "answered_by")


class SponsorReport(models.Model):
    """One page on a community for its sponsor, who says whether to continue, correct or close. Propositions 41, 43."""

    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, related_name="sponsor_reports")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    state = models.CharField(_("state"), max_length=20, choices=ReportState, default=ReportState.PREPARED)
    # The figures as they were read when it was sent; until then they are read each time anew.
    facts: Any = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    word = models.TextField(_("word of the animators"), max_length=WORD_MAX, blank=True)
    # Raised at each writing: a second animator is shown what the first wrote instead of overwriting it.
    version = models.PositiveIntegerField(default=1)
    # Until when whoever has it now is expected to do their part, and when they were last reminded.
    due_on = models.DateField(_("before"))
    chased_at = models.DateTimeField(null=True)
    prepared_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    answer = models.CharField(_("answer"), max_length=20, choices=ReportAnswer, blank=True)
    answer_word = models.TextField(_("word of the sponsor"), max_length=WORD_MAX, blank=True)
    answered_at = models.DateTimeField(null=True)
    # Who answered in fact: the sponsor or the deputy of that day.
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = SponsorReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report to the sponsor")
        ordering = ["-ends_on", "-pk"]
        constraints = [
            # The daily task, run twice or by two workers, would otherwise ask for the same page twice.
            models.UniqueConstraint(fields=["community", "starts_on"], name="one_report_a_period"),
            # Two pages to write at once would leave the animators to guess which one is read.
            models.UniqueConstraint(
                fields=["community"], condition=Q(state=ReportState.PREPARED), name="one_report_to_write"
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.ANSWERED, answered_at__isnull=False) & ~Q(answer="")
                | ~Q(state=ReportState.ANSWERED) & Q(answered_at__isnull=True, answer=""),
                name="an_answered_report_has_an_answer",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=~Q(state="answered"), name="reports_that_wait")]

    def __str__(self) -> str:
        return f"{self.community}, {self.starts_on:%Y-%m-%d} – {self.ends_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("communities:report_detail", args=[self.community.slug, self.pk])

    @property
    def is_prepared(self) -> bool:
        return self.state == ReportState.PREPARED

    @property
    def is_sent(self) -> bool:
        return self.state == ReportState.SENT

    @property
    def is_answered(self) -> bool:
        return self.state == ReportState.ANSWERED

    def is_late(self, today: date) -> bool:
        """Whether its day has passed while somebody still has their part to do."""
        return not self.is_answered and self.due_on < today
