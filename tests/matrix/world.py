"""One community of each visibility with somebody in every role around it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from guardian.shortcuts import assign_perm

from accounts.enums import PlatformRole
from accounts.models import RoleGrant
from communities.actions.roadmap import start_roadmap
from communities.enums import Joining, MembershipState, Role, Stage, Visibility
from communities.models import Community, ManagerNote, ReachChange
from core.models import Draft, Image, Mail
from core.system import SYSTEM
from feed.models import Revision
from notifications.models import Notification
from tests.factories.accounts import DeputyFactory, InvitationFactory, UnitFactory, UserFactory
from tests.factories.communities import (
    CommunityFactory,
    MembershipFactory,
    PartnerRequestFactory,
    RoleAccessFactory,
    SponsorReportFactory,
)
from tests.factories.feed import CommentFactory, PostFactory
from tests.factories.moderation import CaseFactory
from tests.factories.proposals import ProposalFactory

ACCESS: dict[str, dict[str, str]] = {
    "open": {},
    "request": {"joining": Joining.REQUEST},
    "invitation": {"joining": Joining.INVITATION},
    "confidential": {"visibility": Visibility.CONFIDENTIAL, "joining": Joining.INVITATION},
    "preparation": {"stage": Stage.PREPARATION},
    "read_only": {"stage": Stage.READ_ONLY},
    "archived": {"stage": Stage.ARCHIVED},
}
PLATFORM = {
    "community_manager": PlatformRole.COMMUNITY_MANAGER,
    "administrator": PlatformRole.ADMINISTRATOR,
    "ambassador": PlatformRole.AMBASSADOR,
    "sponsor": PlatformRole.SPONSOR,
    "certifier": PlatformRole.CERTIFIER,
}


ROADMAP = {
    "objectives": [{"title": "Répondre vite"}],
    "milestones": [{"title": "Atelier", "due_on": "2026-12-14"}],
    "communication": [{"title": "Affiche"}],
}


@dataclass
class World:
    """The community, the people by role and the objects that addresses name."""

    community: Community
    people: dict[str, Any]
    objects: dict[str, Any] = field(default_factory=dict)


def make_world(visibility: str) -> World:
    """Builds the surroundings of one visibility; the question and its comments are the author's."""
    community = CommunityFactory(**ACCESS[visibility])
    people: dict[str, Any] = {
        "agent": UserFactory(),
        "head": UserFactory(),
        "external_stranger": UserFactory(external=True),
        "suspended": UserFactory(closed=True),
        "member": UserFactory(),
        "external_member": UserFactory(external=True),
        "author": UserFactory(),
        "moderator": UserFactory(),
        "animator": UserFactory(),
        "banned": UserFactory(),
        # They are named by addresses and open none.
        "requester": UserFactory(),
        "invitee": UserFactory(),
    }
    UserFactory(manager=people["head"])
    for role, platform_role in PLATFORM.items():
        people[role] = UserFactory(roles=[platform_role])
    for role in ("member", "external_member", "author"):
        MembershipFactory(community=community, person=people[role])
    MembershipFactory(community=community, person=people["moderator"], role=Role.MODERATOR)
    MembershipFactory(community=community, person=people["animator"], role=Role.ANIMATOR)
    MembershipFactory(community=community, person=people["banned"], state=MembershipState.BANNED)
    MembershipFactory(community=community, person=people["requester"], state=MembershipState.REQUESTED)
    MembershipFactory(community=community, person=people["invitee"], state=MembershipState.INVITED)
    question = PostFactory(community=community, author=people["author"], question=True, version=2)
    unit = UnitFactory()
    comment = CommentFactory(target=question, author=people["author"], version=2)
    for text in (question, comment):
        Revision.objects.create(
            target=text, number=1, body="<p>Avant.</p>", author=text.author, created_at=timezone.now()
        )
    roadmap = start_roadmap(actor=SYSTEM, community=community, content=ROADMAP)
    # What belongs to one person and exists for nobody else, whatever their role: somebody outside the roles owns it.
    owner = UserFactory()
    proposed = {
        "proposed_by": people["author"],
        "sponsor": people["sponsor"],
        "animators": [people["author"], people["animator"]],
    }
    world = World(community, people)
    world.objects = {
        "community": community,
        "unit": unit,
        "author": people["author"],
        "agent": people["agent"],
        "member": people["member"],
        "banned": people["banned"],
        "requester": people["requester"],
        "invitee": people["invitee"],
        "suspended": people["suspended"],
        "question": question,
        "deleted_question": PostFactory(community=community, author=people["author"], deleted=True),
        "comment": comment,
        "deleted_comment": CommentFactory(target=question, author=people["author"], deleted=True),
        "objectives": roadmap.objectives.get(),
        "milestones": roadmap.milestones.get(),
        "communication": roadmap.communication.get(),
        "case": CaseFactory(target=question, is_told=True),
        "image": Image.objects.create(
            file=ContentFile(b"RIFF", "image.webp"), content_type="image/webp", width=1, height=1, owner=question
        ),
        "draft": Draft.objects.create(person=owner, place="a", address="/"),
        "mail": Mail.objects.create(to=owner.email, subject="x", text="x", reason="x"),
        "notification": Notification.objects.create(
            recipient=owner, kind="feed.commented", target=question, event_key=uuid.uuid4()
        ),
        "membership": MembershipFactory(community=CommunityFactory(), person=owner, state=MembershipState.LEFT),
        "proposal": ProposalFactory(sponsoring=True, **proposed),
        "returned_proposal": ProposalFactory(returned=True, **proposed),
        "refused_proposal": ProposalFactory(refused=True, **proposed),
        "deputy": DeputyFactory(sponsor=owner),
        "manager_note": ManagerNote.objects.create(community=community, author=owner, text="Revoir en mars."),
        "invitation": InvitationFactory(invited_by=owner),
        "role_grant": RoleGrant.objects.create(person=owner, role=PlatformRole.SPONSOR),
        "report": SponsorReportFactory(community=community, sent=True),
        "report_to_write": SponsorReportFactory(
            community=community, starts_on=timezone.localdate() - timedelta(days=200)
        ),
        "partner_request": PartnerRequestFactory(community=community, requested_by=people["animator"]),
        "reach_change": ReachChange.objects.create(person=owner, event_key=uuid.uuid4()),
        "role_access": RoleAccessFactory(community=community, role=PlatformRole.SUPER_USER),
        "grant": assign_perm("view_community", unit.group, community),
    }
    return world
