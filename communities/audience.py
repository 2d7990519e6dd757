"""Who reads what is said in a community, in words: the same everywhere one asks. Proposition 37."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.enums import PlatformRole
from accounts.models import User
from communities.enums import Grant, Joining, Stage, Visibility
from communities.models import (
    CommunityGroupObjectPermission,
    CommunityUserObjectPermission,
    Membership,
    RoleAccess,
)
from communities.permissions.community import granted_people

HOLDERS = {
    PlatformRole.AMBASSADOR: gettext_lazy("the ambassadors"),
    PlatformRole.COMMUNITY_MANAGER: gettext_lazy("the community managers"),
    PlatformRole.SPONSOR: gettext_lazy("the sponsors"),
    PlatformRole.SUPER_USER: gettext_lazy("the super-users"),
    PlatformRole.CERTIFIER: gettext_lazy("the certifiers"),
    PlatformRole.ADMINISTRATOR: gettext_lazy("the administrators"),
}
# Before the name of a unit, by its first word; French alone has articles to agree.
_FRENCH_OF = {
    "de la ": "direction délégation mission sous-direction cellule division préfecture coordination",
    "du ": "service secrétariat ministère bureau département pôle centre cabinet conseil laboratoire guichet",
    "de l’": "équipe inspection agence école institut office observatoire unité académie administration",
}
_ARTICLES = {word: article for article, words in _FRENCH_OF.items() for word in words.split()}


@dataclass(frozen=True)
class Audience:
    """Who reads: the team alone, every agent, or the members and those to whom it is granted beside them.

    `agents` and `externals` are members; `outside`, the agents among them whom no grant reaches; `named`, the agents
    who read by name alone.
    """

    is_team: bool
    is_everyone: bool
    agents: int
    externals: int
    outside: int = 0
    units: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    named: int = 0

    @property
    def once_open(self) -> Audience:
        """Who will read once the community is open."""
        return replace(self, is_team=False)

    def __str__(self) -> str:
        """« Ses 42 membres, dont 3 partenaires externes, et les agents de la Direction des achats »."""
        return capfirst(self.in_sentence())

    def in_sentence(self) -> str:
        """The same, to stand within a sentence."""
        if self.is_team:
            return _("its team alone, until it opens")
        if self.is_everyone:
            return self._with_partners([_("all agents")])
        granted = self._granted()
        if granted and not self.outside:
            return self._with_partners(granted)
        members = self._members()
        if not granted:
            return members
        words = {"members": members, "others": _listed(granted)}
        if self.externals:
            return _("%(members)s, and %(others)s") % words
        return _("%(members)s and %(others)s") % words

    def _members(self) -> str:
        count = self.agents + self.externals
        words = ngettext("its %(count)d member", "its %(count)d members", count) % {"count": count}
        if not self.externals:
            return words
        partners = ngettext(
            "%(members)s, %(count)d of them an external partner",
            "%(members)s, %(count)d of them external partners",
            self.externals,
        )
        return partners % {"members": words, "count": self.externals}

    def _granted(self) -> list[str]:
        found = [_("all agents %(of_unit)s") % {"of_unit": of_unit(unit)} for unit in self.units[:1]]
        if self.outside and self.units:
            found = [_("the agents %(of_unit)s") % {"of_unit": of_unit(self.units[0])}]
        found += [_("those %(of_unit)s") % {"of_unit": of_unit(unit)} for unit in self.units[1:]]
        found += [str(HOLDERS[PlatformRole(role)]) for role in self.roles]
        if self.named:
            words = ngettext("%(count)d agent by name", "%(count)d agents by name", self.named)
            found.append(words % {"count": self.named})
        return found

    def _with_partners(self, others: list[str]) -> str:
        if not self.externals:
            return _listed(others)
        words = ngettext("%(count)d external partner", "%(count)d external partners", self.externals)
        return ", ".join([*others, words % {"count": self.externals}])


def audience_of(community: Any) -> Audience:
    """Who reads the community as it stands; it carries `member_count` and `external_count`.

    Two queries where it is for its members, none where every agent reads it.
    """
    externals = community.external_count
    found = Audience(
        is_team=community.stage == Stage.PREPARATION,
        is_everyone=community.visibility == Visibility.LISTED and community.joining == Joining.OPEN,
        agents=community.member_count - externals,
        externals=externals,
    )
    if found.is_everyone:
        return found
    found = replace(found, **_grants(community))
    if not (found.units or found.roles or found.named):
        return replace(found, outside=found.agents)
    reached = User.objects.filter(granted_people(community, Grant.VIEW.value))
    others = Membership.objects.members().current().filter(community=community, person__is_external=False)
    return replace(found, outside=others.exclude(person__in=reached.values("pk")).count())


def _grants(community: Any) -> dict[str, Any]:
    """One query for units, roles and persons: the composer asks it with each text."""
    view = {"content_object": community, "permission__codename": Grant.VIEW.value}
    units = CommunityGroupObjectPermission.objects.filter(**view, group__unit__isnull=False)
    roles = RoleAccess.objects.filter(community=community, permission=Grant.VIEW).order_by()
    members = Membership.objects.members().filter(community=community)
    persons = CommunityUserObjectPermission.objects.filter(**view, user__in=User.objects.current()).exclude(
        Q(user__in=members.values("person")) | Q(user__is_external=True)
    )

    def column(path: str) -> Any:
        return Cast(path, CharField())

    rows = units.values_list(Value("units"), column("group__unit__path"), column("group__unit__name")).union(
        roles.values_list(Value("roles"), column("role"), column("role")),
        persons.values_list(Value("named"), column("user__pk"), column("user__pk")),
    )
    found: dict[str, list[tuple[str, str]]] = {"units": [], "roles": [], "named": []}
    for what, key, name in rows:
        found[what].append((key, name))
    order = list(PlatformRole.values)
    return {
        "units": tuple(name for _path, name in sorted(found["units"])),
        "roles": tuple(sorted((name for _key, name in found["roles"]), key=order.index)),
        "named": len(found["named"]),
    }


def of_unit(name: str) -> str:
    """« de la Direction des achats », « du Service … »; quoted where the first word does not tell the article."""
    if not (get_language() or "").startswith("fr"):
        return _("of %(unit)s") % {"unit": name}
    words = name.split()
    article = _ARTICLES.get(words[0].casefold()) if words else None
    return f"{article}{name}" if article else f"de «\u00a0{name}\u00a0»"


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
