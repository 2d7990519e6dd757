from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q

from accounts.enums import STEERING_ROLES
from accounts.models import RoleGrant
from communities.enums import SANCTIONS, CaseState
from communities.models import Case, Community, ContentReport
from core.policies import EVERYTHING, NOTHING, Policy, Rule, Standing, allow, policy_for

OPEN, DECIDED, CONTESTED, SETTLED = ((state,) for state in CaseState)

# The author knows of a case once something came of it, and never who reported it; nobody decides what concerns them.
CASE_TABLE: dict[str, tuple[Rule, ...]] = {
    "communities.view_case": (allow("author", is_told=(True,)), allow("reporter", "team", "steering")),
    # Everything about it: who reported it, and what for.
    "communities.work_case": (allow("other_team", "other_steering"),),
    "communities.decide_case": (allow("judge", "manager", state=OPEN),),
    "communities.undo_decision": (allow("decider", state=DECIDED),),
    "communities.restore_case": (
        allow("judge", "manager", state=DECIDED, outcome=SANCTIONS),
        # What a community manager has upheld is theirs to take back.
        allow("manager", state=SETTLED, outcome=SANCTIONS),
    ),
    "communities.contest_case": (allow("author", state=DECIDED, outcome=SANCTIONS),),
    "communities.answer_contest": (allow("fresh_manager", state=CONTESTED),),
}


@dataclass(frozen=True)
class Facts:
    """How a person stands with a case."""

    is_author: bool
    is_reporter: bool
    is_decider: bool
    is_steering: bool
    community: frozenset[str]


def _in_community(permission: str) -> Standing:
    return Standing(
        holds=lambda facts: permission in facts.community,
        objects=lambda user: Q(community__in=Community.objects.visible_to(user, permission).values("pk")),
        people=lambda case: policy_for(Community).people(permission, case.community),
    )


AUTHOR = Standing(
    holds=lambda facts: facts.is_author,
    objects=lambda user: Q(author=user),
    people=lambda case: Q(pk=case.author_id),
)
REPORTED = Standing(
    holds=lambda facts: facts.is_reporter,
    objects=lambda user: Q(pk__in=ContentReport.objects.filter(person=user).values("case")),
    people=lambda case: Q(pk__in=ContentReport.objects.filter(case=case).values("person")),
)
DECIDER = Standing(
    holds=lambda facts: facts.is_decider,
    objects=lambda user: Q(decided_by=user),
    people=lambda case: Q(pk=case.decided_by_id) if case.decided_by_id else NOTHING,
)
STEERING = Standing(
    holds=lambda facts: facts.is_steering,
    objects=lambda user: EVERYTHING if user.is_agent and user.platform_roles & STEERING_ROLES else NOTHING,
    people=lambda case: Q(
        is_external=False, pk__in=RoleGrant.objects.active().filter(role__in=STEERING_ROLES).values("person")
    ),
)
TEAM = _in_community("communities.moderate_community")
READER = _in_community("communities.view_community")


def _all(*parts: Standing) -> Standing:
    def together(filters: list[Q]) -> Q:
        result = Q()
        for one in filters:
            result &= one
        return result

    return Standing(
        holds=lambda facts: all(part.holds(facts) for part in parts),
        objects=lambda user: together([part.objects(user) for part in parts]),
        people=lambda case: together([part.people(case) for part in parts]),
    )


def _any(one: Standing, other: Standing) -> Standing:
    return Standing(
        holds=lambda facts: one.holds(facts) or other.holds(facts),
        objects=lambda user: one.objects(user) | other.objects(user),
        people=lambda case: one.people(case) | other.people(case),
    )


def _not(part: Standing) -> Standing:
    return Standing(
        holds=lambda facts: not part.holds(facts),
        objects=lambda user: ~part.objects(user),
        people=lambda case: ~part.people(case),
    )


OTHERS = _not(AUTHOR)
UNCONCERNED = _all(OTHERS, _not(REPORTED))


class CasePolicy(Policy[Case]):
    """Who learns of a case, and who decides what."""

    model = Case
    reading = "communities.view_case"
    table: ClassVar = CASE_TABLE
    standings: ClassVar = {
        "author": AUTHOR,
        "reporter": _all(REPORTED, READER),
        "team": TEAM,
        "steering": STEERING,
        "other_team": _all(TEAM, OTHERS),
        "other_steering": _all(STEERING, OTHERS),
        "judge": _all(TEAM, UNCONCERNED),
        "manager": _all(STEERING, UNCONCERNED),
        "decider": _all(_any(TEAM, STEERING), UNCONCERNED, DECIDER),
        "fresh_manager": _all(STEERING, UNCONCERNED, _not(DECIDER)),
    }

    def facts(self, user: Any, objects: list[Case]) -> Mapping[Any, Facts]:
        granted = policy_for(Community).granted_for(user, {case.community for case in objects})
        reports = ContentReport.objects.filter(person=user, case__in=[case.pk for case in objects])
        reported = set(reports.values_list("case", flat=True))
        is_steering = bool(user.is_agent and user.platform_roles & STEERING_ROLES)
        return {
            case.pk: Facts(
                is_author=case.author_id == user.pk,
                is_reporter=case.pk in reported,
                is_decider=case.decided_by_id == user.pk,
                is_steering=is_steering,
                community=granted[case.community_id],
            )
            for case in objects
        }
