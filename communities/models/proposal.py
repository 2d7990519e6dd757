from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.enums import (
    OPEN_PROPOSAL_STATES,
    CommunityKind,
    Joining,
    ProposalState,
    ProposalVerb,
    Visibility,
)
from core.draft_kinds import DraftKind
from core.querysets import VisibleQuerySet

# What the person proposes; everything else on a proposal says what became of it.
CONTENT = (
    "name", "purpose", "description", "kind", "visibility", "joining", "meant_for", "unit", "tags", "ends_on",
    "animators", "sponsor", "roadmap", "difference",
)  # fmt: skip
# What the place of a draft of a proposal begins with, and how it is kept.
PROPOSAL_DRAFT = "proposal"
DRAFT_KIND = DraftKind(days=30, warns=7, has_parts=True)
# Below this many proposals a usual duration would be that of somebody in particular.
USUAL_MIN = 5
# How many of the newest say what is usual.
USUAL_OF = 60


class ProposalQuerySet(VisibleQuerySet["Proposal"]):
    """Communities that are proposed."""

    def open(self) -> ProposalQuerySet:
        """Those that wait for somebody."""
        return self.filter(state__in=OPEN_PROPOSAL_STATES)

    def for_list(self) -> ProposalQuerySet:
        """What a list of proposals shows."""
        people = ("proposed_by__unit", "proposed_by__photo", "sponsor", "accompanied_by")
        return self.select_related(*people, "unit").order_by("state_changed_at", "pk")

    def for_page(self) -> ProposalQuerySet:
        """What the page of a proposal shows, in a fixed number of queries."""
        people = Prefetch("animators", User.objects.select_related("unit", "photo").order_by("sort_key", "pk"))
        steps = Prefetch("steps", ProposalStep.objects.select_related("actor__photo", "on_behalf_of"))
        related = ("proposed_by__unit", "proposed_by__photo", "sponsor", "accompanied_by")
        rows = self.select_related(*related, "unit", "community", "previous")
        return rows.prefetch_related(people, steps, "meant_for")


class Proposal(models.Model):
    """A community that an agent proposes: apart from communities, so that nothing of it shows before a sponsor
    validates it. Propositions 43, 48, 49.
    """

    name = models.CharField(_("name"), max_length=100)
    purpose = models.CharField(_("purpose"), max_length=300)
    description = models.TextField(_("presentation"), blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=CommunityKind)
    visibility = models.CharField(_("visibility"), max_length=20, choices=Visibility, default=Visibility.LISTED)
    joining = models.CharField(_("way of joining"), max_length=20, choices=Joining, default=Joining.OPEN)
    meant_for = models.ManyToManyField("accounts.Unit", blank=True, related_name="+", verbose_name=_("meant for"))
    unit = models.ForeignKey(
        "accounts.Unit",
        # As for communities: a unit does not go before what it owns has another owner.
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owning unit"),
    )
    tags = models.JSONField(_("subjects"), default=list, blank=True)
    ends_on = models.DateField(_("end of the project"), null=True, blank=True)
    animators: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="proposed_to_animate", verbose_name=_("animators")
    )
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # An account is closed, not deleted; the proposer then chooses another sponsor.
        on_delete=models.SET_NULL,
        null=True,
        related_name="proposals_to_sponsor",
        verbose_name=_("sponsor"),
    )
    # The shape of a roadmap's content: ways, objectives, milestones, communication.
    roadmap = models.JSONField(_("first roadmap"), default=dict, blank=True)
    difference = models.TextField(_("how it differs from near communities"), max_length=600, blank=True)
    # Near communities at the moment of sending, hidden ones too: ids and scores, shown to each as far as they see them.
    matches = models.JSONField(default=list, editable=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proposals")
    accompanied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="accompanied_proposals",
        verbose_name=_("accompanied by"),
    )
    # The refused or withdrawn proposal that this one takes up.
    previous = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="next_tries")
    state = models.CharField(
        _("state"), max_length=20, choices=ProposalState, default=ProposalState.CHECKING, editable=False
    )
    state_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Raised at each change of what is proposed: whoever decides, decides on what they read.
    version = models.PositiveIntegerField(default=1, editable=False)
    community = models.OneToOneField(
        "communities.Community", on_delete=models.SET_NULL, null=True, editable=False, related_name="proposal"
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal of a community")
        indexes = [models.Index(fields=["state", "state_changed_at"], name="proposals_that_wait")]
        constraints = [
            # The same rule as for communities: it must be possible to found what was validated.
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.CONFIDENTIAL) | Q(joining=Joining.INVITATION),
                name="confidential_proposal_by_invitation",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("communities:proposal_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return self.state in OPEN_PROPOSAL_STATES

    @property
    def access_in_words(self) -> Any:
        """The access as one reads it on the page of a community."""
        if self.visibility == Visibility.CONFIDENTIAL:
            return _("Confidential")
        return Joining(self.joining).label


class ProposalStepQuerySet(models.QuerySet["ProposalStep"]):
    """What happened to proposals."""

    def usual_waits(self) -> dict[ProposalState, timedelta]:
        """How long proposals usually wait in a state before somebody moves them: medians, where enough have."""
        newest = Proposal.objects.order_by("-pk").values("pk")[:USUAL_OF]
        rows = (
            self.filter(proposal__in=list(newest.values_list("pk", flat=True)))
            .order_by("proposal", "at", "pk")
            .values_list("proposal", "at", "old", "new")
        )
        waits: dict[ProposalState, list[timedelta]] = {}
        since: dict[int, Any] = {}
        for proposal, at, old, new in rows:
            if old == new:
                continue
            if old and proposal in since:
                waits.setdefault(ProposalState(old), []).append(at - since[proposal])
            since[proposal] = at
        return {
            state: timedelta(seconds=median(wait.total_seconds() for wait in found))
            for state, found in waits.items()
            if len(found) >= USUAL_MIN
        }


class ProposalStep(models.Model):
    """One dated step in the life of a proposal: who, in whose place, from where to where, with what word."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(default=timezone.now)
    # Empty where the system acted.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    # The sponsor for whom a deputy acted.
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=20, choices=ProposalVerb)
    old = models.CharField(max_length=20, choices=ProposalState, blank=True)
    new = models.CharField(max_length=20, choices=ProposalState)
    word = models.TextField(_("a word"), max_length=2000, blank=True)

    objects = ProposalStepQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.verb} {self.proposal_id}"


def step_of(steps: Iterable[ProposalStep], *verbs: ProposalVerb) -> ProposalStep | None:
    """The last of these steps that was taken, among steps already loaded in order."""
    found = None
    for step in steps:
        if step.verb in verbs:
            found = step
    return found
