"""What people do with a proposed community, from its sending to a sponsor's word. Propositions 43, 48, 49.

Which step leads where, and who takes it, is said once, in `communities/permissions/proposal.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.enums import PlatformRole
from accounts.models import User
from communities.actions.founding import found_community
from communities.enums import CommunityKind, Joining, ProposalState, ProposalVerb, Visibility
from communities.events import ProposalMoved
from communities.models import CONTENT, Proposal, ProposalStep
from communities.near import Near, near_communities
from communities.permissions.proposal import ProposalPolicy, may_propose, permission_of, where_to
from communities.roadmap_content import clean_content
from core import richtext
from core.actions.audit import record_audit
from core.actions.images import attach_images
from core.actions.outbox import publish
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.once import once
from core.policies import may
from core.system import SYSTEM

V = ProposalVerb
# What one person may have under way: more would be a flood for those who check.
OPEN_MAX: Final = 5
# How long one waits before reminding, and between two reminders.
REMIND_AFTER: Final = timedelta(days=3)
WORD_MAX: Final = 2000
MATCHES_KEPT: Final = 5
# A step that sends something back or ends it says why.
NEEDS_WORD: Final = frozenset({V.RETURN, V.ASK, V.REFUSE})
DECISIONS: Final = frozenset({V.VALIDATE, V.ASK, V.REFUSE})
# Whoever takes these decides on what they read: the version goes with them.
ON_A_VERSION: Final = frozenset({V.RETURN, V.PASS, *DECISIONS})
RELATIONS: Final = ("meant_for", "animators")


class NotPossibleNow(BusinessRuleError):
    """The proposal no longer stands where the step starts from; the message says what was decided."""


class TooSoon(BusinessRuleError):
    """A reminder was sent, or something happened, a short time ago."""


class DifferenceMissing(BusinessRuleError):
    """Near communities exist and nothing says why this one differs."""


def submit_proposal(
    *, actor: Any, previous: Proposal | None = None, word: str = "", nonce: str = "", **content: Any
) -> Proposal:
    """Proposes a community; `content` is named as in `CONTENT`. The same `nonce` gives the proposal it made first.

    Raises Forbidden where the person may not propose, BusinessRuleError where a rule is broken.
    """
    if not may_propose(actor):
        raise Forbidden("communities.propose_community", _("Ask an ambassador or a community manager to propose it."))
    if previous is not None:
        _require(V.RETRY, actor, previous)

    def make() -> Proposal:
        # Two sendings at once would otherwise both find room.
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if Proposal.objects.open().filter(proposed_by=actor).count() >= OPEN_MAX:
            raise BusinessRuleError(_("You have several proposals under way. Wait for their outcome, or withdraw one."))
        proposal = Proposal(proposed_by=actor, previous=previous)
        _write(actor, proposal, content)
        _step(V.SUBMIT, actor, proposal, old="", word=word)
        return proposal

    with transaction.atomic():
        return once(actor, nonce, make)[0]


@transaction.atomic
def revise_proposal(*, actor: Any, proposal: Proposal, version: int, **content: Any) -> Proposal:
    """Changes what is proposed while it is back with its proposer.

    Raises EditConflict where it was saved since `version`: nothing is overwritten.
    """
    current = _lock(V.REVISE, actor, proposal)
    _same_version(current, version)
    _write(actor, current, content)
    record_audit(actor=actor, verb="communities.proposal_revise", target=current)
    return current


@transaction.atomic
def resubmit_proposal(*, actor: Any, proposal: Proposal, version: int, word: str = "", **content: Any) -> Proposal:
    """Sends the proposal again, changed or not, with a word on what became of the remarks."""
    current = _lock(V.RESUBMIT, actor, proposal)
    _same_version(current, version)
    if content:
        _write(actor, current, content)
    _move(V.RESUBMIT, actor, current, word)
    return current


@transaction.atomic
def take_charge(*, actor: Any, proposal: Proposal) -> Proposal:
    """A community manager says that they accompany it; a second click of the same person changes nothing."""
    current = _lock(V.TAKE, actor, proposal)
    if current.accompanied_by_id != actor.pk:
        current.accompanied_by_id = actor.pk
        current.save(update_fields=["accompanied_by"])
        _move(V.TAKE, actor, current)
    return current


@transaction.atomic
def move_proposal(
    *, actor: Any, proposal: Proposal, verb: ProposalVerb, version: int | None = None, word: str = ""
) -> Proposal:
    """Takes a step that only needs a word: sending back, passing on, recalling, deciding, withdrawing.

    Raises NotPossibleNow where somebody was quicker, with what they decided; EditConflict where what is proposed is
    no longer what the person read; BusinessRuleError for a step that says why and has no word.
    """
    current = _lock(verb, actor, proposal)
    if verb in ON_A_VERSION:
        _same_version(current, current.version if version is None else version)
    word = word.strip()[:WORD_MAX]
    if verb in NEEDS_WORD and not word:
        raise BusinessRuleError(_("Say why in a few words: this is what the proposer will read."))
    if verb == V.PASS or verb in DECISIONS:
        # The role of a sponsor may have been withdrawn meanwhile, and their deputy decides no further than they do.
        _check_sponsor(current.sponsor, current.proposed_by)
    if verb in DECISIONS and current.animators.filter(pk=actor.pk).exists():
        raise BusinessRuleError(_("You would animate this community: its sponsor, or another deputy, decides."))
    if verb in {V.PASS, V.RETURN} and actor.pk == current.proposed_by_id:
        raise BusinessRuleError(_("Another community manager checks what you propose."))
    if verb in {V.RETURN, V.PASS} and current.accompanied_by_id is None:
        current.accompanied_by_id = actor.pk
    if verb == V.VALIDATE:
        current.community = found_community(actor=actor, proposal=current)
    _move(verb, actor, current, word)
    return current


@transaction.atomic
def remind(*, actor: Any, proposal: Proposal) -> Proposal:
    """Reminds those on whom the proposal waits. Raises TooSoon within `REMIND_AFTER` of the last step."""
    current = _lock(V.REMIND, actor, proposal)
    if (until := reminder_from(current)) > timezone.now():
        day = date_format(timezone.localtime(until), "DATE_FORMAT")
        raise TooSoon(_("A reminder may be sent from %(day)s on.") % {"day": day})
    _move(V.REMIND, actor, current)
    return current


def reminder_from(proposal: Proposal) -> datetime:
    """From when on a reminder may be sent."""
    last = proposal.state_changed_at
    for step in proposal.steps.all():
        if step.verb == V.REMIND and step.at > last:
            last = step.at
    return last + REMIND_AFTER


def _lock(verb: ProposalVerb, actor: Any, proposal: Proposal) -> Proposal:
    """The proposal as it stands now, held until the transaction ends, with the step allowed.

    Two who decide at once come one after the other: the second is told what the first decided.
    """
    # Nothing is joined: after the wait, the sponsor of the row may be another than the one joined before it.
    locked = Proposal.objects.select_for_update(of=("self",), no_key=True).get(pk=proposal.pk)
    _require(verb, actor, locked)
    return locked


def _require(verb: ProposalVerb, actor: Any, proposal: Proposal) -> None:
    permission = permission_of(verb)
    if where_to(verb, ProposalState(proposal.state)) is None and (
        actor is SYSTEM or ProposalPolicy().might(actor, verb, proposal)
    ):
        raise NotPossibleNow(what_stands(proposal))
    if not may(actor, permission, proposal):
        raise Forbidden(permission, _("This step is somebody else’s."))


def _same_version(current: Proposal, version: int) -> None:
    if current.version != version:
        raise EditConflict(_("The proposal was changed meanwhile: read it again before you go on."), current)


def what_stands(proposal: Proposal) -> str:
    """What was decided, by whom and when, for whoever comes second."""
    state = ProposalState(proposal.state)
    steps = proposal.steps.filter(new=state).exclude(verb=V.REMIND)
    step = steps.select_related("actor").order_by("-at", "-pk").first()
    words = {"state": state.label, "name": proposal.name}
    if step is None or step.actor is None:
        return _("“%(name)s”: %(state)s. Nothing was changed.") % words
    words |= {"person": step.actor.full_name, "moment": date_format(timezone.localtime(step.at), "j F, H:i")}
    return _("“%(name)s”: %(state)s, by %(person)s on %(moment)s. Nothing was changed.") % words


def _move(verb: ProposalVerb, actor: Any, proposal: Proposal, word: str = "") -> None:
    old = ProposalState(proposal.state)
    new = where_to(verb, old)
    assert new is not None  # noqa: S101 - `_lock` asked
    if new != old:
        proposal.state, proposal.state_changed_at = new, timezone.now()
    proposal.save()
    _step(verb, actor, proposal, old=old.value, word=word)


def _step(verb: ProposalVerb, actor: Any, proposal: Proposal, *, old: str, word: str) -> None:
    """Writes the line of the timeline, the audit entry and the event."""
    in_place_of = proposal.sponsor_id if verb in DECISIONS and actor.pk != proposal.sponsor_id else None
    step = ProposalStep.objects.create(
        proposal=proposal,
        actor_id=actor.pk,
        on_behalf_of_id=in_place_of,
        verb=verb,
        old=old,
        new=proposal.state,
        word=word.strip()[:WORD_MAX],
    )
    change = {"old": old, "new": str(proposal.state), "in_place_of": in_place_of}
    record_audit(actor=actor, verb=f"communities.proposal_{verb.value}", target=proposal, **change)
    publish(ProposalMoved(proposal_id=proposal.pk, step_id=step.pk, verb=verb.value, actor_id=actor.pk))


def _write(actor: Any, proposal: Proposal, content: dict[str, Any]) -> None:
    """Sets what is proposed, checked as a whole, and saves it under the next version."""
    if unknown := set(content) - set(CONTENT):
        raise TypeError(f"a proposal takes no {sorted(unknown)}")
    relations = {name: list(content[name]) for name in RELATIONS if name in content}
    for name, value in content.items():
        if name not in RELATIONS:
            setattr(proposal, name, value)
    proposal.roadmap = clean_content(proposal.roadmap)
    proposal.description = richtext.sanitise(proposal.description) if proposal.description else ""
    animators = relations["animators"] if "animators" in relations else list(proposal.animators.all())
    _check(actor, proposal, animators)
    is_new = proposal.pk is None
    proposal.version = 1 if is_new else proposal.version + 1
    proposal.matches = _matches(actor, proposal, animators)
    proposal.save()
    for name, values in relations.items():
        getattr(proposal, name).set(values)
    attach_images(actor=actor, owner=proposal, ids=richtext.image_ids(proposal.description))


def _check(actor: Any, proposal: Proposal, animators: list[User]) -> None:
    if proposal.visibility == Visibility.CONFIDENTIAL and proposal.joining != Joining.INVITATION:
        raise BusinessRuleError(_("One comes into a confidential community by invitation only."))
    if not animators:
        raise BusinessRuleError(_("A community always has an animator: choose at least one."))
    if any(person.is_external or not person.is_current for person in animators):
        raise BusinessRuleError(_("An animator is an agent whose account is open."))
    if proposal.kind == CommunityKind.PROJECT:
        if proposal.ends_on is None or proposal.ends_on <= timezone.localdate():
            raise BusinessRuleError(_("A project has an end that is still to come: say when."))
    else:
        proposal.ends_on = None
    _check_sponsor(proposal.sponsor, proposal.proposed_by)
    if not proposal.difference.strip() and near_to(actor, proposal):
        raise DifferenceMissing(_("Near communities exist: say how this one differs, under “The essentials”."))


def _check_sponsor(sponsor: User | None, proposer: User) -> None:
    sponsors = User.objects.current().holding(PlatformRole.SPONSOR).filter(is_external=False)
    if sponsor is None or not sponsors.filter(pk=sponsor.pk).exists():
        raise BusinessRuleError(_("Choose a sponsor among those who may validate a community."))
    if sponsor.pk == proposer.pk:
        raise BusinessRuleError(_("Nobody validates what they propose themselves: choose another sponsor."))


def _matches(actor: Any, proposal: Proposal, animators: list[User]) -> list[dict[str, Any]]:
    """Near communities, those that the proposer may not see too: each reader is shown what they may see of them."""
    people = [person.pk for person in animators]
    shown = near_to(actor, proposal, people, limit=MATCHES_KEPT)
    every = {near.community.pk: near.score for near in (*near_to(SYSTEM, proposal, people, limit=MATCHES_KEPT), *shown)}
    seen = {near.community.pk for near in shown}
    return [{"community": pk, "score": score, "was_shown": pk in seen} for pk, score in every.items()]


def near_to(viewer: Any, proposal: Proposal, people: Iterable[int] = (), *, limit: int = 3) -> list[Near]:
    """Communities near to what is proposed, among those that `viewer` may see."""
    words = {"name": proposal.name, "purpose": proposal.purpose, "tags": proposal.tags}
    return near_communities(viewer=viewer, people=people, limit=limit, **words)
