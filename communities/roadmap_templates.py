"""A roadmap to begin from, for each kind of community: to be kept, changed or removed line by line. Proposition 44."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from communities.enums import CommunityKind
from communities.roadmap_content import Content

SATURDAY = 5


@dataclass(frozen=True)
class Aim:
    """An objective of a model."""

    title: Any
    indicator: Any
    unit: Any
    target: int
    start: int = 0


@dataclass(frozen=True)
class Step:
    """A milestone of a model, so many days after the beginning; `after_step` counts from 1."""

    title: Any
    days: int
    after_step: int = 0


@dataclass(frozen=True)
class Telling:
    """A communication action of a model, so many days after the beginning."""

    title: Any
    channel: Any
    audience: Any
    days: int


@dataclass(frozen=True)
class RoadmapTemplate:
    """What communities of one kind usually set out to do."""

    about: Any
    ways: Any
    review_days: int
    aims: tuple[Aim, ...]
    steps: tuple[Step, ...]
    tellings: tuple[Telling, ...]

    def content(self, today: date) -> Content:
        """The roadmap that begins today, in the language of the reader, as `start_roadmap` takes it."""
        names = [str(uuid.uuid4()) for _step in self.steps]
        return {
            "ways": str(self.ways),
            "review_on": working_day(today, self.review_days).isoformat(),
            "objectives": [
                {
                    "title": str(aim.title),
                    "indicator": str(aim.indicator),
                    "unit": str(aim.unit),
                    "start": str(aim.start),
                    "target": str(aim.target),
                    "current": str(aim.start),
                    "measured_on": today.isoformat(),
                }
                for aim in self.aims
            ],
            "milestones": [
                {
                    "uid": name,
                    "title": str(step.title),
                    "due_on": working_day(today, step.days).isoformat(),
                    "depends_on": [names[step.after_step - 1]] if step.after_step else [],
                }
                for name, step in zip(names, self.steps, strict=True)
            ],
            "communication": [
                {
                    "title": str(telling.title),
                    "channel": str(telling.channel),
                    "audience": str(telling.audience),
                    "due_on": working_day(today, telling.days).isoformat(),
                }
                for telling in self.tellings
            ],
        }


def working_day(today: date, days: int) -> date:
    """The day that comes so many days later, or the Monday after where offices are closed."""
    day = today + timedelta(days=days)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day


INTRANET, MEETING, MAIL, IN_COMMUNITY = _("Intranet"), _("Team meetings"), _("E-mail"), _("In the community")
EVERY_AGENT, THE_MEMBERS, THE_SPONSOR = _("all agents concerned"), _("members"), _("sponsor")

roadmap_templates: Final[Mapping[str, RoadmapTemplate]] = {
    CommunityKind.PROJECT: RoadmapTemplate(
        about=_("For a team that delivers something by a day: scope, versions, trial, handover."),
        ways=_(
            "A meeting of thirty minutes every other week, with its decisions written here the same day.\n"
            "Documents are shared in the community, never as attachments.\n"
            "A question that blocks somebody gets a first answer within two working days."
        ),
        review_days=90,
        aims=(
            Aim(_("Deliver what was agreed, on the day that was agreed"), _("deliverables accepted"), _("%"), 100),
            Aim(_("Decide in the open"), _("decisions written in the community"), _("decisions"), 20),
            Aim(_("Have those who will use it try it early"), _("agents who tried it"), _("agents"), 30),
        ),
        steps=(
            Step(_("Scope and calendar shared with the members"), 14),
            Step(_("First version shown and discussed"), 45, after_step=1),
            Step(_("Trial with two services"), 75, after_step=2),
            Step(_("Decision to generalise, with the sponsor"), 100, after_step=3),
            Step(_("Handover to the service that will run it"), 135, after_step=4),
            Step(_("What we learnt, in two pages"), 150, after_step=5),
        ),
        tellings=(
            Telling(_("Say why this project and what will change"), INTRANET, EVERY_AGENT, 14),
            Telling(_("Demonstration open to the teams concerned"), MEETING, EVERY_AGENT, 60),
            Telling(_("Progress in five lines"), MAIL, THE_SPONSOR, 90),
        ),
    ),
    CommunityKind.PROFESSIONAL: RoadmapTemplate(
        about=_("For people of one profession in several services: answer each other, share what works."),
        ways=_(
            "Two animators take turns: one week each.\n"
            "Questions are asked here rather than by mail, so that the answer serves everybody.\n"
            "One theme a month, prepared by a different member each time."
        ),
        review_days=180,
        aims=(
            Aim(_("Leave no question without an answer"), _("questions answered within three days"), _("%"), 80),
            Aim(_("Gather the profession beyond the first services"), _("services that take part"), _("services"), 10),
            Aim(_("Write down what everybody looks for"), _("practical sheets published"), _("sheets"), 12),
        ),
        steps=(
            Step(_("The twenty questions that come back most often, collected"), 21),
            Step(_("First workshop: one case, three ways of doing"), 45),
            Step(_("First six practical sheets, read again by members"), 90, after_step=1),
            Step(_("Call for a third animator"), 110),
            Step(_("Half-day meeting of the profession"), 150, after_step=2),
            Step(_("Yearly report to the sponsor"), 180),
        ),
        tellings=(
            Telling(_("Present the community to the heads of service"), MEETING, _("heads of service"), 10),
            Telling(_("Portrait of a member and of what they found here"), INTRANET, EVERY_AGENT, 60),
            Telling(_("The best answers of the quarter"), IN_COMMUNITY, THE_MEMBERS, 90),
        ),
    ),
    CommunityKind.PRACTICE: RoadmapTemplate(
        about=_("For those who learn a know-how together: try, show, help each other."),
        ways=_(
            "We learn by doing: each meeting starts from somebody's real case.\n"
            "Attempts that failed are told as readily as those that worked.\n"
            "Beginners are welcome; each is offered a companion for their first month."
        ),
        review_days=120,
        aims=(
            Aim(_("Have members try for themselves"), _("attempts told in the community"), _("attempts"), 25),
            Aim(_("Help beginners to stay"), _("newcomers still active after three months"), _("%"), 60),
            Aim(_("Build a common tool box"), _("models and guides tested by two services"), _("guides"), 8),
        ),
        steps=(
            Step(_("Who knows what: members say what they can show"), 14),
            Step(_("First session: one hour, one case"), 30, after_step=1),
            Step(_("First three guides tested by another service"), 75, after_step=2),
            Step(_("Pairs of companions in place"), 60),
            Step(_("Open day: show what was tried"), 120, after_step=3),
        ),
        tellings=(
            Telling(_("Invite to the first session"), INTRANET, EVERY_AGENT, 15),
            Telling(_("Summary of each session within two days"), IN_COMMUNITY, THE_MEMBERS, 32),
            Telling(_("Before and after, in one picture"), INTRANET, EVERY_AGENT, 100),
        ),
    ),
    CommunityKind.INTERMINISTERIAL: RoadmapTemplate(
        about=_("For several administrations around one subject: agree on words, compare, act together."),
        ways=_(
            "Each administration names one correspondent who brings its questions and takes the answers back.\n"
            "Nothing that concerns one person or one file is shared here.\n"
            "A remote meeting every other month; minutes within five days."
        ),
        review_days=180,
        aims=(
            Aim(_("Have every administration at the table"), _("administrations that take part"), _("entities"), 8),
            Aim(_("Speak with the same words"), _("terms defined together"), _("terms"), 30),
            Aim(_("Act together at least once"), _("joint actions carried out"), _("actions"), 2),
        ),
        steps=(
            Step(_("Correspondents named by each administration"), 30),
            Step(_("State of play: who does what, with which means"), 75, after_step=1),
            Step(_("Shared glossary, first version"), 100, after_step=1),
            Step(_("Choice of the first joint action"), 120, after_step=2),
            Step(_("Report to the sponsors of each administration"), 180, after_step=4),
        ),
        tellings=(
            Telling(_("Common announcement by the sponsors"), INTRANET, EVERY_AGENT, 30),
            Telling(_("Two-page letter after each meeting"), MAIL, _("correspondents"), 65),
            Telling(_("Present the joint action to the services that receive the public"), MEETING, EVERY_AGENT, 150),
        ),
    ),
    CommunityKind.EXTRA_PROFESSIONAL: RoadmapTemplate(
        about=_("For what colleagues share outside work: meet, organise, welcome."),
        ways=_(
            "Everybody is welcome, whatever their level or their service.\n"
            "Meetings take place outside working hours or at lunch; the calendar is decided a month ahead.\n"
            "Two members take care of the organisation for six months, then hand over."
        ),
        review_days=180,
        aims=(
            Aim(_("Meet regularly"), _("meetings held"), _("meetings"), 10),
            Aim(_("Welcome colleagues of other services"), _("services that are represented"), _("services"), 6),
        ),
        steps=(
            Step(_("Calendar of the half-year, chosen together"), 14),
            Step(_("First meeting"), 30, after_step=1),
            Step(_("A moment open to all colleagues"), 100),
            Step(_("Handover to the next two organisers"), 170),
        ),
        tellings=(
            Telling(_("Poster and short note for newcomers"), INTRANET, EVERY_AGENT, 10),
            Telling(_("Photographs and a few words after the open moment"), IN_COMMUNITY, THE_MEMBERS, 103),
        ),
    ),
}
