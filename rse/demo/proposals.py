"""Communities that are proposed: before the sponsor, with remarks, to check, refused; and how the others came to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from accounts.models import User
from communities.actions.proposals import near_to
from communities.enums import ProposalState, ProposalVerb
from communities.models import Proposal, ProposalStep
from communities.permissions.proposal import where_to
from communities.roadmap_content import clean_content
from core.models import AuditEntry
from core.system import SYSTEM
from rse.demo.communities import Place
from rse.demo.moments import Clock, share
from rse.demo.people import People
from rse.demo.texts import read_list, rich, typeset

V = ProposalVerb
# Those who backed the communities that exist: in turn.
SPONSORS: Final = ("helene-vasseur", "philippe-nguyen")


@dataclass(frozen=True)
class Taken:
    """One step of a proposal, once written."""

    proposal: Proposal
    step: ProposalStep


def write(places: list[Place], people: People, clock: Clock) -> list[Taken]:
    """Writes the proposals of the file, then those from which the communities came; gives the steps of the first."""
    taken = [step for row in read_list("proposals.toml", "proposal") for step in _propose(row, people, clock)]
    for number, place in enumerate(places):
        _remember(place, people[SPONSORS[number % len(SPONSORS)]])
    return taken


def _propose(row: dict[str, Any], people: People, clock: Clock) -> list[Taken]:
    first, last = row["steps"][0], row["steps"][-1]
    proposal = Proposal.objects.create(
        name=typeset(row["name"]),
        purpose=typeset(row["purpose"]),
        description=rich(row["description"]),
        kind=row["kind"],
        unit=people.unit(row["unit"]),
        tags=[typeset(tag) for tag in row["tags"]],
        ends_on=(clock.now + timedelta(days=row["ends"])).date() if "ends" in row else None,
        sponsor=people[row["sponsor"]],
        roadmap=_roadmap(row, clock),
        difference=typeset(row["difference"]),
        proposed_by=people[row["by"]],
        created_at=clock.ago(first["ago"]),
        state_changed_at=clock.ago(last["ago"]),
    )
    proposal.animators.set([people[handle] for handle in row["animators"]])
    proposal.meant_for.set([people.units[code] for code in row["meant_for"]])
    near = near_to(SYSTEM, proposal)
    proposal.matches = [{"community": one.community.pk, "score": one.score, "was_shown": True} for one in near]
    taken = [
        _take(proposal, ProposalVerb(said["verb"]), people[said["by"]], clock.ago(said["ago"]), said.get("word", ""))
        for said in row["steps"]
    ]
    proposal.version = 1 + sum(step.step.verb == V.RESUBMIT for step in taken)
    proposal.save()
    return taken


def _roadmap(row: dict[str, Any], clock: Clock) -> dict[str, Any]:
    def written(part: dict[str, Any]) -> dict[str, Any]:
        texts = {key: typeset(value) for key, value in part.items() if key != "day"}
        return texts | ({"due_on": (clock.now + timedelta(days=part["day"])).date()} if "day" in part else {})

    parts = {key: [written(part) for part in row[key]] for key in ("objectives", "milestones")}
    return clean_content({"ways": typeset(row["ways"]), **parts})


def _take(proposal: Proposal, verb: ProposalVerb, by: User, at: datetime, word: str) -> Taken:
    old = "" if verb == V.SUBMIT else str(proposal.state)
    new = ProposalState.CHECKING if verb == V.SUBMIT else where_to(verb, ProposalState(old))
    assert new is not None  # noqa: S101 - the file says what the table allows
    proposal.state = new
    if verb == V.TAKE:
        proposal.accompanied_by = by
    step = ProposalStep.objects.create(
        proposal=proposal, at=at, actor=by, verb=verb, old=old, new=new, word=typeset(word)
    )
    AuditEntry.objects.create(
        actor=by,
        verb=f"communities.proposal_{verb.value}",
        target=proposal,
        target_label=proposal.name,
        at=at,
        data={"old": old, "new": str(new), "in_place_of": None},
    )
    return Taken(proposal, step)


def _remember(place: Place, sponsor: User) -> None:
    """The proposal from which a community came, weeks before it was created."""
    community = place.community
    animators = [place.memberships[handle].person for handle in place.row["animators"]]
    decided_at = community.created_at
    checked_at = decided_at - timedelta(days=3 + 5 * share("decided", community.slug))
    sent_at = checked_at - timedelta(days=1 + 3 * share("checked", community.slug))
    proposal = Proposal.objects.create(
        name=community.name,
        purpose=community.purpose,
        description=community.description,
        kind=community.kind,
        visibility=community.visibility,
        joining=community.joining,
        unit=community.unit,
        tags=[typeset(tag) for tag in place.row["tags"]],
        sponsor=sponsor,
        proposed_by=animators[0],
        created_at=sent_at,
        state_changed_at=decided_at,
    )
    proposal.animators.set(animators)
    denis = community.created_by
    assert denis is not None  # noqa: S101 - he created them all
    for verb, by, at in (
        (V.SUBMIT, animators[0], sent_at),
        (V.TAKE, denis, checked_at - timedelta(hours=3)),
        (V.PASS, denis, checked_at),
        (V.VALIDATE, sponsor, decided_at),
    ):
        if by.pk == sponsor.pk and verb != V.VALIDATE:
            continue
        _take(proposal, verb, by, at, "")
    proposal.community = community
    proposal.save()
