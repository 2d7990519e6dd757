"""The board of community managers: everything that is proposed or lives, by state and by age. Propositions 14, 49.

It shows the card of communities and nothing of what is said in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from communities.enums import ProposalState, Stage
from communities.models import Community, Membership, Proposal

CHECK, COMPLETE, SPONSOR = "check", "complete", "sponsor"
PREPARATION, OPEN, ASLEEP, READ_ONLY, ARCHIVED = "preparation", "open", "asleep", "read_only", "archived"
STATES: Final[Mapping[str, Any]] = {
    CHECK: _("To check"),
    COMPLETE: _("To complete"),
    SPONSOR: _("Before the sponsor"),
    PREPARATION: pgettext_lazy("communities", "In preparation"),
    OPEN: pgettext_lazy("communities", "Open"),
    ASLEEP: pgettext_lazy("communities", "Silent or asleep"),
    READ_ONLY: pgettext_lazy("communities", "Read-only"),
    ARCHIVED: pgettext_lazy("communities", "Archived"),
}
PROPOSED: Final = {
    CHECK: (ProposalState.CHECKING,),
    COMPLETE: (ProposalState.RETURNED, ProposalState.CHANGES),
    SPONSOR: (ProposalState.SPONSORING,),
}
# How long something has stood where it stands; the bound is in days, the last has none.
AGES: Final[Mapping[str, tuple[Any, int | None]]] = {
    "week": (_("≤ 7 days"), 7),
    "month": (_("≤ 30 days"), 30),
    "quarter": (_("≤ 90 days"), 90),
    "more": (_("longer"), None),
}
# After how many days in a state somebody should have a look.
LATE: Final = {CHECK: 7, COMPLETE: 30, SPONSOR: 7, PREPARATION: 90, ASLEEP: 30}
NOBODY = "nobody"


@dataclass(frozen=True)
class Choice:
    """What narrows the board; empty values narrow nothing. `unit_path` is that of a unit with all below it."""

    unit_path: str = ""
    kind: str = ""
    companion: str = ""

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The same choice for communities and for proposals."""
        if self.unit_path:
            rows = rows.filter(unit__path__startswith=self.unit_path)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.companion == NOBODY:
            return rows.filter(accompanied_by=None)
        return rows.filter(accompanied_by__handle=self.companion) if self.companion else rows


@dataclass(frozen=True)
class Cell:
    """How many stand in one state since about so long."""

    state: str
    age: str
    count: int
    is_late: bool


@dataclass(frozen=True)
class Row:
    """One state of the board with its ages."""

    state: str
    title: Any
    cells: list[Cell]
    total: int


def communities_on_board(user: Any, choice: Choice) -> QuerySet[Community]:
    """Communities with `board_state` and `since`."""
    asleep = Q(stage=Stage.OPEN, question__next_at__isnull=False)
    rows = Community.objects.visible_to(user).annotate(
        board_state=Case(
            When(stage=Stage.PREPARATION, then=Value(PREPARATION)),
            When(asleep, then=Value(ASLEEP)),
            When(stage=Stage.OPEN, then=Value(OPEN)),
            When(stage=Stage.READ_ONLY, then=Value(READ_ONLY)),
            default=Value(ARCHIVED),
            output_field=CharField(),
        ),
        since=Case(When(asleep, then=F("question__asked_at")), default=F("stage_changed_at")),
    )
    return choice.narrow(rows)


def proposals_on_board(user: Any, choice: Choice) -> QuerySet[Proposal]:
    """Proposals that wait for somebody, with `board_state` and `since`."""
    whens = [When(state__in=states, then=Value(name)) for name, states in PROPOSED.items()]
    rows = Proposal.objects.visible_to(user).open()
    return choice.narrow(rows.annotate(board_state=Case(*whens, output_field=CharField()), since=F("state_changed_at")))


def board(user: Any, choice: Choice, now: datetime) -> list[Row]:
    """How many stand where, since how long: two queries, whatever the number of communities."""
    counts: dict[tuple[str, str], int] = {}
    for rows in (proposals_on_board(user, choice), communities_on_board(user, choice)):
        counted = rows.annotate(age=_age(now)).order_by().values("board_state", "age").annotate(count=Count("pk"))
        for row in counted:
            counts[row["board_state"], row["age"]] = row["count"]
    return [_row(state, counts) for state in STATES]


def in_cell(rows: QuerySet[Any], state: str, age: str, now: datetime) -> QuerySet[Any]:
    """Those of one state, of one age where it is given; what has waited longest first."""
    rows = rows.filter(board_state=state)
    if age:
        rows = rows.annotate(age=_age(now)).filter(age=age)
    return rows.order_by("since", "pk")


def for_lines(communities: QuerySet[Community]) -> QuerySet[Community]:
    """What a line of the board shows of a community, in one query."""
    animators = Membership.objects.animators().current().filter(community=OuterRef("pk")).order_by()
    counted = animators.values("community").annotate(count=Count("pk")).values("count")
    return communities.select_related("unit", "cover", "sponsor", "accompanied_by", "question").annotate(
        animator_count=Coalesce(counted, 0)
    )


def load_of_companions(user: Any) -> list[dict[str, Any]]:
    """Who accompanies how many: community managers of today, with their communities and proposals; one query."""
    alive = Community.objects.visible_to(user).exclude(stage=Stage.ARCHIVED).filter(accompanied_by=OuterRef("pk"))
    waiting = Proposal.objects.open().filter(accompanied_by=OuterRef("pk"))
    return list(
        User.objects.current()
        .filter(is_external=False)
        .holding("community_manager")
        .annotate(community_count=_count(alive), proposal_count=_count(waiting))
        .order_by("sort_key", "pk")
        .values("handle", "first_name", "last_name", "community_count", "proposal_count")
    )


def pilots(user: Any) -> QuerySet[Community]:
    """The pilot communities that are not archived. Proposition 14."""
    return Community.objects.visible_to(user).filter(is_pilot=True).exclude(stage=Stage.ARCHIVED).order_by("search_key")


def orphans(user: Any) -> QuerySet[Community]:
    """Communities that nobody leads any more."""
    animators = Membership.objects.animators().current().filter(community=OuterRef("pk"))
    rows = Community.objects.visible_to(user).exclude(stage=Stage.ARCHIVED)
    return rows.filter(~Exists(animators)).order_by("search_key")


def days_since(since: datetime, now: datetime) -> int:
    """Whole days."""
    return (now - since).days


def is_late(state: str, since: datetime, now: datetime) -> bool:
    """Whether something has stood there longer than it should."""
    return state in LATE and days_since(since, now) > LATE[state]


def _age(now: datetime) -> Case:
    bounded = [(name, days) for name, (_title, days) in AGES.items() if days is not None]
    whens = [When(since__gt=now - timedelta(days=days), then=Value(name)) for name, days in bounded]
    return Case(*whens, default=Value("more"), output_field=CharField())


def _row(state: str, counts: Mapping[tuple[str, str], int]) -> Row:
    cells, reached = [], 0
    for age, (_title, days) in AGES.items():
        count = counts.get((state, age), 0)
        # What is counted here has stood there for longer than the age before.
        cells.append(Cell(state, age, count, bool(count) and state in LATE and reached >= LATE[state]))
        reached = days or reached
    return Row(state, STATES[state], cells, sum(cell.count for cell in cells))


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("accompanied_by").annotate(count=Count("pk")).values("count")
    return Coalesce(counted, 0)
