"""What narrows and orders the directory of communities."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from communities.enums import CommunityKind, Joining, Visibility
from communities.models import Activity, Community, Membership
from core.policies import policy_for
from core.text import fold

MINE, NEAR = "mine", "near"
LIVELY, BY_NAME, NEWEST = "lively", "name", "newest"
# The levels that the directory offers to filter by: ministry and direction; a service comes by its own page.
LEVELS = 2


def units_with_communities(user: Any, chosen: str = "") -> QuerySet[Unit]:
    """Ministries and directions under which the person finds a community, and the unit already chosen."""
    below = Community.objects.visible_to(user).filter(unit__isnull=False)
    width = Unit.steplen
    prefixes = Q()
    for depth in range(1, LEVELS + 1):
        paths = below.annotate(prefix=Substr("unit__path", 1, width * depth)).values("prefix")
        prefixes |= Q(path__in=paths, depth=depth)
    named = Unit.objects.visible_to(user).filter(slug=chosen)
    units: QuerySet[Unit] = Unit.objects.filter(prefixes | Q(pk__in=named.values("pk"))).order_by("path")
    return units


class CommunityFilter(django_filters.FilterSet):
    """Search, scope, kind, unit with what is below it, access, order."""

    q = django_filters.CharFilter(method="find", label=_("Name, subject, keyword"))
    scope = django_filters.ChoiceFilter(
        method="within", choices=[(MINE, _("Mine")), (NEAR, _("Near my service"))], empty_label=_("All")
    )
    kind = django_filters.ChoiceFilter(choices=CommunityKind.choices, empty_label=_("Kind"), label=_("Kind"))
    unit = django_filters.ChoiceFilter(method="below", empty_label=_("Direction"), label=_("Direction"))
    access = django_filters.ChoiceFilter(
        method="by_access",
        choices=[*Joining.choices, (Visibility.CONFIDENTIAL.value, Visibility.CONFIDENTIAL.label)],
        empty_label=_("Access"),
        label=_("Access"),
    )
    sort = django_filters.ChoiceFilter(
        method="keep",
        choices=[
            (LIVELY, _("Sort: the most lively")),
            (BY_NAME, _("Sort: by name")),
            (NEWEST, _("Sort: the newest")),
        ],
        empty_label=None,
        label=_("Order"),
    )

    class Meta:
        model = Community
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any, *, user: Any, **kwargs: Any) -> None:
        super().__init__(data, queryset=Community.objects.visible_to(user), **kwargs)
        self.user = user
        # Read once: a choice of models would be asked for by the template, and again to check what was chosen.
        self.units = {unit.slug: unit for unit in units_with_communities(user, data.get("unit", ""))}
        self.filters["unit"].extra["choices"] = [(unit.slug, unit.name) for unit in self.units.values()]

    def find(self, queryset: QuerySet[Community], name: str, value: str) -> QuerySet[Community]:
        """Every word in the name, the purpose or a subject, accents and case apart."""
        for word in fold(value).split()[:8]:
            tagged = Community.tags.through.objects.filter(tag__slug__contains=word).values("content_object")
            queryset = queryset.filter(Q(search_key__contains=word) | Q(pk__in=tagged))
        return queryset

    def within(self, queryset: QuerySet[Community], name: str, value: str) -> QuerySet[Community]:
        """Where one is a member; or what one's direction carries and one's colleagues joined."""
        if value == MINE:
            return queryset.filter(pk__in=Membership.objects.members().filter(person=self.user).values("community"))
        unit = self.user.unit
        if unit is None:
            return queryset.none()
        direction = unit.path[: Unit.steplen * LEVELS]
        seen = Community.objects.visible_to(self.user, "communities.view_members")
        joined = Membership.objects.members().current().filter(person__unit=unit, community__in=seen.values("pk"))
        return queryset.filter(Q(unit__path__startswith=direction) | Q(pk__in=joined.values("community")))

    def below(self, queryset: QuerySet[Community], name: str, value: str) -> QuerySet[Community]:
        """What a unit or one below it carries."""
        return queryset.filter(unit__path__startswith=self.units[value].path)

    def by_access(self, queryset: QuerySet[Community], name: str, value: str) -> QuerySet[Community]:
        """One way of joining among the listed ones, or the confidential ones."""
        if value == Visibility.CONFIDENTIAL:
            return queryset.filter(visibility=value)
        return queryset.filter(joining=value, visibility=Visibility.LISTED)

    def keep(self, queryset: QuerySet[Community], name: str, value: str) -> QuerySet[Community]:
        """The order is set by `ordered`, after all filters."""
        return queryset

    def ordered(self) -> QuerySet[Community]:
        """The communities found, with `message_count`: the messages of this week that the person may read."""
        queryset: QuerySet[Community] = self.qs.annotate(message_count=_messages_of_week(self.user))
        # By the folded name: a database sorts « Écologie » after « Zones ».
        sort = self.form.cleaned_data.get("sort") or LIVELY
        orders = {LIVELY: ("-message_count", "search_key", "pk"), BY_NAME: ("search_key", "pk"), NEWEST: ("-pk",)}
        return queryset.order_by(*orders[sort])


def _messages_of_week(user: Any) -> Case:
    recent = Activity.objects.entries().filter(community=OuterRef("pk"), at__gte=timezone.now() - timedelta(days=7))
    count = recent.order_by().values("community").annotate(count=Count("pk")).values("count")
    readable = policy_for(Community).objects(user, "communities.view_community")
    return Case(When(readable, then=Coalesce(Subquery(count), 0)), default=0, output_field=IntegerField())
