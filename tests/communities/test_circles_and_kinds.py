"""Whom an external meets, what a profile shows, and who is told what."""

import pytest
from django.utils import translation

from accounts.models import User
from accounts.profile_parts import profile_parts
from communities import events
from communities.actions.activity import hide_activities, record_activity, show_activities
from communities.enums import MembershipState, Role, Verb
from communities.kinds import KINDS
from communities.models import Activity, Community
from core.kinds import kinds
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, LifeQuestionFactory, MembershipFactory, member_of

pytestmark = pytest.mark.django_db


class TestCircles:
    def seen_by(self, person):
        return set(User.objects.visible_to(User.objects.get(pk=person.pk)))

    def test_external_sees_those_of_their_communities_and_nobody_else(self):
        community = CommunityFactory()
        guest, member = member_of(community, external=True), member_of(community)
        for state in ("requested", "invited", "banned"):
            MembershipFactory(community=community, **{state: True})
        member_of(CommunityFactory())
        assert self.seen_by(guest) == {guest, member}

    def test_ends_with_the_membership(self):
        row = MembershipFactory(person__external=True)
        member_of(row.community)
        row.state = MembershipState.LEFT
        row.save()
        assert self.seen_by(row.person) == {row.person}

    def test_preparation_shows_nobody_to_a_plain_member(self):
        community = CommunityFactory(in_preparation=True)
        guest = member_of(community, external=True)
        member_of(community, Role.ANIMATOR)
        assert self.seen_by(guest) == {guest}

    def test_invited_external_sees_who_leads(self):
        community = CommunityFactory()
        guest = MembershipFactory(community=community, invited=True, person__external=True).person
        animator = member_of(community, Role.ANIMATOR)
        member_of(community)
        assert self.seen_by(guest) == {guest, animator}


class TestProfile:
    def common(self, viewer, person):
        return profile_parts["communities"].load(User.objects.get(pk=viewer.pk), person)

    def test_shows_what_both_are_in(self):
        both, theirs, mine = (CommunityFactory() for _number in range(3))
        viewer, person = member_of(both), member_of(both)
        MembershipFactory(community=theirs, person=person)
        MembershipFactory(community=mine, person=viewer)
        assert self.common(viewer, person) == [both]
        assert self.common(person, person) == [both, theirs]

    def test_never_tells_of_a_confidential_one(self):
        person = member_of(CommunityFactory(confidential=True))
        assert self.common(UserFactory(), person) == []
        assert self.common(UserFactory(administrator=True), person) == []


class TestKinds:
    def told(self, kind, event):
        target = kinds[f"communities.{kind}"].target(event)
        return set(kinds[f"communities.{kind}"].recipients(event, target))

    def test_who_is_told(self):
        community = CommunityFactory(on_request=True)
        ids = {"community_id": community.pk, "actor_id": None}
        team = {member_of(community, Role.ANIMATOR), member_of(community, Role.MODERATOR)}
        member_of(community)
        asking = MembershipFactory(community=community, requested=True).person
        event = events.MembershipRequested(community_id=community.pk, person_id=asking.pk)
        assert self.told("requested", event) == team
        invited = MembershipFactory(community=community, invited=True).person
        assert self.told("invited", events.MemberInvited(person_id=invited.pk, **ids)) == {invited}
        refused = MembershipFactory(community=community, state=MembershipState.REFUSED).person
        assert self.told("refused", events.RequestRefused(person_id=refused.pk, **ids)) == {refused}
        admitted = member_of(community)
        assert self.told("admitted", events.RequestAccepted(person_id=admitted.pk, **ids)) == {admitted}
        assert self.told("invited_at_opening", events.CommunityOpened(**ids)) == {invited}
        assert len(self.told("opened", events.CommunityOpened(**ids))) == 4

    def test_what_is_over_is_not_told(self):
        row = MembershipFactory()
        ids = {"community_id": row.community_id, "person_id": row.person_id}
        assert self.told("invited", events.MemberInvited(**ids, actor_id=None)) == set()
        assert self.told("requested", events.MembershipRequested(**ids)) == set()

    def test_what_cannot_wait_leaves_by_mail_at_once(self):
        at_once = {kind.name for kind in kinds.values() if kind.model is Community and kind.is_transactional}
        assert at_once == {
            "communities.invited", "communities.invited_at_opening", "communities.admitted", "communities.refused",
            "communities.still_useful", "communities.step_announced", "communities.orphaned",
            "communities.partner_ending", "communities.partner_ending_for_animators", "communities.partner_prolonged",
        }  # fmt: skip

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.model is Community])
    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_words_name_the_community_and_ask_nothing(self, kind, language, django_assert_num_queries):
        made, actor = CommunityFactory(name="Achats"), UserFactory()
        LifeQuestionFactory(community=made)
        # The page of notifications loads what a kind reads for all of its lines at once.
        community = Community.objects.prefetch_related(*kind.related).get(pk=made.pk)
        data = {"role": "animator", "step": "dormant", "last_day": "2026-12-31"}
        with translation.override(language), django_assert_num_queries(0):
            for who in (actor, None):
                notice = kind().notice(community, who, data)
                assert "Achats" in notice.text
                assert f"/communities/{community.slug}/" in notice.address
                assert notice.action


def test_activities_follow_their_target():
    community, person = CommunityFactory(), UserFactory()
    record_activity(actor=person, community=community, verb=Verb.PUBLISHED, target=person, is_entry=True)
    assert Activity.objects.entries().count() == 1
    hide_activities(target=person)
    assert Activity.objects.entries().count() == 0
    show_activities(target=person)
    assert Activity.objects.entries().count() == 1
