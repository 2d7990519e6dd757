"""The models of roadmaps: one a kind of community, each a roadmap that may be started as it stands."""

from __future__ import annotations

from datetime import date

import pytest

from communities.actions.roadmap import start_roadmap
from communities.enums import CommunityKind
from communities.roadmap_templates import roadmap_templates
from core.system import SYSTEM
from tests.factories.communities import CommunityFactory

TODAY = date(2026, 11, 25)


def test_every_kind_has_a_model():
    assert set(roadmap_templates) == set(CommunityKind)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", CommunityKind)
def test_a_model_is_a_roadmap_that_holds(kind):
    content = roadmap_templates[kind].content(TODAY)
    roadmap = start_roadmap(actor=SYSTEM, community=CommunityFactory(kind=kind), content=content)
    # What the check-list of a preparation asks: an objective, a milestone with a day.
    assert roadmap.objectives.exclude(target=None).count() == len(roadmap_templates[kind].aims)
    days = list(roadmap.milestones.by_date().values_list("due_on", flat=True))
    assert len(days) >= 4
    assert all(day > TODAY and day.weekday() < 5 for day in days)
    for milestone in roadmap.milestones.all():
        assert all(before.due_on < milestone.due_on for before in milestone.depends_on.all())
    assert roadmap.review_on > TODAY
