from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q

from accounts.enums import STEERING_ROLES
from accounts.models import RoleGrant
from communities.enums import RequestState
from communities.models import Membership, PartnerRequest
from core.policies import EVERYTHING, NOTHING, Policy, Standing, allow

WAITING = (RequestState.WAITING,)


def _steers(user: Any) -> bool:
    return bool(user.is_agent and user.platform_roles & STEERING_ROLES)


def _those_who_steer() -> Q:
    grants = RoleGrant.objects.active().filter(role__in=STEERING_ROLES)
    return Q(is_external=False, pk__in=grants.values("person"))


class PartnerRequestPolicy(Policy[PartnerRequest]):
    """Asked by the animators of a community, answered by who steers, never by whoever asked. Proposition 38."""

    model = PartnerRequest
    reading = "communities.view_partner_request"
    table: ClassVar = {
        "communities.view_partner_request": (allow("animator", "steering"),),
        "communities.decide_partner_request": (allow("other_steering", state=WAITING),),
        "communities.withdraw_partner_request": (allow("animator", state=WAITING),),
    }
    standings: ClassVar = {
        "animator": Standing(
            holds=lambda facts: facts["animates"],
            objects=lambda user: Q(
                community__in=Membership.objects.animators().filter(person=user).values("community")
            ),
            people=lambda request: Q(
                pk__in=Membership.objects.animators().filter(community=request.community_id).values("person")
            ),
        ),
        "steering": Standing(
            holds=lambda facts: facts["steers"],
            objects=lambda user: EVERYTHING if _steers(user) else NOTHING,
            people=lambda request: _those_who_steer(),
        ),
        "other_steering": Standing(
            holds=lambda facts: facts["steers"] and not facts["asked"],
            objects=lambda user: ~Q(requested_by=user) if _steers(user) else NOTHING,
            people=lambda request: _those_who_steer() & ~Q(pk=request.requested_by_id),
        ),
    }

    def facts(self, user: Any, objects: list[PartnerRequest]) -> Mapping[Any, Any]:
        places = {request.community_id for request in objects}
        rows = Membership.objects.animators().filter(person=user, community__in=places)
        animated = set(rows.values_list("community", flat=True))
        steers = _steers(user)
        return {
            request.pk: {
                "animates": request.community_id in animated,
                "steers": steers,
                "asked": request.requested_by_id == user.pk,
            }
            for request in objects
        }
