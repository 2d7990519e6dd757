"""The address at which a person's calendar reads the milestones of their communities."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import User
from communities.models import CalendarToken, Community, Membership, Milestone
from communities.models.roadmap import LIVING_STAGES
from communities.roadmaps import due_of
from core.actions.audit import record_audit

# What is older is of no use in a calendar; what comes beyond is too far to be dated well.
BACK, AHEAD = timedelta(days=180), timedelta(days=730)
ENTRIES_MAX = 1000
REFRESH = timedelta(hours=6)


@transaction.atomic
def renew_calendar(*, actor: User) -> str:
    """Gives the secret of a new address; the one before answers no more. It is told once and kept nowhere; audited."""
    # One row a person is held: two clicks at once would otherwise both leave a live address.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    _revoke(actor)
    secret = secrets.token_urlsafe(32)
    CalendarToken.objects.create(person=actor, digest=digest_of(secret))
    record_audit(actor=actor, verb="communities.calendar_renewed", target=actor)
    return secret


@transaction.atomic
def revoke_calendar(*, actor: User) -> None:
    """Makes the address of a person's calendar answer no more; audited."""
    if _revoke(actor):
        record_audit(actor=actor, verb="communities.calendar_revoked", target=actor)


def _revoke(person: User) -> int:
    return CalendarToken.objects.filter(person=person, revoked_at=None).update(revoked_at=timezone.now())


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def owner_of_calendar(secret: str) -> User | None:
    """Whose calendar the secret opens; nobody's where it is wrong or revoked, or where the account is closed."""
    found = CalendarToken.objects.filter(digest=digest_of(secret), revoked_at=None).select_related("person").first()
    return found.person if found and found.person.is_current else None


def calendar_of(person: User, community: Community | None = None) -> bytes:
    """The milestones that the person may read at this moment, as iCalendar; of one community, or of all of theirs.

    Theirs are those they belong to, and those they sponsor.
    """
    mine = Membership.objects.members().filter(person=person).values("community")
    readable = Community.objects.visible_to(person, "communities.view_roadmap").filter(stage__in=LIVING_STAGES)
    own = readable.filter(pk__in=mine) | readable.filter(sponsor__in=person.decides_for)
    if community is not None:
        own = own.filter(pk=community.pk)
    today = timezone.localdate()
    rows = Milestone.objects.filter(roadmap__community__in=own.values("pk"))
    rows = rows.filter(due_on__gte=today - BACK, due_on__lte=today + AHEAD).by_date()
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SERVICE_NAME}//RSE//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = _("Milestones: %(community)s") % {"community": community.name} if community else _("Milestones")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for milestone in rows.select_related("roadmap__community", "owner")[:ENTRIES_MAX]:
        calendar.add_component(_entry(milestone))
    written: bytes = calendar.to_ical()
    return written


def _entry(milestone: Milestone) -> Event:
    community: Any = milestone.roadmap.community
    day = milestone.due_on
    assert day is not None  # noqa: S101
    address = f"{settings.BASE_URL}{community.get_absolute_url()}roadmap/#milestone-{milestone.uid}"
    entry = Event()
    # The same for as long as the milestone is spoken of: a calendar moves it instead of doubling it.
    entry.add("uid", f"{milestone.uid}@{settings.BASE_URL.split('://')[-1].split('/')[0].split(':')[0]}")
    entry.add("dtstamp", milestone.roadmap.changed_at)
    entry.add("last-modified", milestone.roadmap.changed_at)
    entry.add("sequence", milestone.roadmap.version)
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    done = _("Done: %(milestone)s") % {"milestone": milestone.title}
    entry.add("summary", done if milestone.is_done else milestone.title)
    lines = [community.name, due_of(day, milestone.done_on, timezone.localdate()).words]
    if milestone.owner:
        lines.append(_("In charge: %(person)s") % {"person": milestone.owner.full_name})
    lines += [milestone.note] if milestone.note else []
    entry.add("description", "\n".join([*lines, address]))
    entry.add("url", address)
    entry.add("categories", [community.name])
    # A day on which something is due does not make anybody busy.
    entry.add("transp", "TRANSPARENT")
    return entry
