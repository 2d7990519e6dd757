"""External partners: what was asked for them, who is about to leave, who waits for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from communities import events as community_events
from communities.actions.partners import end_of
from communities.enums import MembershipState, RequestState
from communities.models import Community, Membership, PartnerRequest
from core.events import Event
from core.models import AuditEntry
from rse.demo.communities import Place
from rse.demo.moments import Clock
from rse.demo.people import People
from rse.demo.texts import read_list, typeset


def write(places: list[Place], people: People, clock: Clock) -> None:
    """Every partner who takes part was asked for by an animator, approved, and comes for a time."""
    stays = {(row["community"], row["person"]): row for row in read_list("partners.toml", "stay")}
    for place in places:
        partners = [row for row in place.memberships.values() if row.person.is_external and _takes_part(row)]
        if partners:
            place.community.allows_partners = True
            Community.objects.filter(pk=place.community.pk).update(allows_partners=True)
        for membership in partners:
            _settle(place, membership, stays.get((place.slug, membership.person.handle), {}), people, clock)
    _write_waiting(places, people, clock)


def _takes_part(membership: Membership) -> bool:
    return membership.state == MembershipState.MEMBER


def _settle(place: Place, membership: Membership, stay: dict[str, Any], people: People, clock: Clock) -> None:
    person, joined_at = membership.person, membership.joined_at or clock.now
    last_day: date = person.ends_on or clock.now.date()
    if "days" in stay:
        last_day = timezone.localtime(clock.now).date() + timedelta(days=stay["days"])
        membership.warned_days = stay["warned"]
    membership.ends_at = end_of(last_day)
    membership.save(update_fields=["ends_at", "warned_days"])
    asked_at = joined_at - timedelta(days=2)
    request = PartnerRequest.objects.create(
        community=place.community,
        email=person.email,
        name=person.full_name,
        organisation=person.organisation,
        reason=typeset(stay.get("reason", "Nous travaillons sur le même sujet, avec les mêmes usagers.")),
        last_day=last_day,
        person=person,
        requested_by=people[place.row["animators"][0]],
        requested_at=asked_at,
        state=RequestState.APPROVED,
        decided_by=people["denis-ferrand"],
        decided_at=asked_at + timedelta(hours=20),
    )
    _audit(request, asked_at + timedelta(hours=20))


def _write_waiting(places: list[Place], people: People, clock: Clock) -> None:
    communities = {place.slug: place.community for place in places}
    for row in read_list("partners.toml", "asked"):
        PartnerRequest.objects.create(
            community=communities[row["community"]],
            email=row["email"],
            name=row["name"],
            organisation=typeset(row["organisation"]),
            reason=typeset(row["reason"]),
            last_day=timezone.localtime(clock.now).date() + timedelta(days=row["days"]),
            requested_by=people[row["by"]],
            requested_at=clock.ago(row["ago"]),
        )


def _audit(request: PartnerRequest, at: datetime) -> None:
    AuditEntry.objects.create(
        actor=request.decided_by,
        verb="communities.partner_approved",
        target=request.community,
        target_label=str(request.community)[:200],
        at=at,
        data={"request": request.pk, "last_day": request.last_day.isoformat()},
    )


def happenings(place: Place, clock: Clock) -> Iterator[tuple[datetime, Event]]:
    """What of it is news today."""
    for request in PartnerRequest.objects.waiting().filter(community=place.community).order_by("pk"):
        event = community_events.PartnerRequested(request_id=request.pk, actor_id=request.requested_by_id)
        yield request.requested_at, event
    near = Membership.objects.filter(community=place.community, warned_days__isnull=False)
    for membership in near.order_by("pk"):
        if membership.ends_at:
            last_day = timezone.localtime(membership.last_moment).date()
            yield (
                membership.ends_at - timedelta(days=membership.warned_days or 0),
                community_events.MembershipEnding(
                    community_id=place.community.pk, person_id=membership.person_id, last_day=last_day.isoformat()
                ),
            )
