"""Units, agents, partners and the roles that they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import Model

from accounts.actions.people import handle_base
from accounts.directory_import.run import import_directory
from accounts.models import Invitation, RoleGrant, Unit, User
from core.models import AuditEntry
from core.system import SYSTEM
from rse.demo.moments import Clock, share
from rse.demo.texts import DATA, read_list, typeset

PASSWORD: Final = "demo"  # noqa: S105 - said on the sign-in page, in demonstration mode only


@dataclass(frozen=True)
class Door:
    """One person that the sign-in page offers to come in as."""

    email: str
    who: str
    what: str


# In the order of the sign-in page.
DOORS: Final = (
    Door("agent@demo.example", "Claire, agente", "trois communautés"),
    Door("ambassadrice@demo.example", "Amélie, ambassadrice", "représente son service"),
    Door("animateur@demo.example", "Lucie, animatrice", "anime deux communautés"),
    Door("gestionnaire@demo.example", "Denis, gestionnaire", "accompagne les communautés"),
    Door("sponsor@demo.example", "Hélène, sponsor", "directrice adjointe"),
    Door("cheffe@demo.example", "Fatou, cheffe de service", "admet des membres"),
    Door("centrale@demo.example", "Marc, administration centrale", "accordera le label"),
    Door("admin@demo.example", "Nora, administratrice", "pilote le déploiement"),
    Door("partenaire@demo.example", "Paul, partenaire", "invité d’une communauté"),
)


@dataclass(frozen=True)
class People:
    """Everybody and every unit, by handle and by code."""

    by_handle: Mapping[str, User] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)

    def __getitem__(self, handle: str) -> User:
        return self.by_handle[handle]

    def of_unit(self, code: str) -> list[User]:
        """The agents of a unit and of what stands below it."""
        path = self.units[code].path
        return [person for person in self.by_handle.values() if person.unit and person.unit.path.startswith(path)]

    def unit(self, code: str | None) -> Unit | None:
        """The unit of that code; None for the whole administration."""
        return self.units[code] if code else None


def write(clock: Clock) -> People:
    """Writes the directory as an administration would load its own, then the partners of elsewhere."""
    import_directory(actor=SYSTEM, units=DATA / "units.csv", agents=DATA / "agents.csv")
    User.objects.bulk_create(_partner(row, clock) for row in read_list("partners.toml", "partner"))
    persons = list(User.objects.select_related("unit").order_by("pk"))
    doors = {door.email for door in DOORS}
    # Hashed once: at the price of a good hash, nine of them would take longer than all the rest of this floor.
    password = make_password(PASSWORD)
    for person in persons:
        person.created_at = clock.now - timedelta(days=190 - 3 * share("arrival", person.email))
        if person.email in doors:
            person.password = password
    User.objects.bulk_update(persons, ["created_at", "password"])
    units = {unit.code: unit for unit in Unit.objects.select_related("group")}
    return People({person.handle: person for person in persons}, units)


def _partner(row: dict[str, Any], clock: Clock) -> User:
    person = User(
        email=row["email"],
        handle=handle_base(row["first_name"], row["last_name"]),
        first_name=row["first_name"],
        last_name=row["last_name"],
        function=typeset(row["function"]),
        is_external=True,
        organisation=typeset(row["organisation"]),
        ends_on=(clock.now + timedelta(days=row["days"])).date(),
        password=make_password(None),
    )
    person.set_keys()
    return person


def write_roles(people: People, clock: Clock) -> None:
    """Grants the roles of the platform, and keeps who granted them."""
    grants, entries = [], []
    for row in read_list("roles.toml", "role"):
        by = people[row["by"]] if "by" in row else None
        grant = RoleGrant(
            person=people[row["person"]],
            role=row["role"],
            unit=people.unit(row.get("unit")),
            granted_by=by,
            granted_at=clock.ago(f"{row['since']}d 10:30"),
            ends_on=(clock.now + timedelta(days=row["until"])).date() if "until" in row else None,
        )
        data = {
            "role": row["role"],
            "unit": row.get("unit", ""),
            "ends_on": grant.ends_on.isoformat() if grant.ends_on else "",
        }
        entries.append(_entry("accounts.grant_role", by, grant.person, grant.granted_at, data))
        if "withdrawn" in row:
            grant.withdrawn_by, grant.withdrawn_at = by, clock.ago(f"{row['withdrawn']}d 16:00")
            entries.append(_entry("accounts.withdraw_role", by, grant.person, grant.withdrawn_at, data))
        grants.append(grant)
    RoleGrant.objects.bulk_create(grants)
    AuditEntry.objects.bulk_create(sorted(entries, key=lambda entry: entry.at))


def write_invitations(people: People, clock: Clock) -> None:
    """Invitations to have an account, accepted or waiting; older than the mails that are kept."""
    by_email = {person.email: person for person in people.by_handle.values()}
    rows = []
    for row in sorted(read_list("invitations.toml", "invitation"), key=lambda row: -row["sent"]):
        sent_at = clock.ago(f"{row['sent']}d 15:20")
        invitation = Invitation(
            email=row["email"],
            # The digest of a token that nobody has: the link has gone with its mail.
            token_digest=hashlib.blake2b(row["email"].encode(), digest_size=32).hexdigest(),
            invited_by=people[row["by"]],
            unit=people.unit(row.get("unit")),
            message=typeset(row["message"]),
            is_external="organisation" in row,
            organisation=typeset(row.get("organisation", "")),
            ends_on=(clock.now + timedelta(days=210)).date() if "organisation" in row else None,
            created_at=sent_at,
            expires_at=sent_at + timedelta(days=settings.INVITATION_DAYS),
        )
        if "accepted" in row:
            invitation.accepted_by = by_email[row["email"]]
            invitation.accepted_at = clock.ago(f"{row['accepted']}d 09:05")
        rows.append(invitation)
    Invitation.objects.bulk_create(rows)
    AuditEntry.objects.bulk_create(
        _entry("accounts.invite_person", row.invited_by, row, row.created_at, {"role": ""}) for row in rows
    )


def _entry(verb: str, by: User | None, target: Model, at: datetime, data: dict[str, str]) -> AuditEntry:
    return AuditEntry(actor=by, verb=verb, target=target, target_label=str(target)[:200], at=at, data=data)
