"""Report, decide, undo, restore, contest, answer: by every role, in every state, as one literal table."""

from __future__ import annotations

import itertools

import pytest

from communities.enums import CaseState, Outcome, Role
from communities.models import Case
from core.policies import policy_for, users_with
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, member_of
from tests.factories.feed import PostFactory
from tests.factories.moderation import CaseFactory, report

pytestmark = pytest.mark.django_db

LETTERS = {
    "v": "view_case",
    "w": "work_case",
    "d": "decide_case",
    "u": "undo_decision",
    "r": "restore_case",
    "c": "contest_case",
    "a": "answer_contest",
}
# Before and after the author was told, then what was decided for and against them.
STATES = {
    "open": (CaseState.OPEN, "", False),
    "hidden by reports": (CaseState.OPEN, "", True),
    "dismissed": (CaseState.DECIDED, Outcome.DISMISS, False),
    "sanctioned": (CaseState.DECIDED, Outcome.SUSPEND, True),
    "contested": (CaseState.CONTESTED, Outcome.SUSPEND, True),
    "upheld": (CaseState.SETTLED, Outcome.SUSPEND, True),
    "overturned": (CaseState.SETTLED, Outcome.RESTORE, True),
}
TABLE: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "author": ("", "v", "", "vc", "v", "v", "v"),
    "author who moderates": ("v", "v", "v", "vc", "v", "v", "v"),
    "reporter": ("v", "v", "v", "v", "v", "v", "v"),
    "reporter who left": ("", "", "", "", "", "", ""),
    "reporter who moderates": ("vw", "vw", "vw", "vw", "vw", "vw", "vw"),
    "reporter who manages": ("vw", "vw", "vw", "vw", "vw", "vw", "vw"),
    "member": ("", "", "", "", "", "", ""),
    "suspended": ("", "", "", "", "", "", ""),
    "external member": ("", "", "", "", "", "", ""),
    "moderator": ("vwd", "vwd", "vw", "vwr", "vw", "vw", "vw"),
    "animator": ("vwd", "vwd", "vw", "vwr", "vw", "vw", "vw"),
    "deciding moderator": ("vwd", "vwd", "vwu", "vwur", "vw", "vw", "vw"),
    "deciding manager": ("vwd", "vwd", "vwu", "vwur", "vw", "vwr", "vw"),
    "moderator of elsewhere": ("", "", "", "", "", "", ""),
    "agent": ("", "", "", "", "", "", ""),
    "stranger": ("", "", "", "", "", "", ""),
    "community manager": ("vwd", "vwd", "vw", "vwr", "vwa", "vwr", "vw"),
    "administrator": ("vwd", "vwd", "vw", "vwr", "vwa", "vwr", "vw"),
    "sponsor": ("", "", "", "", "", "", ""),
    "closed moderator": ("", "", "", "", "", "", ""),
}


def person_of(name: str, community) -> object:
    roles = {
        "author": lambda: member_of(community),
        "author who moderates": lambda: member_of(community, Role.MODERATOR),
        "reporter": lambda: member_of(community),
        "reporter who left": lambda: UserFactory(),
        "reporter who moderates": lambda: member_of(community, Role.MODERATOR),
        "reporter who manages": lambda: UserFactory(community_manager=True),
        "member": lambda: member_of(community),
        "suspended": lambda: member_of(community),
        "external member": lambda: member_of(community, external=True),
        "moderator": lambda: member_of(community, Role.MODERATOR),
        "animator": lambda: member_of(community, Role.ANIMATOR),
        "deciding moderator": lambda: member_of(community, Role.MODERATOR),
        "deciding manager": lambda: UserFactory(community_manager=True),
        "moderator of elsewhere": lambda: MembershipFactory(moderator=True).person,
        "agent": lambda: UserFactory(),
        "stranger": lambda: UserFactory(external=True),
        "community manager": lambda: UserFactory(community_manager=True),
        "administrator": lambda: UserFactory(administrator=True),
        "sponsor": lambda: UserFactory(sponsor=True),
        "closed moderator": lambda: member_of(community, Role.MODERATOR, closed=True),
    }
    return roles[name]()


def letters(permissions) -> str:
    held = {name.split(".")[1] for name in permissions}
    return "".join(letter for letter, name in LETTERS.items() if name in held)


@pytest.mark.parametrize("name", TABLE)
def test_literal_table(name):
    # Confidential: whoever learns of the case does so by the table alone.
    community = CommunityFactory(confidential=True)
    person = person_of(name, community)
    is_author, is_reporter = name.startswith("author"), name.startswith("reporter")
    target = PostFactory(community=community, author=person if is_author else UserFactory())
    case = CaseFactory(target=target)
    if is_reporter:
        report(case, person)
    if name.startswith("deciding"):
        case.decided_by = person
    got = []
    for state, outcome, is_told in STATES.values():
        case.state, case.outcome, case.is_told = state, outcome, is_told
        case.save()
        granted = policy_for(Case).granted(person, case)
        got.append(letters(granted))
        for permission in policy_for(Case).table:
            is_held = permission in granted
            assert Case.objects.visible_to(person, permission).filter(pk=case.pk).exists() == is_held, permission
            assert users_with(permission, case).filter(pk=person.pk).exists() == is_held, permission
    assert tuple(got) == TABLE[name]


def test_table_speaks_of_everything():
    assert {f"communities.{name}" for name in LETTERS.values()} == set(policy_for(Case).table)
    assert {state for state, _outcome, _told in STATES.values()} == set(CaseState)


REPORTING = {
    # role: in an open community, on request, confidential, in preparation
    "author": (False, False, False, False),
    "member": (True, True, True, False),
    "external member": (True, True, True, False),
    "moderator": (True, True, True, True),
    "agent": (True, False, False, False),
    "stranger": (False, False, False, False),
    "community manager": (True, False, False, False),
}
PLACES = ({}, {"on_request": True}, {"confidential": True}, {"in_preparation": True})


@pytest.mark.parametrize(("name", "number"), list(itertools.product(REPORTING, range(len(PLACES)))))
def test_whoever_reads_reports_but_the_author(name, number):
    community = CommunityFactory(**PLACES[number])
    person = person_of(name, community)
    target = PostFactory(community=community, author=person if name == "author" else UserFactory())
    assert person.has_perm("feed.report_post", target) == REPORTING[name][number]
