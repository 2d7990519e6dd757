"""Reported texts and what was decided; written straight into the tables."""

from __future__ import annotations

from typing import Any

import factory
from django.db.models import Model

from communities.enums import CaseState, Outcome, ReportReason
from communities.models import Case, Charter, ContentReport, Decision
from core.targets import target_for
from tests.factories.accounts import UserFactory


class CharterFactory(factory.django.DjangoModelFactory):
    """The first version of a charter, of two rules."""

    class Meta:
        model = Charter

    community = factory.SubFactory("tests.factories.communities.CommunityFactory")
    number = 1
    rules = factory.LazyFunction(lambda: ["Restons courtois.", "Citons nos sources."])


class CaseFactory(factory.django.DjangoModelFactory):
    """A case that waits, about `target`, a new post by default; `reporters` is how many people reported it."""

    class Meta:
        model = Case
        # The reports hang on it; nothing of the case itself changes after.
        skip_postgeneration_save = True

    target = factory.SubFactory("tests.factories.feed.PostFactory")
    community = factory.LazyAttribute(lambda case: case.target.community)
    author = factory.LazyAttribute(lambda case: case.target.author)

    @factory.post_generation
    def reporters(self: Case, create: bool, count: int | None, **kwargs: Any) -> None:
        for _number in range(1 if count is None else count):
            report(self)


def report(case: Case, person: Any = None) -> ContentReport:
    """One more person reported it."""
    return ContentReport.objects.create(case=case, person=person or UserFactory(), reason=ReportReason.ABUSIVE)


def decided(case: Case, by: Any, outcome: Outcome = Outcome.HIDE, **fields: Any) -> Decision:
    """The case as `by` decided it; what a decision does to the text and the author is not done."""
    decision = Decision.objects.create(
        case=case, outcome=outcome, by=by, rule="1. Restons courtois.", word="Trop vif.", **fields
    )
    case.state, case.outcome, case.decided_by, case.decided_at = CaseState.DECIDED, outcome, by, decision.at
    case.is_told = True
    case.save()
    return decision


def hide(target: Model, reason: str = "1. Restons courtois.") -> None:
    """Takes the target out of sight as moderation does."""
    moderation = target_for(target).moderation
    assert moderation is not None
    moderation.hide(target, reason)
    target.refresh_from_db()
