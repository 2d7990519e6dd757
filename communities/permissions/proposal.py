"""The life of a proposal in one literal table: which step leads from where to where, and who may take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.db.models import Q

from accounts.enums import STEERING_ROLES, PlatformRole
from accounts.models import Deputy, RoleGrant
from communities.enums import ProposalState, ProposalVerb
from communities.models import Proposal
from core.models import ParameterValue
from core.policies import EVERYTHING, NOTHING, Policy, Rule, Standing, allow

S, V = ProposalState, ProposalVerb
PROPOSER, MANAGER, SPONSOR = "proposer", "community_manager", "sponsor"
# Where a parameter keeps proposing to some, these do.
CHOSEN_PROPOSERS: Final = STEERING_ROLES | {PlatformRole.AMBASSADOR.value, PlatformRole.SPONSOR.value}


@dataclass(frozen=True)
class Move:
    """One step that may be taken: what, by whom, from which state to which."""

    verb: ProposalVerb
    who: str
    old: ProposalState
    new: ProposalState


# What is not here cannot be done. Whoever is in nobody's standing does not know that the proposal exists.
MOVES: Final = (
    Move(V.TAKE, MANAGER, S.CHECKING, S.CHECKING),
    Move(V.TAKE, MANAGER, S.RETURNED, S.RETURNED),
    Move(V.TAKE, MANAGER, S.SPONSORING, S.SPONSORING),
    Move(V.TAKE, MANAGER, S.CHANGES, S.CHANGES),
    Move(V.RETURN, MANAGER, S.CHECKING, S.RETURNED),
    Move(V.PASS, MANAGER, S.CHECKING, S.SPONSORING),
    # The sponsor is away, or was badly chosen.
    Move(V.RECALL, MANAGER, S.SPONSORING, S.CHECKING),
    Move(V.REVISE, PROPOSER, S.RETURNED, S.RETURNED),
    Move(V.REVISE, PROPOSER, S.CHANGES, S.CHANGES),
    Move(V.RESUBMIT, PROPOSER, S.RETURNED, S.CHECKING),
    Move(V.RESUBMIT, PROPOSER, S.CHANGES, S.CHECKING),
    Move(V.VALIDATE, SPONSOR, S.SPONSORING, S.VALIDATED),
    Move(V.ASK, SPONSOR, S.SPONSORING, S.CHANGES),
    Move(V.REFUSE, SPONSOR, S.SPONSORING, S.REFUSED),
    Move(V.WITHDRAW, PROPOSER, S.CHECKING, S.WITHDRAWN),
    Move(V.WITHDRAW, PROPOSER, S.RETURNED, S.WITHDRAWN),
    Move(V.WITHDRAW, PROPOSER, S.SPONSORING, S.WITHDRAWN),
    Move(V.WITHDRAW, PROPOSER, S.CHANGES, S.WITHDRAWN),
    # Whoever waits reminds those they wait for.
    Move(V.REMIND, PROPOSER, S.CHECKING, S.CHECKING),
    Move(V.REMIND, PROPOSER, S.SPONSORING, S.SPONSORING),
    Move(V.REMIND, MANAGER, S.SPONSORING, S.SPONSORING),
    Move(V.REMIND, MANAGER, S.RETURNED, S.RETURNED),
    Move(V.REMIND, MANAGER, S.CHANGES, S.CHANGES),
    Move(V.RETRY, PROPOSER, S.REFUSED, S.REFUSED),
    Move(V.RETRY, PROPOSER, S.WITHDRAWN, S.WITHDRAWN),
)


def permission_of(verb: ProposalVerb) -> str:
    """The name of the permission to take a step."""
    return f"communities.{verb.value}_proposal"


def where_to(verb: ProposalVerb, old: ProposalState) -> ProposalState | None:
    """The state to which a step leads; None where it is not taken from there."""
    return next((move.new for move in MOVES if move.verb == verb and move.old == old), None)


def may_propose(user: Any) -> bool:
    """Whether an agent may propose a community, which an administrator decides. One query for most people."""
    if not (user.is_current and user.is_agent):
        return False
    return (
        bool(CHOSEN_PROPOSERS & user.platform_roles) or ParameterValue.objects.of("communities.proposing") == "agents"
    )


def _rules(verb: ProposalVerb) -> tuple[Rule, ...]:
    return tuple(allow(move.who, state=(move.old,)) for move in MOVES if move.verb == verb)


def _steering_as(role: PlatformRole) -> Standing:
    return Standing(
        holds=lambda facts: role.value in facts["roles"],
        objects=lambda user: EVERYTHING if user.is_agent and role in user.platform_roles else NOTHING,
        people=lambda proposal: Q(
            is_external=False, pk__in=RoleGrant.objects.active().filter(role=role).values("person")
        ),
    )


def _sponsors_of(proposal: Proposal) -> Q:
    if proposal.sponsor_id is None:
        return NOTHING
    deputies = Deputy.objects.active().filter(sponsor=proposal.sponsor_id)
    people = Q(pk=proposal.sponsor_id) | Q(pk__in=deputies.values("deputy"))
    return people & Q(is_external=False) & ~Q(pk=proposal.proposed_by_id)


class ProposalPolicy(Policy[Proposal]):
    """Who may do what with a proposal. An account that became a partner's has no part in it any more."""

    model = Proposal
    reading = "communities.view_proposal"
    has_images = True
    table: ClassVar = {
        "communities.view_proposal": (allow(PROPOSER, "animator", MANAGER, "administrator", SPONSOR),),
        **{permission_of(verb): _rules(verb) for verb in ProposalVerb if verb != V.SUBMIT},
    }
    standings: ClassVar = {
        PROPOSER: Standing(
            holds=lambda facts: facts["proposer"],
            objects=lambda user: Q(proposed_by=user) if user.is_agent else NOTHING,
            people=lambda proposal: Q(is_external=False, pk=proposal.proposed_by_id),
        ),
        # Whoever was named to lead it reads what they are named for.
        "animator": Standing(
            holds=lambda facts: facts["animator"],
            objects=lambda user: (
                Q(pk__in=Proposal.animators.through.objects.filter(user=user).values("proposal"))
                if user.is_agent
                else NOTHING
            ),
            people=lambda proposal: Q(
                is_external=False,
                pk__in=Proposal.animators.through.objects.filter(proposal=proposal).values("user"),
            ),
        ),
        MANAGER: _steering_as(PlatformRole.COMMUNITY_MANAGER),
        "administrator": _steering_as(PlatformRole.ADMINISTRATOR),
        # The sponsor chosen and whoever stands in for them today; nobody decides on what they proposed themselves.
        SPONSOR: Standing(
            holds=lambda facts: facts["sponsor"],
            objects=lambda user: Q(sponsor__in=user.decides_for) & ~Q(proposed_by=user) if user.is_agent else NOTHING,
            people=_sponsors_of,
        ),
    }

    def facts(self, user: Any, objects: list[Proposal]) -> Mapping[Any, Any]:
        named: set[int] = set()
        if user.is_agent:
            rows = Proposal.animators.through.objects.filter(user=user, proposal__in=[obj.pk for obj in objects])
            named = set(rows.values_list("proposal_id", flat=True))
        return {
            proposal.pk: {
                "proposer": user.is_agent and proposal.proposed_by_id == user.pk,
                "animator": proposal.pk in named,
                "roles": user.platform_roles if user.is_agent else frozenset(),
                "sponsor": user.is_agent
                and proposal.sponsor_id in user.decides_for
                and proposal.proposed_by_id != user.pk,
            }
            for proposal in objects
        }

    def might(self, user: Any, verb: ProposalVerb, proposal: Proposal) -> bool:
        """Whether the person takes this step in some state: then what they are told is that it is too late."""
        facts = self.known_facts(user, [proposal])[proposal.pk]
        return user.is_current and any(self.standings[move.who].holds(facts) for move in MOVES if move.verb == verb)
