from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase

from communities.enums import (
    WORK_KINDS,
    CaseState,
    CommunityKind,
    Joining,
    LifeStep,
    MembershipState,
    Stage,
    Visibility,
)
from communities.models.charter import Charter
from communities.models.life_question import LifeQuestion
from communities.models.membership import Membership
from communities.models.moderation import Case
from communities.models.roadmap import RoadmapRevision
from core.addresses import address_of
from core.querysets import VisibleQuerySet
from core.text import fold


class CommunityQuerySet(VisibleQuerySet["Community"]):
    """Communities; `visible_to` gives those whose card the person may see."""

    def readable_by(self, user: Any) -> CommunityQuerySet:
        """Communities whose contents the person may read."""
        return self.visible_to(user, "communities.view_community")

    def at_work(self) -> CommunityQuerySet:
        """Those that indicators of work may speak of: extra-professional ones stay out of all of them."""
        return self.filter(kind__in=WORK_KINDS)

    def awake(self) -> CommunityQuerySet:
        """Those that did not fall asleep: what is suggested to people."""
        return self.exclude(question__step=LifeStep.DORMANT, question__next_at__isnull=False)

    def for_list(self) -> CommunityQuerySet:
        """What a list of communities shows."""
        return self.select_related("unit", "cover")

    def with_counts(self) -> CommunityQuerySet:
        """Adds `member_count`, `external_count` and `request_count`, of people whose account is open.

        And `case_count`, the cases of moderation to decide, and `charter_number`, 0 where it is that of the kind.
        """
        people = Membership.objects.current().filter(community=OuterRef("pk"))
        members = people.members()
        charters = Charter.objects.filter(community=OuterRef("pk")).order_by("-number")
        return self.annotate(
            member_count=_count(members),
            external_count=_count(members.filter(person__is_external=True)),
            request_count=_count(people.filter(state=MembershipState.REQUESTED)),
            case_count=_count(Case.objects.filter(community=OuterRef("pk"), state=CaseState.OPEN)),
            charter_number=Coalesce(Subquery(charters.values("number")[:1]), 0),
        )

    def for_page(self) -> CommunityQuerySet:
        """What the band of a community's page shows, in one query."""
        return self.select_related("unit", "cover", "question").with_counts()

    def with_roadmap(self) -> CommunityQuerySet:
        """Adds `roadmap_now`, what the roadmap says (`communities.roadmap_content`) or None; without another query."""
        revisions = RoadmapRevision.objects.filter(roadmap__community=OuterRef("pk")).order_by("-number")
        return self.annotate(roadmap_now=Subquery(revisions.values("snapshot")[:1]))


def _count(rows: QuerySet[Any]) -> Coalesce:
    by_community = rows.order_by().values("community").annotate(count=Count("pk"))
    return Coalesce(Subquery(by_community.values("count")), 0)


class Tag(TagBase):
    """A subject that communities share."""

    class Meta:
        verbose_name = _("tag")

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Without accents, so that « ecologie » finds « Écologie »."""
        base = fold(tag).replace(" ", "-")[:80] or "tag"
        return base if i is None else f"{base}-{i}"


class CommunityTag(ItemBase):
    """A community is about a subject."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="communities")
    content_object = models.ForeignKey("communities.Community", on_delete=models.CASCADE)


class Community(models.Model):
    """People gathered around a purpose, with rules on who sees it, who joins and who leads. Propositions 37, 50."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(max_length=110, unique=True)
    purpose = models.CharField(_("purpose"), max_length=300)
    description = models.TextField(_("presentation"), blank=True)
    welcome = models.TextField(_("welcome message"), blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=CommunityKind)
    visibility = models.CharField(_("visibility"), max_length=20, choices=Visibility, default=Visibility.LISTED)
    joining = models.CharField(_("way of joining"), max_length=20, choices=Joining, default=Joining.OPEN)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.PREPARATION)
    is_pilot = models.BooleanField(_("pilot community"), default=False)
    unit = models.ForeignKey(
        "accounts.Unit",
        # A unit that owns communities cannot go before they have another owner.
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="communities",
        verbose_name=_("owning unit"),
    )
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # An account is closed, not deleted; the community then waits for another sponsor.
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sponsored_communities",
        verbose_name=_("sponsor"),
    )
    # The community manager who helps its animators.
    accompanied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="accompanied_communities",
        verbose_name=_("accompanied by"),
    )
    # Whom the opening is told to; who may come in is said by access and grants.
    meant_for = models.ManyToManyField(
        "accounts.Unit", blank=True, related_name="communities_meant_for", verbose_name=_("meant for")
    )
    ends_on = models.DateField(_("end of the project"), null=True, blank=True)
    allows_partners = models.BooleanField(_("open to external partners"), default=False)
    cover = models.ForeignKey("core.Image", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    tags = TaggableManager(_("tags"), through=CommunityTag, blank=True)
    search_key = models.CharField(max_length=500, editable=False, db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # A community outlives the account that made it.
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    stage_changed_at = models.DateTimeField(auto_now_add=True)
    # When its team read again, before the opening, who would see it; a change of access asks it anew.
    access_read_at = models.DateTimeField(null=True, editable=False)
    # Since when nobody leads it; the community managers look for somebody.
    orphaned_at = models.DateTimeField(null=True, editable=False)
    # Raised at each change of settings: a second editor is told instead of winning.
    version = models.PositiveIntegerField(default=1)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("community")
        ordering = ["name"]
        permissions = [("join_community", "Can find the community and join it without asking")]
        constraints = [
            # A confidential community that one could ask to join would have to be shown to be asked.
            models.CheckConstraint(
                condition=~Q(visibility=Visibility.CONFIDENTIAL) | Q(joining=Joining.INVITATION),
                name="confidential_is_by_invitation",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_keys()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address_of("communities:community_detail", self.slug)

    def set_keys(self) -> None:
        """Works out what finding reads; bulk writers call it themselves."""
        self.search_key = fold(f"{self.name} {self.purpose}")[:500]

    @property
    def is_work(self) -> bool:
        """Whether indicators of work may speak of it."""
        return self.kind in WORK_KINDS

    @property
    def asked(self) -> LifeQuestion | None:
        """The question of its usefulness that waits for an answer."""
        question = getattr(self, "question", None)
        return question if question is not None and question.is_waiting else None

    @property
    def is_dormant(self) -> bool:
        """Whether it fell asleep: open still, and no longer suggested."""
        return self.asked is not None and self.asked.step == LifeStep.DORMANT

    @property
    def access_in_words(self) -> Any:
        """The access as one reads it in the band of the community."""
        if self.visibility == Visibility.CONFIDENTIAL:
            return _("Confidential")
        return Joining(self.joining).label


class FormerSlug(models.Model):
    """An address that a community had before it changed its name; it still leads there."""

    slug = models.SlugField(max_length=110, unique=True)
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug


class CommunityGroupObjectPermission(GroupObjectPermissionBase):
    """A grant to a unit's group; it goes with the community."""

    content_object = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="group_grants")


class CommunityUserObjectPermission(UserObjectPermissionBase):
    """A grant to one person; it goes with the community."""

    content_object = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="user_grants")
