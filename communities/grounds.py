"""Why a person may or may not read, join or write: the standings that rights are computed from, in words.

Proposition 38.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import PlatformRole
from accounts.models import User
from communities.audience import HOLDERS
from communities.enums import Grant, Joining, MembershipState, Stage
from communities.models import (
    Community,
    CommunityGroupObjectPermission,
    CommunityUserObjectPermission,
    RoleAccess,
)
from communities.permissions import CommunityPolicy
from communities.permissions.community import Facts
from core.models import AuditEntry
from core.policies import grounds_for, policy_for

# What one asks about a person, in this order.
RIGHTS = {
    "communities.find_community": gettext_lazy("Know that it exists"),
    "communities.view_community": gettext_lazy("Read"),
    "communities.join_community": gettext_lazy("Join at once"),
    "communities.request_community": gettext_lazy("Ask to join"),
    "communities.add_post": gettext_lazy("Write"),
}
# « Donné par … le … », by permission and code of the unit or role.
Given: TypeAlias = dict[tuple[str, str], str]
COMING_IN = {"communities.join_community", "communities.request_community"}


@dataclass(frozen=True)
class Right:
    """One thing that a person may or may not do: why, what stands in the way, and what would change it."""

    permission: str
    label: Any
    may: bool
    because: list[str]
    hindrance: str
    would: list[str]


@dataclass(frozen=True)
class Source:
    """A grant that reaches a person: to one of their units or roles, or to them by name; by whom and when, if known."""

    permission: str
    kind: str
    name: str
    given: str


@dataclass(frozen=True)
class Situation:
    """One person before one community, with what the words of a reason need."""

    person: User
    community: Community
    facts: Facts
    sources: list[Source]

    def granted(self, permission: Grant) -> list[str]:
        """The grants that give a permission, each in words."""
        words = {
            "unit": _("“%(name)s”, to which the person belongs, has an access: %(what)s."),
            "role": _("%(name)s have an access: %(what)s."),
            "person": _("The person has an access by name: %(what)s."),
        }
        return [
            " ".join(filter(None, (words[one.kind] % {"name": one.name, "what": permission.label}, one.given)))
            for one in self.sources
            if one.permission == permission
        ]


def rights_of(person: User, community: Community, given: Given | None = None, *, is_own: bool = False) -> list[Right]:
    """What a person may do in a community and why, or why not; derived from the policy's own standings.

    `given` is what `given_by` says of the community, where it was asked already. `is_own`: the words are for the person
    themselves, who learn what they can do and not what the settings could.
    """
    policy = policy_for(community)
    assert isinstance(policy, CommunityPolicy)  # noqa: S101
    grounds = grounds_for(person, community)
    facts = policy.known_facts(person, [community])[community.pk]
    sources = _sources(person, community, given_by(community) if given is None else given) if facts.grants else []
    case = Situation(person, community, facts, sources)
    is_member = facts.state == MembershipState.MEMBER
    found = []
    for permission, label in RIGHTS.items():
        if is_member and permission in COMING_IN:
            continue
        if permission == "communities.request_community" and "communities.join_community" in grounds:
            continue
        standings = grounds.get(permission, ())
        openings = policy.openings(permission, community)
        if not openings and permission in COMING_IN and community.stage == Stage.OPEN:
            # The other way in is the one that this community has.
            continue
        because = [words for name in standings for words in WORDS[name](case, permission)]
        found.append(
            Right(
                permission,
                label,
                bool(standings),
                list(dict.fromkeys(because)),
                "" if standings else _hindrance(case, openings),
                [] if standings else _would(case, openings, is_own=is_own),
            )
        )
    return found


# --- The standings in words


def _as_member(case: Situation, permission: str) -> list[str]:
    row = case.facts.membership
    if row is None:
        return []
    words = {"role": row.get_role_display(), "day": _day(row.joined_at), "end": moment(row.ends_at)}
    if row.ends_at:
        return [_("%(role)s since %(day)s, until %(end)s.") % words]
    return [_("%(role)s since %(day)s.") % words] if row.joined_at else [_("%(role)s.") % words]


def _as_invited(case: Situation, permission: str) -> list[str]:
    row = case.facts.membership
    if row is None:
        return []
    words = {"role": row.get_role_display(), "day": _day(row.changed_at), "by": row.decided_by or ""}
    if row.decided_by_id:
        return [_("Invited as %(role)s on %(day)s by %(by)s.") % words]
    return [_("Invited as %(role)s on %(day)s.") % words]


def _as_agent(case: Situation, permission: str) -> list[str]:
    if permission == "communities.find_community":
        return [_("It is listed: every agent finds its card.")]
    if permission == "communities.request_community":
        return [_("Every agent may ask to join; its team answers.")]
    if permission == "communities.join_community":
        return [_("It is open to all agents: each joins in one click.")]
    return [_("It is open to all agents: each reads it, member or not.")]


def _as_sponsor(case: Situation, permission: str) -> list[str]:
    if case.community.sponsor_id == case.person.pk:
        return [_("Sponsor of the community.")]
    return [_("Stands in for the sponsor of the community today.")]


def _said(words: Any) -> Callable[[Situation, str], list[str]]:
    return lambda case, permission: [str(words)]


def _by_grant(permission: Grant) -> Callable[[Situation, str], list[str]]:
    return lambda case, asked: case.granted(permission)


WORDS: dict[str, Callable[[Situation, str], list[str]]] = {
    "agent": _as_agent,
    "newcomer": _as_agent,
    "uninvited": _as_agent,
    "granted_newcomer": _by_grant(Grant.JOIN),
    "granted_join": _by_grant(Grant.JOIN),
    "granted_view": _by_grant(Grant.VIEW),
    "invited": _as_invited,
    "invited_to_team": _as_invited,
    "member": _as_member,
    "speaking_member": _as_member,
    "moderator": _as_member,
    "animator": _as_member,
    "community_manager": _said(gettext_lazy("Community manager of the platform: sees the card and the settings.")),
    "administrator": _said(gettext_lazy("Administrator of the platform: sees the card and the settings.")),
    "sponsor": _as_sponsor,
}


def _hindrance(case: Situation, openings: frozenset[str]) -> str:
    """What stands in the way, if it is more than having nothing to do with the community."""
    row, community = case.facts.membership, case.community
    if not case.person.is_current:
        return _("The account is closed.")
    if row and row.state == MembershipState.BANNED:
        return _("Banned from the community on %(day)s.") % {"day": _day(row.changed_at)}
    if not openings:
        return _("Nobody does: %(stage)s.") % {"stage": community.get_stage_display()}
    if community.stage == Stage.PREPARATION and openings.isdisjoint({"agent", "member", "newcomer", "uninvited"}):
        return _("It is in preparation: its team alone sees it.")
    if row and row.is_member and row.is_suspended and "speaking_member" in openings:
        return _("Suspended from writing until %(end)s.") % {"end": moment(row.suspended_until)}
    if row and row.state == MembershipState.MEMBER and row.is_over:
        return _("The participation ended on %(end)s.") % {"end": moment(row.ends_at)}
    if case.person.is_external:
        return _("An external partner takes part as a member, and never otherwise.")
    return ""


def _would(case: Situation, openings: frozenset[str], *, is_own: bool) -> list[str]:
    """What would give the right."""
    row, person = case.facts.membership, case.person
    if not person.is_current or (is_own and case.facts.state == MembershipState.BANNED):
        return []
    if row and row.state == MembershipState.BANNED:
        return [_("Lifting the ban.")]
    if row and row.state == MembershipState.MEMBER and row.is_over:
        return [_("Asking that the participation be prolonged.")]
    found = []
    if openings & {"member", "speaking_member"} and not case.facts.is_suspended:
        found.append(_membership_hint(case))
    if is_own:
        return found
    if person.is_agent and openings & {"granted_view"}:
        found.append(_("Giving one of their units or roles an access: %(what)s.") % {"what": Grant.VIEW.label})
    if person.is_agent and openings & {"granted_newcomer"}:
        found.append(_("Giving one of their units or roles an access: %(what)s.") % {"what": Grant.JOIN.label})
    return found


def _membership_hint(case: Situation) -> str:
    state = case.facts.state
    if state == MembershipState.INVITED:
        return _("Accepting the invitation that waits.")
    if state == MembershipState.REQUESTED:
        return _("Having their request accepted.")
    if case.person.is_external:
        return _("An animator asks that the partner be invited; a community manager approves.")
    if case.community.joining == Joining.OPEN:
        return _("Joining, in one click.")
    if case.community.joining == Joining.REQUEST:
        return _("Asking to join, or being invited by an animator.")
    return _("Being invited by an animator.")


# --- Grants, and who gave them


def _sources(person: User, community: Community, given: Given) -> list[Source]:
    units = CommunityGroupObjectPermission.objects.filter(content_object=community, group__user=person)
    roles = RoleAccess.objects.filter(community=community, role__in=person.platform_roles)
    named = CommunityUserObjectPermission.objects.filter(content_object=community, user=person)
    found = [
        Source(row.permission.codename, "unit", row.group.unit.name, given.get((row.permission.codename, unit), ""))
        for row in units.select_related("group__unit", "permission").order_by("group__unit__path", "pk")
        if (unit := row.group.unit.code)
    ]
    found += [
        Source(row.permission, "role", str(HOLDERS[PlatformRole(row.role)]), given.get((row.permission, row.role), ""))
        for row in roles
    ]
    return found + [Source(row.permission.codename, "person", "", "") for row in named.select_related("permission")]


def given_by(community: Community) -> Given:
    """« Donné par … le … » for each grant, by permission and code of the unit or role: what the audit keeps."""
    entries = AuditEntry.objects.filter(
        target_type__app_label="communities",
        target_type__model="community",
        target_id=community.pk,
        verb="communities.access_granted",
    )
    found = {}
    for entry in entries.select_related("actor").order_by("pk"):
        whom = entry.data.get("unit") or entry.data.get("role") or ""
        words = {"by": entry.actor or "", "day": _day(entry.at)}
        text = _("Given by %(by)s on %(day)s.") if entry.actor else _("Given on %(day)s.")
        found[entry.data.get("permission", ""), whom] = text % words
    return found


def _day(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT") if at else ""


def moment(at: datetime | None) -> str:
    """A moment as one says the end of something: the last day where it ends at midnight."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    if (local.hour, local.minute) == (0, 0):
        return _day(at - timedelta(seconds=1))
    return date_format(local, "DATETIME_FORMAT")
