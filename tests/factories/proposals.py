"""Proposals for tests, in a chosen state, with somebody in each part."""

from __future__ import annotations

from typing import Any

import factory

from communities.enums import CommunityKind, ProposalState
from communities.models import Proposal


class ProposalFactory(factory.django.DjangoModelFactory):
    """A proposal that waits for a community manager, led by its proposer; `animators=[…]` names others too."""

    class Meta:
        model = Proposal
        skip_postgeneration_save = True

    class Params:
        returned = factory.Trait(state=ProposalState.RETURNED)
        sponsoring = factory.Trait(state=ProposalState.SPONSORING)
        changes = factory.Trait(state=ProposalState.CHANGES)
        refused = factory.Trait(state=ProposalState.REFUSED)

    name = factory.Sequence(lambda number: f"Sobriété numérique {number}")
    purpose = "Réduire l’empreinte de nos équipements."
    kind = CommunityKind.PROFESSIONAL
    proposed_by = factory.SubFactory("tests.factories.accounts.UserFactory")
    sponsor = factory.SubFactory("tests.factories.accounts.UserFactory", sponsor=True)

    @factory.post_generation
    def animators(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            self.animators.set(extracted if extracted is not None else [self.proposed_by])
