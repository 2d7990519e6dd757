from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.enums import TEAM_ROLES, MembershipState, Role


class MembershipQuerySet(models.QuerySet["Membership"]):
    """How people stand with communities."""

    def members(self) -> MembershipQuerySet:
        """Members of today, whatever their role."""
        return self.filter(state=MembershipState.MEMBER)

    def current(self) -> MembershipQuerySet:
        """Those of people whose account is open today: the others are in no count and no list."""
        is_open = Q(person__ends_on=None) | Q(person__ends_on__gte=timezone.localdate())
        return self.filter(is_open, person__is_active=True)

    def team(self) -> MembershipQuerySet:
        """Moderators and animators of today."""
        return self.members().filter(role__in=TEAM_ROLES)

    def animators(self) -> MembershipQuerySet:
        """Animators of today."""
        return self.members().filter(role=Role.ANIMATOR)


class Membership(models.Model):
    """How one person stands with one community: a single row, moved by the state machine of `actions/membership`."""

    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    state = models.CharField(max_length=20, choices=MembershipState)
    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    # Why the person asks to come in, and why they were refused, removed or banned.
    motivation = models.CharField(_("a word to the animators"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    joined_at = models.DateTimeField(null=True)
    # What stood before the last leaving, removal or ban, for the undo.
    previous_state = models.CharField(max_length=20, choices=MembershipState, blank=True)
    previous_role = models.CharField(max_length=20, choices=Role, blank=True)
    # The newest entry of the feed that the person has seen; what is above is unread.
    seen_entry_id = models.BigIntegerField(default=0)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two clicks on "join" would otherwise make two memberships and count one person twice.
            models.UniqueConstraint(fields=["community", "person"], name="one_membership_a_person"),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="membership_of_person"),
            models.Index(fields=["community", "state", "role"], name="membership_of_community"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} – {self.community_id}: {self.state}"

    @property
    def is_member(self) -> bool:
        return self.state == MembershipState.MEMBER
