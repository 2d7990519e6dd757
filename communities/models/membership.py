from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.enums import TEAM_ROLES, MembershipState, Role


def is_lasting() -> Q:
    """The memberships that have not come to their end."""
    return Q(ends_at=None) | Q(ends_at__gt=timezone.now())


class MembershipQuerySet(models.QuerySet["Membership"]):
    """How people stand with communities."""

    def members(self) -> MembershipQuerySet:
        """Members of this moment, whatever their role: a partner's ends at its minute."""
        return self.filter(is_lasting(), state=MembershipState.MEMBER)

    def in_state(self, *states: MembershipState) -> MembershipQuerySet:
        """Those that stand so at this moment: one that came to its end is a member's no more."""
        is_over = Q(state=MembershipState.MEMBER) & ~is_lasting()
        return self.filter(~is_over, state__in=states)

    def speaking(self) -> MembershipQuerySet:
        """Members of this moment who are not suspended from writing."""
        is_heard = Q(suspended_until=None) | Q(suspended_until__lte=timezone.now())
        return self.members().filter(is_heard)

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
    """How one person stands with one community: a single row, moved by the table in `actions/membership`."""

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
    # A partner comes for a time: at this minute the membership no longer counts, whether a task has run or not.
    ends_at = models.DateTimeField(_("end of the participation"), null=True, blank=True)
    # How many days before that end the last warning was given for; a new end warns anew.
    warned_days = models.PositiveSmallIntegerField(null=True, editable=False)
    # Until then a moderated member reads and does not write.
    suspended_until = models.DateTimeField(_("suspended until"), null=True, blank=True)
    # The rule of the charter for which they are, as the composer says it.
    suspended_for = models.CharField(max_length=500, blank=True, default="", db_default="")
    # The version of the charter that the person has seen last.
    charter_seen = models.PositiveIntegerField(default=0, db_default=0)
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
        """Whether the person belongs to the community at this moment."""
        return self.state == MembershipState.MEMBER and not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether the time given to the participation has passed."""
        return self.ends_at is not None and self.ends_at <= timezone.now()

    @property
    def last_moment(self) -> datetime | None:
        """The last moment of a participation bounded in time: on its last day where it ends at midnight."""
        return self.ends_at - timedelta(seconds=1) if self.ends_at else None

    @property
    def standing(self) -> MembershipState:
        """Where the person stands at this moment; a membership that came to its end is as one that was left."""
        is_ended = self.state == MembershipState.MEMBER and self.is_over
        return MembershipState.LEFT if is_ended else MembershipState(self.state)

    @property
    def is_suspended(self) -> bool:
        """Whether the person may read and not write, for a time."""
        return self.suspended_until is not None and self.suspended_until > timezone.now()
