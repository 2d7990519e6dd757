"""Communities, who belongs to them and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.utils.text import slugify

from accounts.models import User
from communities.actions.words import rows_of
from communities.enums import Joining, MembershipState, Role, Stage
from communities.models import Community, CommunityGroupObjectPermission, CommunityTag, CommunityWord, Membership, Tag
from communities.words import words_of
from core.models import AuditEntry
from rse.demo.moments import Clock, share
from rse.demo.people import DOORS, People
from rse.demo.texts import read_list, rich, typeset

# Where nothing is said any more.
CLOSED = (Stage.READ_ONLY, Stage.ARCHIVED)


@dataclass
class Place:
    """A community of the demonstration, while it is written."""

    community: Community
    row: dict[str, Any]
    opened_at: datetime
    # The last moment at which something may have been said.
    ended_at: datetime
    memberships: dict[str, Membership] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.community.slug

    def members(self) -> list[tuple[datetime, User]]:
        """Those who belong today, with the moment at which they joined."""
        rows = self.memberships.values()
        return [(row.joined_at, row.person) for row in rows if row.state == MembershipState.MEMBER and row.joined_at]


@dataclass(frozen=True)
class Span:
    """When each author wrote first in a community, and when it last heard anybody."""

    first: dict[str, datetime]
    last: datetime


def posts_file(row: dict[str, Any]) -> str:
    """Where what is said in a community lies."""
    return f"posts/{row.get('posts', row['slug'])}.toml"


def write(people: People, clock: Clock, spans: dict[str, Span]) -> list[Place]:
    """Writes the communities, their memberships and grants; authors had joined before what they say in `spans`."""
    places = [_place(row, people, clock, spans[row["slug"]]) for row in read_list("communities.toml", "community")]
    Community.objects.bulk_create(place.community for place in places)
    _write_tags(places)
    _write_words(places)
    for place in places:
        _seat(place, people, clock, spans[place.slug].first)
    Membership.objects.bulk_create(
        sorted(
            (row for place in places for row in place.memberships.values()),
            key=lambda row: (row.joined_at or row.changed_at, row.community_id, row.person_id),
        )
    )
    _write_grants(places, people)
    AuditEntry.objects.bulk_create(
        sorted((entry for place in places for entry in _audit(place)), key=lambda entry: entry.at)
    )
    return places


def _place(row: dict[str, Any], people: People, clock: Clock, span: Span) -> Place:
    opened_at = min(span.first.values()) - timedelta(minutes=40)
    ended_at = clock.now
    created_at = opened_at - timedelta(days=6)
    stage_changed_at = opened_at
    if row["stage"] in CLOSED:
        ended_at = stage_changed_at = span.last + timedelta(days=2)
    elif row["stage"] == Stage.PREPARATION:
        stage_changed_at = created_at
    community = Community(
        name=typeset(row["name"]),
        slug=row["slug"],
        purpose=typeset(row["purpose"]),
        description=rich(row["description"]),
        welcome=typeset(row["welcome"]),
        kind=row["kind"],
        visibility=row.get("visibility", "listed"),
        joining=row["joining"],
        stage=row["stage"],
        is_pilot=row.get("pilot", False),
        unit=people.units[row["unit"]],
        created_by=people["denis-ferrand"],
        # The pilots are accompanied closely; the others have found their way.
        accompanied_by=people["denis-ferrand"] if row.get("pilot", False) else None,
        created_at=created_at,
        stage_changed_at=stage_changed_at,
    )
    community.set_keys()
    return Place(community, row, opened_at, ended_at)


def _write_tags(places: list[Place]) -> None:
    names = sorted({typeset(name) for place in places for name in place.row["tags"]})
    tags = {name: Tag(name=name, slug=slugify(name.replace("’", " "))) for name in names}
    Tag.objects.bulk_create(tags.values())
    CommunityTag.objects.bulk_create(
        CommunityTag(tag=tags[typeset(name)], content_object=place.community)
        for place in places
        for name in place.row["tags"]
    )


def _write_words(places: list[Place]) -> None:
    CommunityWord.objects.bulk_create(
        row
        for place in places
        for row in rows_of(
            place.community.pk,
            words_of(place.community.name, place.community.purpose, [typeset(name) for name in place.row["tags"]]),
        )
    )


def _seat(place: Place, people: People, clock: Clock, first_texts: dict[str, datetime]) -> None:
    row = place.row
    for role, key in ((Role.ANIMATOR, "animators"), (Role.MODERATOR, "moderators")):
        for handle in row[key]:
            by = place.community.created_by
            _add(place, people[handle], place.community.created_at, role=role, decided_by=by)
    elsewhere = _write_others(place, people, clock)
    for said in row.get("arrived", []):
        _add(place, people[said["person"]], clock.ago(f"{said['ago']}d 09:15"))
    for handle in [*row["members"], *first_texts]:
        if handle not in place.memberships:
            _add(place, people[handle], _arrival(place, handle, first_texts.get(handle)))
    # Where the nine persons of the sign-in page belong is written by hand, and nowhere else.
    doors = {door.email for door in DOORS}
    for code, part in row.get("from_units", {}).items():
        for person in people.of_unit(code):
            if person.email in doors or person.handle in place.memberships or person.handle in elsewhere:
                continue
            if share(place.slug, person.handle) < part:
                _add(place, person, _arrival(place, person.handle, None))


def _arrival(place: Place, handle: str, before: datetime | None) -> datetime:
    """Most come in the first weeks, then fewer; nobody after their first text."""
    lasted = place.ended_at - place.opened_at
    moment = place.opened_at + lasted * 0.8 * share("arrival", place.slug, handle) ** 2
    return min(moment, before - timedelta(minutes=25)) if before else moment


def _add(place: Place, person: User, at: datetime, **fields: Any) -> Membership:
    values = {"state": MembershipState.MEMBER, "joined_at": at, "changed_at": at} | fields
    if "decided_by" not in values and place.community.joining != Joining.OPEN:
        # They asked or were invited: an animator let them in.
        values["decided_by"] = place.memberships[place.row["animators"][0]].person
    membership = Membership(community=place.community, person=person, **values)
    place.memberships[person.handle] = membership
    return membership


def _write_others(place: Place, people: People, clock: Clock) -> set[str]:
    """Those who asked, were invited, refused, banned, or have left."""
    row = place.row
    for said in row.get("requested", []):
        at = clock.ago(f"{said['ago']}d 11:40")
        _add(place, people[said["person"]], at, state=MembershipState.REQUESTED, joined_at=None, decided_by=None)
        place.memberships[said["person"]].motivation = typeset(said["word"])
    for said in row.get("invited", []):
        at, by = clock.ago(f"{said['ago']}d 09:50"), people[said["by"]]
        _add(place, people[said["person"]], at, state=MembershipState.INVITED, joined_at=None, decided_by=by)
    for said in row.get("refused", []):
        at, by = clock.ago(f"{said['ago']}d 14:10"), people[said["by"]]
        refused = _add(place, people[said["person"]], at, state=MembershipState.REFUSED, joined_at=None, decided_by=by)
        refused.motivation, refused.reason = typeset(said["word"]), typeset(said["reason"])
    for key, state in (("left", MembershipState.LEFT), ("banned", MembershipState.BANNED)):
        for said in row.get(key, []):
            person, at = people[said["person"]], clock.ago(f"{said['ago']}d 17:20")
            gone = _add(place, person, at, state=state, joined_at=place.opened_at + (at - place.opened_at) / 3)
            gone.previous_state, gone.previous_role = MembershipState.MEMBER, Role.MEMBER
            gone.reason = typeset(said.get("reason", ""))
            gone.decided_by = people[said.get("by", said["person"])]
    return set(place.memberships)


def _write_grants(places: list[Place], people: People) -> None:
    permissions = {
        permission.codename: permission
        for permission in Permission.objects.filter(
            content_type__app_label="communities", content_type__model="community"
        )
    }
    CommunityGroupObjectPermission.objects.bulk_create(
        CommunityGroupObjectPermission(
            permission=permissions[grant["permission"]],
            group=people.units[grant["unit"]].group,
            content_object=place.community,
        )
        for place in places
        for grant in place.row.get("grants", [])
    )


def _audit(place: Place) -> Iterable[AuditEntry]:
    """What the acts of consequence of a community's life leave to be read."""
    community, denis = place.community, place.community.created_by
    animator = place.memberships[place.row["animators"][0]].person

    def entry(verb: str, actor: User | None, at: datetime, **data: Any) -> AuditEntry:
        label = str(community)[:200]
        return AuditEntry(actor=actor, verb=verb, target=community, target_label=label, at=at, data=data)

    yield entry("communities.created", denis, community.created_at)
    for membership in place.memberships.values():
        if membership.role == Role.ANIMATOR:
            change = {"person": membership.person_id, "old": "", "new": Role.ANIMATOR.value}
            yield entry("communities.role_changed", denis, community.created_at, **change)
        elif membership.role == Role.MODERATOR:
            change = {"person": membership.person_id, "old": Role.MEMBER.value, "new": Role.MODERATOR.value}
            yield entry("communities.role_changed", animator, community.created_at + timedelta(hours=2), **change)
        elif membership.state == MembershipState.BANNED:
            why = {"person": membership.person_id, "reason": membership.reason}
            yield entry("communities.banned", membership.decided_by, membership.changed_at, **why)
    for grant in place.row.get("grants", []):
        yield entry("communities.access_granted", animator, community.created_at + timedelta(hours=3), **grant)
    if community.stage != Stage.PREPARATION:
        yield entry("communities.stage_changed", animator, place.opened_at, old="preparation", new="open")
    if community.stage in CLOSED:
        yield entry("communities.stage_changed", animator, place.ended_at, old="open", new=community.stage)
