"""Builds the demo administration, floor by floor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation

from accounts.models import User
from core.errors import BusinessRuleError
from core.models import OutboxEvent
from rse.demo import communities, conversations, moderation, news, partners, people, proposals, reports, roadmaps
from rse.demo.communities import Place
from rse.demo.conversations import Said, Writer
from rse.demo.moments import Clock, moments_kept
from rse.demo.people import People
from rse.demo.proposals import Taken
from rse.demo.texts import read_list


@dataclass
class Demo:
    """The demonstration while it is built: what one floor wrote, for the next."""

    clock: Clock
    people: People = field(default_factory=People)
    places: list[Place] = field(default_factory=list)
    talks: list[tuple[Place, list[Said]]] = field(default_factory=list)
    proposals: list[Taken] = field(default_factory=list)


def _write_people(demo: Demo) -> None:
    demo.people = people.write(demo.clock)
    people.write_roles(demo.people, demo.clock)
    people.write_invitations(demo.people, demo.clock)


def _write_communities(demo: Demo) -> None:
    said = {row["slug"]: conversations.read(row, demo.clock) for row in read_list("communities.toml", "community")}
    spans = {slug: conversations.span_of(posts) for slug, posts in said.items()}
    demo.places = communities.write(demo.people, demo.clock, spans)
    demo.talks = [(place, said[place.slug]) for place in demo.places]


def _write_roadmaps(demo: Demo) -> None:
    roadmaps.write(demo.places, demo.people, demo.clock)


def _write_conversations(demo: Demo) -> None:
    Writer(demo.people, demo.clock).write(demo.talks)


def _write_moderation(demo: Demo) -> None:
    moderation.write(demo.talks, demo.people, demo.clock)


def _write_reports(demo: Demo) -> None:
    reports.write(demo.places, demo.people, demo.clock)


def _write_partners(demo: Demo) -> None:
    partners.write(demo.places, demo.people, demo.clock)


def _write_proposals(demo: Demo) -> None:
    demo.proposals = proposals.write(demo.places, demo.people, demo.clock)


def _write_news(demo: Demo) -> None:
    news.write(demo.talks, demo.proposals, demo.people, demo.clock)


FLOORS: tuple[tuple[str, Callable[[Demo], None]], ...] = (
    ("people", _write_people),
    ("communities", _write_communities),
    ("roadmaps", _write_roadmaps),
    ("conversations", _write_conversations),
    ("moderation", _write_moderation),
    ("reports", _write_reports),
    ("partners", _write_partners),
    ("proposals", _write_proposals),
    ("news", _write_news),
)


def build(now: datetime, progress: Callable[[str], None] = lambda floor: None) -> None:
    """Fills an empty installation, in one transaction; `progress` is told of each floor as it begins.

    Raises:
        BusinessRuleError: outside demonstration mode, or where there already are people.
    """
    if not settings.DEMO:
        raise BusinessRuleError("The demonstration has open passwords: it is built with DEMO=1 and nowhere else.")
    with transaction.atomic(), translation.override("fr"), moments_kept():
        if User.objects.exists():
            raise BusinessRuleError("There already are people here: the demonstration is built in an empty database.")
        demo = Demo(Clock(now.replace(second=0, microsecond=0)))
        for floor, write in FLOORS:
            progress(floor)
            write(demo)
        # Nobody is told of the past: news of it would leave as if it had just happened.
        OutboxEvent.objects.all().delete()
