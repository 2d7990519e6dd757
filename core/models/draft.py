from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from core import richtext
from core.draft_kinds import ORDINARY, DraftKind, draft_kind_of
from core.querysets import VisibleQuerySet

# What a draft is called in a list: the first of these fields that holds something.
NAMING_FIELDS = ("title", "name", "subject", "body", "text")


class DraftQuerySet(VisibleQuerySet["Draft"]):
    """What people were writing."""

    def of_kind(self, name: str) -> DraftQuerySet:
        """Those of one sort of form, by the name under which it is registered."""
        return self.filter(place__startswith=f"{name}:")


class Draft(models.Model):
    """What a person was writing somewhere, saved as they type; one a person and place."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    # The form it belongs to, as `community:12:post`; opaque to everyone but that form.
    place = models.CharField(max_length=120)
    # Where the form stands, to go back to it from "My drafts".
    address = models.CharField(max_length=300)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)
    # When the person was told that it will go; empty again once they write on.
    warned_at = models.DateTimeField(null=True, editable=False)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        constraints = [
            # Two tabs that save at once would otherwise leave two drafts, one of them never given back.
            models.UniqueConstraint(fields=["person", "place"], name="one_draft_a_person_and_place"),
        ]

    def __str__(self) -> str:
        texts = (str(self.data.get(name, "")) for name in NAMING_FIELDS)
        return next((found for text in texts if (found := richtext.excerpt(text, 80))), self.place)

    @property
    def kind(self) -> DraftKind:
        """How it is kept."""
        return draft_kind_of(self.place)

    @property
    def saved_in_words(self) -> str:
        """When it was saved, and for how long it is kept where that is less than usual."""
        hour = format_date(timezone.localtime(self.updated_at), _("g:i a"))
        if self.kind == ORDINARY:
            return _("Draft saved at %(time)s") % {"time": hour}
        if self.updated_at < timezone.now() - timedelta(hours=12):
            day = format_date(timezone.localtime(self.goes_at), "j F")
            return _("Draft kept until %(day)s") % {"day": day}
        return _("Draft saved at %(time)s, kept for %(days)d days") % {"time": hour, "days": self.kind.days}

    @property
    def goes_at(self) -> datetime:
        """The moment from which on it is removed, unless the person writes on."""
        return self.updated_at + timedelta(days=self.kind.days)
