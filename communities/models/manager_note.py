from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ManagerNoteQuerySet(models.QuerySet["ManagerNote"]):
    """Notes between community managers."""

    def on_community(self, community: Any) -> ManagerNoteQuerySet:
        """Those on a community and on the proposal that it came of, newest first."""
        either = Q(community=community) | Q(proposal__community=community)
        return self.filter(either).select_related("author__photo")

    def on_proposal(self, proposal: Any) -> ManagerNoteQuerySet:
        """Those on what is proposed, newest first."""
        return self.filter(proposal=proposal).select_related("author__photo")


class ManagerNote(models.Model):
    """What community managers tell each other about a community, or about what is proposed. Proposition 49.

    Nobody else reads it; one written on a proposal stays beside the community that came of it.
    """

    community = models.ForeignKey(
        "communities.Community", on_delete=models.CASCADE, null=True, blank=True, related_name="manager_notes"
    )
    proposal = models.ForeignKey(
        "communities.Proposal", on_delete=models.CASCADE, null=True, blank=True, related_name="manager_notes"
    )
    # The account of who wrote it may be closed: the note stays, with their name.
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("note"), max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ManagerNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(community__isnull=False, proposal=None) | Q(community=None, proposal__isnull=False),
                name="manager_note_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
