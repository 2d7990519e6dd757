"""A community comes into being, changes its name and its rules, and moves through its life."""

import io

import pytest
from PIL import Image as Pillow

from communities.actions import communities as actions
from communities.actions.communities import change_community, create_community, set_cover
from communities.actions.stages import change_stage
from communities.enums import Joining, Role, Stage, Visibility
from communities.models import Community, FormerSlug
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.models import AuditEntry, Image, OutboxEvent
from core.system import SYSTEM
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, make_ready, member_of

pytestmark = pytest.mark.django_db


def create(**changes):
    values = {"actor": SYSTEM, "name": "Achats durables", "purpose": "Acheter mieux.", "kind": "project"}
    return create_community(**values | {"animators": [UserFactory()]} | changes)


def told():
    return [
        row.name.removeprefix("communities.")
        for row in OutboxEvent.objects.filter(name__startswith="communities.").order_by("pk")
    ]


class TestCreating:
    @pytest.mark.parametrize("role", ["administrator", "community_manager"])
    def test_starts_in_preparation_with_its_animators(self, role):
        people = [UserFactory(), UserFactory()]
        community = create(
            actor=UserFactory(**{role: True}),
            animators=[*people, people[0]],
            unit=UnitFactory(),
            tags=["achats"],
            description="<p>Bonjour<script>alert(1)</script></p>",
        )
        assert community.stage == Stage.PREPARATION
        assert {row.person for row in community.memberships.animators()} == set(people)
        assert community.description == "<p>Bonjour</p>"
        assert told()[0] == "CommunityCreated"
        assert AuditEntry.objects.filter(verb="communities.role_changed").count() == 2
        for person in people:
            assert person.has_perm("communities.view_community", community)
        assert not UserFactory().has_perm("communities.find_community", community)

    @pytest.mark.parametrize("role", [None, "ambassador", "sponsor", "certifier"])
    def test_is_refused_to_others(self, role):
        with pytest.raises(Forbidden):
            create(actor=UserFactory(**({role: True} if role else {})))
        assert not Community.objects.exists()

    def test_needs_an_agent_to_lead_it(self):
        for people in ([], [UserFactory(external=True)], [UserFactory(closed=True)]):
            with pytest.raises(BusinessRuleError):
                create(animators=people)
        assert not Community.objects.exists()

    def test_confidential_is_by_invitation(self):
        with pytest.raises(BusinessRuleError):
            create(visibility=Visibility.CONFIDENTIAL, joining=Joining.OPEN)

    def test_same_nonce_makes_one(self):
        manager = UserFactory(community_manager=True)
        assert create(actor=manager, nonce="n") == create(actor=manager, nonce="n")
        assert Community.objects.count() == 1

    def test_is_atomic(self, monkeypatch):
        def fail(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr(actions, "record_activity", fail)
        with pytest.raises(RuntimeError):
            create()
        assert not Community.objects.exists()
        assert not OutboxEvent.objects.exists()


class TestAddresses:
    def test_come_from_the_name_and_are_never_taken_twice(self):
        assert [create(name=name).slug for name in ("Été à l’œuvre", "Été à l'œuvre", "New", "???")] == [
            "ete-a-luvre",
            "ete-a-luvre-2",
            "new-2",
            "community",
        ]

    def test_survive_a_change_of_name_and_a_change_back(self):
        community = create()
        for number, name in enumerate(["Achats verts", "Achats durables", "Achats verts"], 1):
            community = change_community(actor=SYSTEM, community=community, version=number, name=name)
        assert community.slug == "achats-verts"
        assert [row.slug for row in FormerSlug.objects.all()] == ["achats-durables"]

    def test_former_address_is_not_given_to_another(self):
        community = create()
        change_community(actor=SYSTEM, community=community, version=1, name="Achats verts")
        assert create().slug == "achats-durables-2"

    def test_stay_with_a_name_that_only_changes_its_accents(self):
        community = create(name="Telétravail")
        changed = change_community(actor=SYSTEM, community=community, version=1, name="Télétravail")
        assert (changed.slug, FormerSlug.objects.count()) == ("teletravail", 0)


class TestChanging:
    @pytest.mark.parametrize("who", [None, Role.MEMBER, Role.MODERATOR])
    def test_is_refused_to_others(self, who):
        community = CommunityFactory()
        actor = member_of(community, who) if who else UserFactory()
        with pytest.raises(Forbidden):
            change_community(actor=actor, community=community, version=1, name="X")

    @pytest.mark.parametrize("who", ["animator", "community_manager", "administrator"])
    def test_says_what_changed_in_access(self, who):
        community = CommunityFactory()
        actor = member_of(community, Role.ANIMATOR) if who == "animator" else UserFactory(**{who: True})
        changed = change_community(
            actor=actor, community=community, version=1, joining=Joining.REQUEST, purpose="Autre.", tags=["x"]
        )
        assert (changed.version, changed.joining, changed.purpose) == (2, Joining.REQUEST, "Autre.")
        entry = AuditEntry.objects.get()
        assert (entry.verb, entry.data) == ("communities.access_changed", {"joining": ["open", "request"]})
        assert told() == ["CommunityChanged"]

    def test_second_editor_overwrites_nothing(self):
        community = CommunityFactory(purpose="Avant.")
        change_community(actor=SYSTEM, community=community, version=1, purpose="Premier.")
        with pytest.raises(EditConflict) as raised:
            change_community(actor=SYSTEM, community=community, version=1, purpose="Second.")
        assert raised.value.current.purpose == "Premier."
        community.refresh_from_db()
        assert community.purpose == "Premier."

    def test_pilot_mark_is_for_those_who_steer(self):
        community = CommunityFactory()
        animator = member_of(community, Role.ANIMATOR)
        change_community(actor=animator, community=community, version=1, is_pilot=False)
        with pytest.raises(Forbidden):
            change_community(actor=animator, community=community, version=2, is_pilot=True)

    def test_takes_nothing_else(self):
        with pytest.raises(TypeError):
            change_community(actor=SYSTEM, community=CommunityFactory(), version=1, stage=Stage.ARCHIVED)

    def test_confidential_is_by_invitation(self):
        with pytest.raises(BusinessRuleError):
            change_community(actor=SYSTEM, community=CommunityFactory(), version=1, visibility=Visibility.CONFIDENTIAL)


P, O, R, A = Stage  # noqa: E741


class TestStages:
    @pytest.mark.parametrize("old", list(Stage))
    @pytest.mark.parametrize("new", list(Stage))
    def test_which_follows_which(self, old, new):
        community = CommunityFactory(stage=old)
        make_ready(community)
        OutboxEvent.objects.all().delete()
        allowed = {(P, O), (O, R), (O, A), (R, O), (R, A), (A, O), (A, R)}
        if old == new:
            change_stage(actor=SYSTEM, community=community, stage=new)
            assert told() == []
        elif (old, new) in allowed:
            assert change_stage(actor=SYSTEM, community=community, stage=new).stage == new
            assert AuditEntry.objects.get().data == {"old": old.value, "new": new.value}
            assert told() == ["CommunityStageChanged", *(["CommunityOpened"] if old == P else [])]
        else:
            with pytest.raises(BusinessRuleError):
                change_stage(actor=SYSTEM, community=community, stage=new)

    @pytest.mark.parametrize("who", [None, Role.MEMBER, Role.MODERATOR])
    def test_is_refused_to_others(self, who):
        community = CommunityFactory()
        actor = member_of(community, who) if who else UserFactory()
        with pytest.raises(Forbidden):
            change_stage(actor=actor, community=community, stage=Stage.ARCHIVED)


class TestCover:
    def picture(self):
        file = io.BytesIO()
        Pillow.new("RGB", (900, 300), "teal").save(file, "PNG")
        file.seek(0)
        return file

    def test_is_seen_by_those_who_find_the_community_and_replaced(self):
        community = CommunityFactory(confidential=True)
        animator = member_of(community, Role.ANIMATOR)
        first = set_cover(actor=animator, community=community, file=self.picture(), size=100).cover
        first.refresh_from_db()
        assert first.width == 640
        assert member_of(community).has_perm("core.view_image", first)
        assert not UserFactory().has_perm("core.view_image", first)
        set_cover(actor=animator, community=community, file=None)
        community.refresh_from_db()
        assert community.cover is None
        assert Image.objects.get(pk=first.pk).owner is None

    def test_is_refused_to_others_and_to_what_is_no_picture(self):
        community = CommunityFactory()
        with pytest.raises(Forbidden):
            set_cover(actor=member_of(community), community=community, file=self.picture(), size=100)
        with pytest.raises(BusinessRuleError):
            set_cover(actor=SYSTEM, community=community, file=io.BytesIO(b"<svg/>"), size=6)
