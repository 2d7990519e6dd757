"""Community managers accompany communities: who which one, and what they note for each other. Proposition 49."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import PlatformRole
from accounts.models import User
from communities import events
from communities.actions.locks import lock_community
from communities.models import Community, ManagerNote, Proposal
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.once import once
from core.platform import require_platform

NOTE_MAX = 2000  # characters


@transaction.atomic
def accompany_community(*, actor: Any, community: Community, manager: User | None) -> Community:
    """Says which community manager accompanies a community, or that none does; audited, and told to who now does.

    Raises BusinessRuleError where the person is no community manager.
    """
    require_platform(actor, "communities.accompany_community", _("Community managers decide this."))
    current = lock_community(community)
    if manager is not None and PlatformRole.COMMUNITY_MANAGER not in manager.platform_roles:
        raise BusinessRuleError(_("Only a community manager accompanies communities."))
    before, after = current.accompanied_by_id, manager.pk if manager else None
    if before != after:
        current.accompanied_by = manager
        current.save(update_fields=["accompanied_by"])
        record_audit(actor=actor, verb="communities.accompanied", target=current, old=before, new=after)
        publish(events.CompanionChanged(community_id=current.pk, person_id=after, actor_id=actor.pk))
    return current


@transaction.atomic
def add_note(*, actor: Any, about: Community | Proposal, text: str, nonce: str = "") -> ManagerNote:
    """Leaves a note for the other community managers; the same `nonce` gives the note that the first sending made.

    Raises BusinessRuleError where nothing is written, or too much.
    """
    require_platform(actor, "communities.accompany_community", _("Community managers decide this."))
    text = text.strip()
    if not text or len(text) > NOTE_MAX:
        raise BusinessRuleError(_("A note has some words, %(count)d characters at most.") % {"count": NOTE_MAX})
    bound = {"community": about} if isinstance(about, Community) else {"proposal": about}
    return once(actor, nonce, lambda: ManagerNote.objects.create(author=actor, text=text, **bound))[0]


@transaction.atomic
def delete_note(*, actor: Any, note: ManagerNote) -> None:
    """Takes back a note of one's own. Raises BusinessRuleError for another's."""
    require_platform(actor, "communities.accompany_community", _("Community managers decide this."))
    if note.author_id != actor.pk:
        raise BusinessRuleError(_("Its author alone takes a note back."))
    note.delete()
