"""Who may open what: each audience, for each visibility, names the roles that are served and those that are refused.

A role that is in neither set does not learn that the address exists (404); whoever is not signed in is sent to the
sign-in page, except from what is public.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STRANGERS: Final = {"external_stranger"}
AGENTS: Final = {"agent", "sponsor", "certifier", "head"}
STEERING: Final = {"community_manager", "administrator"}
MEMBERS: Final = {"member", "external_member", "author"}
TEAM: Final = {"moderator", "animator"}
PROPOSAL_READERS: Final = {"author", "animator", "sponsor"} | STEERING
EVERYONE: Final = STRANGERS | AGENTS | STEERING | MEMBERS | TEAM | {"banned"}

# How the community of the test is seen, and at which stage it stands.
VISIBILITIES: Final = ("open", "request", "invitation", "confidential", "preparation", "read_only", "archived")
LISTED: Final = {"open", "request", "invitation", "read_only", "archived"}
# Readable without joining: the open ones, at every stage but preparation.
FREELY_READ: Final = {"open", "read_only", "archived"}


@dataclass(frozen=True)
class Audience:
    """The roles served and refused in each visibility."""

    served: dict[str, frozenset[str]]
    refused: dict[str, frozenset[str]]

    def outcome(self, role: str, visibility: str) -> str:
        """`served`, `forbidden` or `absent`."""
        if role in self.served[visibility]:
            return "served"
        return "forbidden" if role in self.refused[visibility] else "absent"


def _finders(visibility: str) -> set[str]:
    if visibility in LISTED:
        return EVERYONE - STRANGERS
    return TEAM | STEERING | (MEMBERS if visibility == "confidential" else set())


def _readers(visibility: str) -> set[str]:
    if visibility in FREELY_READ:
        return EVERYONE - STRANGERS
    return TEAM | (MEMBERS if visibility != "preparation" else set())


def _writers(visibility: str) -> set[str]:
    if visibility in {"read_only", "archived"}:
        return set()
    return TEAM | (MEMBERS if visibility != "preparation" else set())


def _among(served: dict[str, set[str]], seen: dict[str, set[str]]) -> Audience:
    return Audience(
        {visibility: frozenset(served[visibility]) for visibility in VISIBILITIES},
        {visibility: frozenset(seen[visibility] - served[visibility]) for visibility in VISIBILITIES},
    )


def _each(roles: set[str]) -> dict[str, set[str]]:
    return {visibility: set(roles) for visibility in VISIBILITIES}


FINDERS: Final = {visibility: _finders(visibility) for visibility in VISIBILITIES}
READERS: Final = {visibility: _readers(visibility) for visibility in VISIBILITIES}
WRITERS: Final = {visibility: _writers(visibility) for visibility in VISIBILITIES}


# A member finds joining and asking done; who was banned is told so.
INSIDE: Final = MEMBERS | TEAM | {"banned"}
JOINERS: Final = {
    visibility: (EVERYONE - STRANGERS if visibility == "open" else INSIDE & FINDERS[visibility])
    for visibility in VISIBILITIES
}
REQUESTERS: Final = {
    visibility: (EVERYONE - STRANGERS if visibility == "request" else INSIDE & FINDERS[visibility])
    for visibility in VISIBILITIES
}


def _limited(roles: set[str], within: dict[str, set[str]], *, but: set[str] = frozenset()) -> dict[str, set[str]]:
    return {v: (set() if v in but else within[v] & roles) for v in VISIBILITIES}


AUDIENCES: Final[dict[str, Audience]] = {
    "signed_in": _among(_each(EVERYONE), _each(EVERYONE)),
    # Each role by itself, whatever the community.
    "agent": _among(_each(EVERYONE - STRANGERS - {"external_member"}), _each(set())),
    "steering": _among(_each(STEERING), _each(EVERYONE)),
    "administrator": _among(_each({"administrator"}), _each(EVERYONE)),
    "inviter": _among(_each(STEERING | {"ambassador"}), _each(EVERYONE)),
    # Around one community.
    "finder": _among(FINDERS, FINDERS),
    "reader": _among(READERS, READERS),
    "reader_or_finder": _among(READERS, FINDERS),
    "member_list": _among({v: READERS[v] | STEERING for v in VISIBILITIES}, FINDERS),
    # Where the community is going is read by those who answer for it, too.
    "roadmap_reader": _among({v: READERS[v] | STEERING for v in VISIBILITIES}, FINDERS),
    "roadmap_writer": _among(_limited({"animator"}, READERS, but={"read_only", "archived"}), FINDERS),
    "writer": _among(WRITERS, READERS),
    "writer_of_finder": _among(WRITERS, FINDERS),
    "team": _among(_limited(TEAM, READERS), FINDERS),
    "animator": _among(_limited({"animator"}, READERS), FINDERS),
    "animator_of_reader": _among(_limited({"animator"}, READERS, but={"archived"}), READERS),
    "inviting_animator": _among(_limited({"animator"}, READERS, but={"read_only", "archived"}), FINDERS),
    # Whoever asked, was invited or was banned is known to the team alone.
    "admitting_team": _among(_limited(TEAM, READERS, but={"archived"}), _each(TEAM)),
    "inviter_in_team": _among(_limited({"animator"}, READERS, but={"read_only", "archived"}), _each(TEAM)),
    "hidden_from_members": _among(_each(TEAM), _each(TEAM)),
    "team_over_members": _among(_limited(TEAM, READERS), {v: READERS[v] | STEERING for v in VISIBILITIES}),
    # Figures, and reports to a sponsor who is none of the roles here: to others they do not exist.
    "dashboard": _among(_each(TEAM | STEERING), _each(set())),
    "report_reader": _among(_each({"animator"} | STEERING), _each(set())),
    "report_writer": _among(_each({"animator"}), _each(set())),
    "report_answerer": _among(_each(set()), _each({"animator"} | STEERING)),
    "joiner": _among(JOINERS, FINDERS),
    "requester": _among(REQUESTERS, FINDERS),
    # Around one text of the author.
    "writing_author": _among(_limited({"author"}, WRITERS), READERS),
    # The case of that text: its author is told, the team and those who steer look at it in every community.
    "case_of_text": _among(_limited({"author"} | TEAM | STEERING, READERS), _each(set())),
    "case_reader": _among(_each({"author"} | TEAM | STEERING), _each(set())),
    "case_judge": _among(_each(TEAM | STEERING), _each(set())),
    "case_worker": _among(_each(TEAM | STEERING), _each({"author"} | TEAM | STEERING)),
    "case_nobody": _among(_each(set()), _each({"author"} | TEAM | STEERING)),
    "asker_or_animator": _among(_limited({"author", "animator"}, WRITERS), READERS),
    "author_or_team": _among(_limited({"author"} | TEAM, READERS, but={"archived"}), READERS),
    "restorer": _among(_limited({"author", "animator"}, READERS, but={"archived"}), _each(set())),
    # A request for an external partner: of the animators, for those who steer.
    "partner_request": _among(_each({"animator"} | STEERING), _each(set())),
    "partner_decider": _among(_each(STEERING), _each({"animator"})),
    "partner_asker": _among(_each({"animator"}), _each(STEERING)),
    # Around a proposed community: proposed by the author, to be led by the animator, before its sponsor.
    "proposal_reader": _among(_each(PROPOSAL_READERS), _each(PROPOSAL_READERS)),
    "proposer": _among(_each({"author"}), _each(PROPOSAL_READERS)),
    "proposal_manager": _among(_each({"community_manager"}), _each(PROPOSAL_READERS)),
    "proposal_sponsor": _among(_each({"sponsor"}), _each(PROPOSAL_READERS)),
    "proposal_reminder": _among(_each({"author", "community_manager"}), _each(PROPOSAL_READERS)),
    # Somebody else's own things, and what only the demonstration has.
    "nobody_else": _among(_each(set()), _each(set())),
    "demonstration": _among(_each(set()), _each(set())),
    # A person, for agents and for externals who share a community with them.
    # The menu of a member exists for whoever has something in it.
    "member_menu": _among(_limited(TEAM | STEERING, FINDERS), _each(set())),
    "appointer": _among(_limited({"animator"} | STEERING, FINDERS), {v: READERS[v] | STEERING for v in VISIBILITIES}),
    # Units do not exist for externals.
    "directory_keeper": _among(_each({"administrator"}), _each(EVERYONE - STRANGERS - {"external_member"})),
    "account_closer": _among(_each({"administrator"}), _each(EVERYONE - STRANGERS)),
    "closed_account": _among(_each({"administrator"}), _each(set())),
    "circle": _among(_each(EVERYONE - STRANGERS), _each(set())),
    "manager": _among(_limited({"animator"} | STEERING, FINDERS), FINDERS),
}

# The audiences that depend on how the community is seen.
AROUND_A_COMMUNITY: Final = {
    name
    for name, audience in AUDIENCES.items()
    if len({(audience.served[v], audience.refused[v]) for v in VISIBILITIES}) > 1 or name.startswith("case_")
}
