"""News of proposed communities: each step is told to those concerned, in the product and by mail at once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Deputy, User
from communities.enums import ProposalState, ProposalVerb
from communities.events import ProposalMoved
from communities.kinds.base import companions_of
from communities.models import Proposal
from communities.models.proposal import PROPOSAL_DRAFT
from core.events import DraftEnding
from core.kinds import Kind, Notice
from core.models import Draft

V, S = ProposalVerb, ProposalState


class ProposalKind(Kind):
    """Base of the kinds that tell of one step; a sponsor who never signs in is reached by the mail."""

    event = ProposalMoved
    model = Proposal
    related: ClassVar[tuple[str, ...]] = ("steps",)
    is_transactional = True
    verbs: ClassVar[tuple[ProposalVerb, ...]]
    # Only where the proposal still stands there: what was decided meanwhile is news of its own.
    states: ClassVar[tuple[ProposalState, ...]] = tuple(ProposalState)
    text: ClassVar[Any]
    action: ClassVar[Any] = gettext_lazy("See the proposal")

    def target(self, event: Any) -> Proposal | None:
        if event.verb not in self.verbs:
            return None
        found = Proposal.objects.prefetch_related(*self.related).filter(pk=event.proposal_id, state__in=self.states)
        return found.first()

    def actor(self, event: Any) -> User | None:
        return User.objects.filter(pk=event.actor_id).first() if event.actor_id else None

    def data(self, event: Any) -> dict[str, Any]:
        return {"step": event.step_id}

    def recipients(self, event: Any, target: Proposal) -> QuerySet[User]:
        return User.objects.filter(self.people(target))

    def people(self, proposal: Proposal) -> Q:
        """Whom it concerns; those who may not see the proposal are left out by who delivers."""
        raise NotImplementedError

    def notice(self, target: Proposal, actor: User | None, data: dict[str, Any]) -> Notice:
        person = actor.full_name if actor else _("Somebody")
        word = next((step.word for step in target.steps.all() if step.pk == data.get("step")), "")
        text = str(self.text) % {"name": target.name, "person": person}
        return Notice(text, target.get_absolute_url(), detail=word or self.detail(target), action=str(self.action))

    def detail(self, proposal: Proposal) -> str:
        """What stands under the news where nobody wrote a word."""
        return ""


def _managers(proposal: Proposal) -> Q:
    return Q(pk__in=companions_of(proposal).values("pk"))


def _sponsors(proposal: Proposal) -> Q:
    deputies = Deputy.objects.active().filter(sponsor=proposal.sponsor_id)
    return Q(pk=proposal.sponsor_id) | Q(pk__in=deputies.values("deputy"))


def _animators(proposal: Proposal) -> Q:
    return Q(pk__in=Proposal.animators.through.objects.filter(proposal=proposal).values("user"))


class ToCheck(ProposalKind):
    """A proposal waits for a community manager. Proposition 49."""

    name = "communities.proposal_to_check"
    label = gettext_lazy("Communities proposed, to check")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.SUBMIT, V.RESUBMIT, V.RECALL)
    states: ClassVar[tuple[ProposalState, ...]] = (S.CHECKING,)
    text = gettext_lazy("%(person)s proposes a community: “%(name)s”.")
    action = gettext_lazy("Check the proposal")

    def people(self, proposal: Proposal) -> Q:
        return _managers(proposal)

    def detail(self, proposal: Proposal) -> str:
        return proposal.purpose


class NamedToAnimate(ProposalKind):
    """A colleague names the person to lead the community that they propose."""

    name = "communities.proposal_animator"
    label = gettext_lazy("Communities that I am named to animate")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.SUBMIT,)
    text = gettext_lazy("%(person)s names you to animate a community that they propose: “%(name)s”.")

    def people(self, proposal: Proposal) -> Q:
        return _animators(proposal)

    def detail(self, proposal: Proposal) -> str:
        return proposal.purpose


class Accompanied(ProposalKind):
    """A community manager takes charge of the proposal."""

    name = "communities.proposal_accompanied"
    label = gettext_lazy("My proposals: who accompanies me")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.TAKE,)
    text = gettext_lazy("%(person)s accompanies you for your proposal “%(name)s”.")

    def people(self, proposal: Proposal) -> Q:
        return Q(pk=proposal.proposed_by_id)


class Returned(ProposalKind):
    """A community manager sends the proposal back, with remarks."""

    name = "communities.proposal_returned"
    label = gettext_lazy("My proposals: remarks")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.RETURN,)
    states: ClassVar[tuple[ProposalState, ...]] = (S.RETURNED,)
    text = gettext_lazy("%(person)s has remarks on your proposal “%(name)s”.")
    action = gettext_lazy("Complete the proposal")

    def people(self, proposal: Proposal) -> Q:
        return Q(pk=proposal.proposed_by_id)


class ToSponsor(ProposalKind):
    """A proposal waits for its sponsor and for whoever stands in for them today. Proposition 43."""

    name = "communities.proposal_to_sponsor"
    label = gettext_lazy("Communities to validate")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.PASS,)
    states: ClassVar[tuple[ProposalState, ...]] = (S.SPONSORING,)
    text = gettext_lazy("A community waits for your decision: “%(name)s”.")
    action = gettext_lazy("Read and decide")

    def people(self, proposal: Proposal) -> Q:
        return _sponsors(proposal)

    def detail(self, proposal: Proposal) -> str:
        return proposal.purpose


class PassedOn(ProposalKind):
    """The proposer learns that the sponsor has the proposal."""

    name = "communities.proposal_passed_on"
    label = gettext_lazy("My proposals: passed on to the sponsor")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.PASS,)
    text = gettext_lazy("%(person)s passed your proposal “%(name)s” on to its sponsor.")

    def people(self, proposal: Proposal) -> Q:
        return Q(pk=proposal.proposed_by_id)


class Validated(ProposalKind):
    """The sponsor validates: the community exists, in preparation."""

    name = "communities.proposal_validated"
    label = gettext_lazy("Proposals validated")
    related = ("steps", "community")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.VALIDATE,)
    text = gettext_lazy("%(person)s validates “%(name)s”: the community is in preparation.")
    action = gettext_lazy("Prepare the community")

    def people(self, proposal: Proposal) -> Q:
        return Q(pk__in=[proposal.proposed_by_id, proposal.accompanied_by_id]) | _animators(proposal)


class ChangesAsked(ProposalKind):
    """The sponsor asks for changes."""

    name = "communities.proposal_changes"
    label = gettext_lazy("Proposals: changes asked by the sponsor")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.ASK,)
    states: ClassVar[tuple[ProposalState, ...]] = (S.CHANGES,)
    text = gettext_lazy("%(person)s asks for changes to the proposal “%(name)s”.")

    def people(self, proposal: Proposal) -> Q:
        return Q(pk__in=[proposal.proposed_by_id, proposal.accompanied_by_id])


class ProposalRefused(ProposalKind):
    """The sponsor refuses, and says why."""

    name = "communities.proposal_refused"
    label = gettext_lazy("Proposals refused")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.REFUSE,)
    text = gettext_lazy("%(person)s refuses the proposal “%(name)s”.")
    action = gettext_lazy("Read why")

    def people(self, proposal: Proposal) -> Q:
        return Q(pk__in=[proposal.proposed_by_id, proposal.accompanied_by_id]) | _animators(proposal)


class ProposalWithdrawn(ProposalKind):
    """The proposer gives up; whoever was at work on it is told."""

    name = "communities.proposal_withdrawn"
    label = gettext_lazy("Proposals withdrawn")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.WITHDRAW,)
    text = gettext_lazy("%(person)s withdraws the proposal “%(name)s”.")

    def people(self, proposal: Proposal) -> Q:
        people = Q(pk=proposal.accompanied_by_id) | _animators(proposal)
        was_passed_on = any(step.new == S.SPONSORING for step in proposal.steps.all())
        return people | _sponsors(proposal) if was_passed_on else people


class RemindedToCheck(ToCheck):
    """The proposer reminds the community managers."""

    name = "communities.proposal_reminded_manager"
    label = gettext_lazy("Reminders: communities to check")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.REMIND,)
    text = gettext_lazy("Reminder: the proposal “%(name)s” waits to be checked.")


class RemindedToSponsor(ToSponsor):
    """The sponsor and their deputies are reminded."""

    name = "communities.proposal_reminded_sponsor"
    label = gettext_lazy("Reminders: communities to validate")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.REMIND,)
    text = gettext_lazy("Reminder: “%(name)s” waits for your decision.")


class RemindedToComplete(Returned):
    """The proposer is reminded that the proposal is theirs again."""

    name = "communities.proposal_reminded_proposer"
    label = gettext_lazy("Reminders: my proposals to complete")
    verbs: ClassVar[tuple[ProposalVerb, ...]] = (V.REMIND,)
    states: ClassVar[tuple[ProposalState, ...]] = (S.RETURNED, S.CHANGES)
    text = gettext_lazy("Reminder: your proposal “%(name)s” waits to be completed.")


class DraftEndingSoon(Kind):
    """What a person began to propose will be removed, unless they write on."""

    name = "communities.proposal_draft_ending"
    event = DraftEnding
    model = Draft
    label = gettext_lazy("My proposals: drafts that will go")
    is_transactional = True

    def target(self, event: Any) -> Draft | None:
        return Draft.objects.of_kind(PROPOSAL_DRAFT).filter(pk=event.draft_id).first()

    def recipients(self, event: Any, target: Draft) -> QuerySet[User]:
        return User.objects.filter(pk=target.person_id)

    def notice(self, target: Draft, actor: User | None, data: dict[str, Any]) -> Notice:
        day = date_format(timezone.localtime(target.goes_at), "DATE_FORMAT")
        text = _("Your draft of a community “%(name)s” will be deleted on %(day)s.") % {"name": target, "day": day}
        return Notice(text, target.address, action=_("Go on writing"))


KINDS = (
    ToCheck,
    NamedToAnimate,
    Accompanied,
    Returned,
    ToSponsor,
    PassedOn,
    Validated,
    ChangesAsked,
    ProposalRefused,
    ProposalWithdrawn,
    RemindedToCheck,
    RemindedToSponsor,
    RemindedToComplete,
    DraftEndingSoon,
)
