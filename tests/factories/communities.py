"""Communities and memberships for tests; nothing random that changes a right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from guardian.shortcuts import assign_perm

from accounts.enums import PlatformRole
from communities.enums import (
    CommunityKind,
    Grant,
    Joining,
    LifeReason,
    MembershipState,
    ReportAnswer,
    ReportState,
    RequestState,
    Role,
    Stage,
    Verb,
    Visibility,
)
from communities.models import (
    Activity,
    Community,
    LifeQuestion,
    Membership,
    Milestone,
    Objective,
    PartnerRequest,
    Roadmap,
    RoleAccess,
    SponsorReport,
)


class CommunityFactory(factory.django.DjangoModelFactory):
    """An open community, listed, that every agent joins freely."""

    class Meta:
        model = Community

    class Params:
        on_request = factory.Trait(joining=Joining.REQUEST)
        by_invitation = factory.Trait(joining=Joining.INVITATION)
        confidential = factory.Trait(visibility=Visibility.CONFIDENTIAL, joining=Joining.INVITATION)
        in_preparation = factory.Trait(stage=Stage.PREPARATION)
        read_only = factory.Trait(stage=Stage.READ_ONLY)
        archived = factory.Trait(stage=Stage.ARCHIVED)

    name = factory.Sequence(lambda number: f"Achats durables {number}")
    slug = factory.Sequence(lambda number: f"achats-durables-{number}")
    purpose = "Acheter mieux, ensemble."
    kind = CommunityKind.PROFESSIONAL
    visibility = Visibility.LISTED
    joining = Joining.OPEN
    stage = Stage.OPEN


class MembershipFactory(factory.django.DjangoModelFactory):
    """A plain member."""

    class Meta:
        model = Membership

    class Params:
        moderator = factory.Trait(role=Role.MODERATOR)
        animator = factory.Trait(role=Role.ANIMATOR)
        invited = factory.Trait(state=MembershipState.INVITED)
        requested = factory.Trait(state=MembershipState.REQUESTED, motivation="Je suis acheteuse.")
        banned = factory.Trait(state=MembershipState.BANNED)

    community = factory.SubFactory(CommunityFactory)
    person = factory.SubFactory("tests.factories.accounts.UserFactory")
    state = MembershipState.MEMBER
    role = Role.MEMBER


class RoleAccessFactory(factory.django.DjangoModelFactory):
    """The holders of a role read without joining."""

    class Meta:
        model = RoleAccess

    community = factory.SubFactory(CommunityFactory)
    role = PlatformRole.AMBASSADOR
    permission = Grant.VIEW


class PartnerRequestFactory(factory.django.DjangoModelFactory):
    """An animator asks that a partner without an account come for a month."""

    class Meta:
        model = PartnerRequest

    class Params:
        approved = factory.Trait(state=RequestState.APPROVED)
        refused = factory.Trait(state=RequestState.REFUSED, refusal="Un atelier suffit.")

    community = factory.SubFactory(CommunityFactory, allows_partners=True)
    email = factory.Sequence(lambda n: f"partenaire{n}@pont-neuf.example")
    name = "Maya Lambert"
    organisation = "Association Pont-Neuf"
    reason = "Elle tient le guichet avec nous."
    last_day = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))
    requested_by = factory.SubFactory("tests.factories.accounts.UserFactory")


class SponsorReportFactory(factory.django.DjangoModelFactory):
    """A report on the ninety days before today, to be completed by the animators; `sent`, then `answered`."""

    class Meta:
        model = SponsorReport

    class Params:
        prepared = factory.Trait(state=ReportState.PREPARED)
        sent = factory.Trait(
            state=ReportState.SENT,
            word="Le marché cadre est signé, l’atelier a eu lieu.",
            sent_at=factory.LazyFunction(timezone.now),
        )
        answered = factory.Trait(
            state=ReportState.ANSWERED,
            word="Le marché cadre est signé, l’atelier a eu lieu.",
            sent_at=factory.LazyFunction(timezone.now),
            answer=ReportAnswer.CONTINUE,
            answered_at=factory.LazyFunction(timezone.now),
        )

    community = factory.SubFactory(CommunityFactory)
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=90))
    ends_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1))
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=15))


class LifeQuestionFactory(factory.django.DjangoModelFactory):
    """A silent community that was asked yesterday whether it is still useful."""

    class Meta:
        model = LifeQuestion

    community = factory.SubFactory(CommunityFactory)
    reason = LifeReason.SILENCE
    asked_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    next_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=20))


def member_of(community: Community, role: Role = Role.MEMBER, **person: Any) -> Any:
    """A new person who is a member of the community."""
    return MembershipFactory(community=community, role=role, **{f"person__{k}": v for k, v in person.items()}).person


def grant(community: Community, unit: Any, codename: str) -> None:
    """Grants `view_community` or `join_community` to the agents of a unit."""
    assign_perm(codename, unit.group, community)


def make_ready(community: Community) -> None:
    """Does all that a community needs before it opens."""
    animators = [member_of(community, Role.ANIMATOR) for _number in range(2)]
    roadmap, _made = Roadmap.objects.get_or_create(community=community)
    Objective.objects.create(roadmap=roadmap, title="Acheter mieux")
    Milestone.objects.create(roadmap=roadmap, title="Premier bilan", due_on=timezone.localdate())
    for person in animators * 2:
        content = MembershipFactory()
        Activity.objects.create(community=community, actor=person, verb=Verb.PUBLISHED, target=content, is_entry=True)
    community.welcome, community.access_read_at = "Bienvenue.", timezone.now()
    community.save()
