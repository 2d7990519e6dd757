"""What is said in a community, in figures: who contributes, what is asked, how fast it is answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.enums import Verb
from communities.facts import WITHHELD, Better, Fact, Figure, Indicator, Measure, Measured, NextAction, Period, Reading
from communities.models import Activity, Community
from core.small_groups import is_small, parts_shown
from feed.enums import PostKind
from feed.models import Comment, Post

# A question that nobody has answered for so long needs its animators.
PATIENCE = timedelta(days=3)
SPOKEN = (Verb.PUBLISHED, Verb.COMMENTED)
People = frozenset[int]

ACTIVITY = {
    "active": Indicator(
        label=_("Active people"),
        definition=_("People who wrote, answered or reacted at least once during the period. Reading is not measured."),
    ),
    "contributors": Indicator(
        label=_("Contributors"),
        definition=_("People who published or answered at least once during the period."),
    ),
    "comments": Indicator(
        label=_("Answers"),
        definition=_("Comments written during the period, under whatever was published, and still there."),
    ),
}
POSTS = {
    "messages": Indicator(
        label=_("Messages"),
        definition=_("Messages and announcements published during the period and still there; questions are apart."),
    ),
    "questions": Indicator(
        label=_("Questions asked"),
        definition=_("Questions published during the period and still there."),
        better=Better.NEITHER,
    ),
    "answered": Indicator(
        label=_("Questions answered"),
        definition=_("Among the questions asked during the period, those that somebody else has answered since."),
    ),
    "response_time": Indicator(
        label=_("First answer"),
        definition=_(
            "Time from a question to the first answer by somebody else: half of the questions answered had theirs"
            " sooner, half later (the median). Nights and weekends count."
        ),
        measured=Measured.SECONDS,
        better=Better.LESS,
    ),
}


def read_activity(community: Community, period: Period) -> Reading:
    """Who did how much of what, by part of the period: one query, of as many rows as people were active."""
    people: dict[tuple[int, str], set[int]] = defaultdict(set)
    amounts: dict[tuple[int, str], int] = defaultdict(int)
    rows = (
        Activity.objects.filter(
            community=community,
            verb__in=(*SPOKEN, Verb.REACTED),
            is_shown=True,
            at__gte=period.before.opens_at,
            at__lt=period.closes_at,
        )
        .annotate(part=_part(period, "at"))
        .order_by()
        .values_list("part", "verb", "actor")
        .annotate(count=Count("pk"))
    )
    for part, verb, actor, count in rows:
        amounts[part, verb] += count
        if actor is not None:
            people[part, verb].add(actor)
    members = community.member_count  # type: ignore[attr-defined]
    numbers = range(len(period.parts))

    def who(part: int, *verbs: str) -> People:
        return frozenset().union(*(people[part, verb] for verb in verbs))

    def all_of(*verbs: str) -> list[People]:
        return [who(number, *verbs) for number in numbers]

    everything = (*SPOKEN, Verb.REACTED)
    figures = {
        "active": _people(all_of(*everything), who(BEFORE, *everything), members),
        "contributors": _people(
            all_of(*SPOKEN), who(BEFORE, *SPOKEN), members, among=(all_of(*everything), who(BEFORE, *everything))
        ),
    }
    comments = [amounts[number, Verb.COMMENTED] for number in numbers]
    figures["comments"] = _things(
        comments, all_of(Verb.COMMENTED), amounts[BEFORE, Verb.COMMENTED], who(BEFORE, Verb.COMMENTED)
    )
    return Reading(figures)


BEFORE, OUTSIDE = -1, -2


def _part(period: Period, column: str) -> Case:
    """The number of the part of the period in which a row falls; `BEFORE` for the period before, else `OUTSIDE`."""
    whens = [
        When(**{f"{column}__lt": period.before.opens_at}, then=Value(OUTSIDE)),
        When(**{f"{column}__lt": period.opens_at}, then=Value(BEFORE)),
    ]
    for number, (start, end) in enumerate(period.parts):
        whens.append(When(**{f"{column}__lt": Period(start, end).closes_at}, then=Value(number)))
    return Case(*whens, default=Value(OUTSIDE), output_field=IntegerField())


def _union(parts: Iterable[People]) -> People:
    return frozenset().union(*parts)


def _people(
    parts: Sequence[People], before: People, members: int, among: tuple[Sequence[People], People] | None = None
) -> Figure:
    """A number of people. One learns of the others by taking it from the members, and from those it is `among`."""
    everyone = _union(parts)
    wider, wider_before = among or ([], frozenset())
    series = []
    for number, part in enumerate(parts):
        around = [len(wider[number] - part)] if wider else []
        series.append(Measure(len(part), (len(part), len(everyone - part), max(members - len(part), 0), *around)))
    return Figure(
        now=Measure(len(everyone), _groups(everyone, members, _union(wider))),
        before=Measure(len(before), _groups(before, members, wider_before)),
        series=tuple(series),
    )


def _groups(people: People, members: int, wider: People) -> tuple[int, ...]:
    return (len(people), max(members - len(people), 0), len(wider - people))


def _things(amounts: Sequence[int], people: Sequence[People], before: int, people_before: People) -> Figure:
    """A number of things, with the people behind them."""
    return Figure(
        now=Measure(sum(amounts), (len(_union(people)),)),
        before=Measure(before, (len(people_before),)),
        series=_parts_of(amounts, people),
    )


def _parts_of(amounts: Sequence[int], people: Sequence[People]) -> tuple[Measure, ...]:
    """The parts of a total, of things: those that it would betray are withheld."""
    if is_small(len(_union(people))):
        return ()
    shown = parts_shown(people)
    return tuple(
        Measure(amount, (len(who),)) if is_shown else WITHHELD
        for amount, who, is_shown in zip(amounts, people, shown, strict=True)
    )


@dataclass
class Asked:
    """The questions of a time: who asked, who answered, how long it took."""

    askers: list[int] = field(default_factory=list)
    unserved: set[int] = field(default_factory=set)
    served: set[int] = field(default_factory=set)
    waits: list[float] = field(default_factory=list)

    def add(self, asker: int, wait: timedelta | None, answerer: int | None) -> None:
        """One question, with how long its first answer took and whose it was; None: there is none."""
        self.askers.append(asker)
        if wait is None or answerer is None:
            self.unserved.add(asker)
        else:
            self.waits.append(wait.total_seconds())
            self.served |= {asker, answerer}

    @property
    def answered(self) -> Measure:
        """How many have an answer; what is left of all of them are those that wait."""
        return Measure(len(self.waits), (len(self.served), len(self.unserved)))

    @property
    def wait(self) -> Measure:
        """Half of the answers came sooner."""
        return Measure(median(self.waits) if self.waits else None, (len(self.served),))


def read_posts(community: Community, period: Period) -> Reading:
    """What was published in the two periods, and the questions that wait: one query, of as many rows as posts."""
    first = (
        Comment.objects.standing()
        .filter(target_type=ContentType.objects.get_for_model(Post), target_id=OuterRef("pk"))
        .exclude(author=OuterRef("author"))
        .order_by("pk")
    )
    is_question = Q(kind=PostKind.QUESTION)
    is_open = is_question & Q(accepted_comment=None)
    rows = (
        Post.objects.kept()
        .filter(
            Q(created_at__gte=period.before.opens_at, created_at__lt=period.closes_at) | is_open, community=community
        )
        .annotate(
            part=_part(period, "created_at"),
            asks=Case(When(is_question, then=Value(1)), default=Value(0), output_field=IntegerField()),
            waits=Case(
                When(is_open & Q(created_at__lt=timezone.now() - PATIENCE), then=Value(1)),
                default=Value(0),
                output_field=IntegerField(),
            ),
            # Messages are spared the look for a first answer.
            first_at=Case(When(is_question, then=Subquery(first.values("created_at")[:1]))),
            first_by=Case(When(is_question, then=Subquery(first.values("author")[:1]))),
            wait=ExpressionWrapper(F("first_at") - F("created_at"), DurationField()),
        )
        .order_by()
        .values_list("part", "asks", "waits", "author", "wait", "first_by")
    )
    parts: dict[int, Asked] = defaultdict(Asked)
    said: dict[int, list[int]] = defaultdict(list)
    whole, waiting = Asked(), 0
    for part, asks, waits, author, wait, first_by in rows:
        waiting += waits
        if part == OUTSIDE:
            continue
        if not asks:
            said[part].append(author)
            continue
        parts[part].add(author, wait, first_by)
        if part != BEFORE:
            whole.add(author, wait, first_by)
    before, each = parts[BEFORE], [parts[number] for number in range(len(period.parts))]
    figures = {
        "messages": _by([said[number] for number in range(len(period.parts))], said[BEFORE]),
        "questions": _by([part.askers for part in each], before.askers),
        "answered": Figure(whole.answered, before.answered),
        "response_time": Figure(whole.wait, before.wait, tuple(part.wait for part in each)),
    }
    return Reading(figures, _waiting(community, waiting))


def _by(authors: Sequence[list[int]], before: list[int]) -> Figure:
    """A number of things, given as the author of each."""
    return _things(
        [len(part) for part in authors], [frozenset(part) for part in authors], len(before), frozenset(before)
    )


def _waiting(community: Community, count: int) -> list[NextAction]:
    if not count:
        return []
    text = ngettext(
        "%(count)d question has waited for more than three days.",
        "%(count)d questions have waited for more than three days.",
        count,
    )
    address = f"{reverse('feed:question_list', args=[community.slug])}?state=open"
    return [NextAction(count, text % {"count": count}, address, "moderate_community", "question", 10)]


FACTS: dict[str, Any] = {
    "activity": Fact(ACTIVITY, read_activity, order=20),
    "posts": Fact(POSTS, read_posts, order=30),
}
