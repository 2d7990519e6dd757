from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from communities.actions.locks import lock_community
from communities.charters import charter_of
from communities.events import CharterChanged
from communities.models import Charter, Community, Membership
from communities.models.charter import PREAMBLE_MAX, RULE_MAX, RULES_MAX
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError, EditConflict
from core.policies import require


@transaction.atomic
def write_charter(
    *, actor: Any, community: Community, number: int, rules: Iterable[str], preamble: str = ""
) -> Charter:
    """Writes the next version of a charter; the ones before stay, and members are told. Proposition 27.

    `number` is the version that the editor was opened on, 0 for the one that the kind suggests.

    Raises:
        Forbidden: the actor does not animate the community.
        EditConflict: somebody saved since; nothing was overwritten.
        BusinessRuleError: no rule is left, or there are too many, or one is too long to be short.
    """
    community = lock_community(community)
    require(actor, "communities.animate_community", community, _("The animators of the community write its charter."))
    current = charter_of(community)
    if current.number != number:
        raise EditConflict(_("Somebody has changed the charter meanwhile."), current)
    clean = [words for rule in rules if (words := " ".join(rule.split()))]
    preamble = preamble.strip()
    if not clean:
        raise BusinessRuleError(_("A charter has at least one rule: moderators cite it when they decide."))
    if len(clean) > RULES_MAX:
        raise BusinessRuleError(_("A charter that is read is short: %(count)d rules at most.") % {"count": RULES_MAX})
    if any(len(rule) > RULE_MAX for rule in clean) or len(preamble) > PREAMBLE_MAX:
        raise BusinessRuleError(_("A rule is one sentence: this one is too long."))
    if number and (preamble, clean) == (current.preamble, current.rules):
        return current
    charter = Charter.objects.create(
        community=community, number=number + 1, preamble=preamble, rules=clean, author_id=actor.pk
    )
    see_charter(person=actor, community=community, number=charter.number)
    record_audit(actor=actor, verb="communities.charter_changed", target=community, number=charter.number)
    publish(CharterChanged(community_id=community.pk, number=charter.number, actor_id=actor.pk))
    return charter


def see_charter(*, person: User, community: Community, number: int) -> None:
    """Records which version of the charter a person has seen, never an earlier one than before."""
    if number > 0:
        known = community.charters.filter(number=number)
        rows = Membership.objects.filter(community=community, person=person.pk, charter_seen__lt=number)
        if known.exists():
            rows.update(charter_seen=number)
