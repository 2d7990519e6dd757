"""May they? Which objects? Which people? The three answers agree in any world that one can think of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.enums import PlatformRole
from accounts.models import Deputy, Invitation, Unit, User
from communities.enums import (
    CaseState,
    Grant,
    Joining,
    MembershipState,
    Outcome,
    ProposalState,
    ReportReason,
    ReportState,
    RequestState,
    Role,
    Stage,
    Visibility,
)
from communities.models import Case, Community, ContentReport, PartnerRequest, Proposal, ReachChange, SponsorReport
from core.kinds import kinds
from core.models import Draft, Image
from core.policies import abilities_for_each, may, policies, policy_for, rights_read_once, users_with
from core.prepared import Prepared
from feed.enums import PostKind
from feed.models import Comment, Post
from notifications.models import Notification
from tests.factories.accounts import DeputyFactory, InvitationFactory, RoleGrantFactory, UnitFactory, UserFactory
from tests.factories.communities import (
    CommunityFactory,
    MembershipFactory,
    PartnerRequestFactory,
    RoleAccessFactory,
    SponsorReportFactory,
    grant,
)
from tests.factories.proposals import ProposalFactory

pytestmark = [pytest.mark.django_db, pytest.mark.property]

PROVED = (
    Community,
    Post,
    Comment,
    User,
    Image,
    Unit,
    Invitation,
    Notification,
    Case,
    PartnerRequest,
    ReachChange,
    SponsorReport,
    Proposal,
    Draft,
    Deputy,
)
PEOPLE, COMMUNITIES, POSTS, COMMENTS, IMAGES, NEWS, PROPOSALS = 4, 2, 2, 2, 2, 4, 2
ACCESS = [
    (Visibility.LISTED, Joining.OPEN),
    (Visibility.LISTED, Joining.REQUEST),
    (Visibility.LISTED, Joining.INVITATION),
    (Visibility.CONFIDENTIAL, Joining.INVITATION),
]


def test_every_policy_is_proved():
    assert set(policies) == set(PROVED), "a model with a policy belongs into this world too"


@dataclass
class Plan:
    """What one world holds; people, communities, posts … are named by their number."""

    people: list[tuple[str, int, list[tuple[str, str]]]]
    communities: list[tuple[int, Stage]]
    memberships: dict[tuple[int, int], tuple[MembershipState, Role, int | None, int | None] | None]
    sponsors: list[int | None]
    deputies: list[tuple[int, int, bool]]
    reports: list[ReportState]
    unit_grants: list[tuple[int, int, Grant]]
    person_grants: list[tuple[int, int, Grant]]
    role_grants: list[tuple[int, PlatformRole, Grant]]
    partners: list[tuple[int, int, RequestState]]
    posts: list[tuple[int, int, PostKind, str]]
    comments: list[tuple[int, int, bool, str]]
    cases: list[tuple[CaseState, Outcome, bool, int | None, list[int]]]
    images: list[tuple[int, str, int]]
    news: list[tuple[int, int, int]]
    proposals: list[tuple[int, int, int | None, ProposalState]]


number = st.integers(0, 4)
# Whether the participation has an end, and whether the person is suspended: before now, after now, never.
span = st.sampled_from([None, None, -1, 1])
standing = st.none() | st.tuples(st.sampled_from(MembershipState), st.sampled_from(Role), span, span)
# Whether a text stands, and if not, what took it out of sight.
sight = st.sampled_from(["stands", "stands", "deleted", "hidden", "deleted and hidden"])
role_grants = st.lists(
    st.tuples(st.sampled_from(PlatformRole), st.sampled_from(["holds", "ended", "withdrawn"])), max_size=2
)
plans = st.builds(
    Plan,
    people=st.lists(
        st.tuples(st.sampled_from(["agent", "agent", "external", "closed", "ended"]), number, role_grants),
        min_size=PEOPLE,
        max_size=PEOPLE,
    ),
    communities=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(Stage)), min_size=COMMUNITIES, max_size=COMMUNITIES
    ),
    memberships=st.fixed_dictionaries({(p, c): standing for p in range(PEOPLE) for c in range(COMMUNITIES)}),
    sponsors=st.lists(st.none() | number, min_size=COMMUNITIES, max_size=COMMUNITIES),
    deputies=st.lists(st.tuples(number, number, st.booleans()), max_size=2),
    reports=st.lists(st.sampled_from(ReportState), min_size=COMMUNITIES, max_size=COMMUNITIES),
    unit_grants=st.lists(st.tuples(number, number, st.sampled_from(Grant)), max_size=3),
    person_grants=st.lists(st.tuples(number, number, st.sampled_from(Grant)), max_size=2),
    role_grants=st.lists(
        st.tuples(st.integers(0, COMMUNITIES - 1), st.sampled_from(PlatformRole), st.sampled_from(Grant)),
        max_size=2,
        unique=True,
    ),
    partners=st.lists(st.tuples(number, number, st.sampled_from(RequestState)), min_size=1, max_size=2),
    posts=st.lists(st.tuples(number, number, st.sampled_from(PostKind), sight), min_size=POSTS, max_size=POSTS),
    comments=st.lists(st.tuples(number, number, st.booleans(), sight), min_size=COMMENTS, max_size=COMMENTS),
    cases=st.lists(
        st.tuples(
            st.sampled_from(CaseState),
            st.sampled_from(Outcome),
            st.booleans(),
            st.none() | number,
            st.lists(number, max_size=2),
        ),
        min_size=POSTS,
        max_size=POSTS,
    ),
    images=st.lists(
        st.tuples(number, st.sampled_from(["nobody", "community", "post", "comment", "person"]), number),
        min_size=IMAGES,
        max_size=IMAGES,
    ),
    news=st.lists(st.tuples(number, st.integers(0, 40), number), min_size=NEWS, max_size=NEWS),
    proposals=st.lists(
        st.tuples(number, number, st.none() | number, st.sampled_from(ProposalState)),
        min_size=PROPOSALS,
        max_size=PROPOSALS,
    ),
)


@pytest.fixture
def units():
    """A ministry, a direction with two services, another direction."""
    ministry = UnitFactory(ministry=True)
    direction = UnitFactory(direction=True, parent=ministry)
    below = [UnitFactory(parent=direction), UnitFactory(parent=direction)]
    return [ministry, direction, *below, UnitFactory(direction=True, parent=ministry)]


def pick(items: list[Any], index: int) -> Any:
    return items[index % len(items)]


def in_hours(hours: int | None) -> Any:
    return None if hours is None else timezone.now() + timedelta(hours=hours)


def out_of_sight(seen: str) -> dict[str, Any]:
    now = timezone.now()
    return {f"{how}_at": now for how in ("deleted", "hidden") if how in seen}


def build(plan: Plan, units: list[Any]) -> dict[type, list[Any]]:
    people = []
    for kind, unit, roles in plan.people:
        traits = {} if kind == "agent" else {kind: True}
        person = UserFactory(unit=None if kind == "ended" else pick(units, unit), **traits)
        for role, how in roles:
            RoleGrantFactory(person=person, role=role, **({} if how == "holds" else {how: True}))
        people.append(person)
    communities = [
        CommunityFactory(
            visibility=ACCESS[access][0], joining=ACCESS[access][1], stage=stage, allows_partners=bool(access % 2)
        )
        for access, stage in plan.communities
    ]
    for (person, community), where in plan.memberships.items():
        if where:
            state, role, ends, suspended = where
            MembershipFactory(
                community=communities[community],
                person=people[person],
                state=state,
                role=role,
                ends_at=in_hours(ends),
                suspended_until=in_hours(suspended),
            )
    for community, sponsor in zip(communities, plan.sponsors, strict=True):
        community.sponsor = None if sponsor is None else pick(people, sponsor)
        community.save()
    deputies = [DeputyFactory(sponsor=people[0], deputy=people[1])]
    for sponsor, deputy, is_past in plan.deputies:
        if pick(people, sponsor) != pick(people, deputy):
            deputies.append(DeputyFactory(sponsor=pick(people, sponsor), deputy=pick(people, deputy), past=is_past))
    for community, unit, permission in plan.unit_grants:
        grant(pick(communities, community), pick(units, unit), permission.value)
    for community, person, permission in plan.person_grants:
        assign_perm(permission.value, pick(people, person), pick(communities, community))
    for community, role, permission in plan.role_grants:
        RoleAccessFactory(community=communities[community], role=role, permission=permission)
    partners = [
        PartnerRequestFactory(community=pick(communities, community), requested_by=pick(people, asker), state=state)
        for community, asker, state in plan.partners
    ]
    changes = [ReachChange.objects.create(person=person, event_key=uuid4()) for person in people[:2]]
    posts = [
        Post.objects.create(
            community=pick(communities, community),
            author=pick(people, author),
            kind=kind,
            title="Titre",
            body="<p>Texte</p>",
            **out_of_sight(seen),
        )
        for community, author, kind, seen in plan.posts
    ]
    comments: list[Comment] = []
    for post, author, is_reply, seen in plan.comments:
        target = pick(posts, post)
        above = [comment for comment in comments if comment.target_id == target.pk and comment.parent_id is None]
        comments.append(
            Comment.objects.create(
                target=target,
                community=target.community,
                parent=above[0] if above and is_reply else None,
                author=pick(people, author),
                body="<p>Oui</p>",
                **out_of_sight(seen),
            )
        )
    cases = [
        Case.objects.create(
            target=post,
            community=post.community,
            author=post.author,
            state=state,
            outcome=outcome,
            is_told=is_told,
            decided_by=None if decider is None else pick(people, decider),
        )
        for post, (state, outcome, is_told, decider, _reporters) in zip(posts, plan.cases, strict=True)
    ]
    for case, (*_rest, reporters) in zip(cases, plan.cases, strict=True):
        for person in {pick(people, reporter) for reporter in reporters}:
            ContentReport.objects.create(case=case, person=person, reason=ReportReason.ABUSIVE)
    owners = {"community": communities, "post": posts, "comment": comments, "person": people}
    for uploader, kind, owner in plan.images:
        shown = pick(owners[kind], owner) if kind in owners else None
        Image.objects.create(
            file="x.webp",
            content_type="image/webp",
            width=1,
            height=1,
            uploaded_by=pick(people, uploader),
            owner_type=ContentType.objects.get_for_model(shown) if shown else None,
            owner_id=shown.pk if shown else None,
        )
    reports = [
        SponsorReportFactory(community=community, **{state.value: True})
        for community, state in zip(communities, plan.reports, strict=True)
    ]
    proposals = [
        ProposalFactory(
            proposed_by=pick(people, proposer),
            sponsor=None if sponsor is None else pick(people, sponsor),
            animators=[pick(people, animator)],
            state=state,
        )
        for proposer, animator, sponsor, state in plan.proposals
    ]
    drafts = [Draft.objects.create(person=writer, place="a", address="/") for writer in people[:2]]
    told = {
        Community: communities,
        SponsorReport: reports,
        PartnerRequest: partners,
        ReachChange: changes,
        Post: posts,
        Comment: comments,
        Case: cases,
        Proposal: proposals,
        Draft: drafts,
        Deputy: deputies,
    }
    for recipient, number_of_kind, about in plan.news:
        kind = pick(kinds.values(), number_of_kind)
        Notification.objects.create(
            recipient=pick(people, recipient),
            kind=kind.name,
            target=pick(told[kind.model], about),
            event_key=uuid4(),
        )
    for sender in people[:2]:
        InvitationFactory(invited_by=sender)
    # Read anew: nothing is left in memory of what was only being built.
    return {model: list(model._default_manager.order_by("pk")) for model in PROVED}


# A world costs seconds: one for each tenth of the cases that other properties get.
@settings(max_examples=settings().max_examples // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans)
def test_the_three_answers_agree(units, plan):
    with transaction.atomic():
        world = build(plan, units)
        for model in PROVED:
            granted = {user.pk: check_person(model, world[model], user, turn) for turn, user in enumerate(world[User])}
            check_people(model, world[model], granted)
        transaction.set_rollback(True)


@cache
def visible_objects(model: Any, permission: str) -> Prepared:
    return Prepared(lambda viewer: model.objects.visible_to(viewer, permission))


def check_person(model: Any, objects: list[Any], user: User, turn: int) -> dict[Any, frozenset[str]]:
    """What is granted on each object, which is what each filter on objects gives; by primary key."""
    policy = policy_for(model)
    with rights_read_once():
        granted = policy.granted_for(user, objects)
        abilities = abilities_for_each(user, objects)
    for permission in policy.table:
        visible = list(model.objects.visible_to(user, permission).values_list("pk", flat=True))
        assert len(visible) == len(set(visible)), "a filter that joins would count an object twice"
        allowed = {obj.pk for obj in objects if permission in granted[obj.pk]}
        assert set(visible) == allowed, f"{permission} of {user.pk}"
        kept = [obj.pk for obj in visible_objects(model, permission)(user)]
        assert set(kept) == allowed, f"{permission} of {user.pk}, by a query built for somebody else"
        assert {obj.pk for obj in objects if abilities[obj.pk][permission.split(".")[1]]} == allowed
    # has_perm reads the facts anew and gives what was granted: one permission on one object, each in its turn.
    if objects:
        obj, permission = pick(objects, turn), pick(list(policy.table), turn)
        assert user.has_perm(permission, obj) == may(user, permission, obj) == (permission in granted[obj.pk])
    return granted


def check_people(model: Any, objects: list[Any], granted: dict[Any, dict[Any, frozenset[str]]]) -> None:
    """What is granted to each person is what each filter on people gives."""
    for obj in objects:
        for permission in policy_for(model).table:
            found = list(users_with(permission, obj).values_list("pk", flat=True))
            assert len(found) == len(set(found)), "a filter that joins would tell a person twice"
            allowed = {person for person, on_each in granted.items() if permission in on_each[obj.pk]}
            assert set(found) == allowed, f"{permission} on {model.__name__} {obj.pk}"
