"""The board of community managers: where everything stands, who accompanies what, what they tell each other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from communities import board
from communities.actions.companions import accompany_community, add_note, delete_note
from communities.enums import CommunityKind, LifeStep, ProposalState, Role, Stage
from communities.models import Community, ManagerNote, Proposal
from core.actions.outbox import deliver_outbox
from core.errors import BusinessRuleError, Forbidden
from core.models import AuditEntry
from notifications.models import Notification
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, LifeQuestionFactory, member_of
from tests.factories.proposals import ProposalFactory
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db
ADDRESS = "/governance/communities/"


@pytest.fixture
def manager():
    return UserFactory(community_manager=True)


def counted(user, **choice):
    rows = board.board(user, board.Choice(**choice), timezone.now())
    return {row.state: row.total for row in rows if row.total}


def since(row, **span):
    type(row).objects.filter(pk=row.pk).update(
        **{"stage_changed_at" if isinstance(row, Community) else "state_changed_at": timezone.now() - timedelta(**span)}
    )


class TestCounts:
    def test_everything_stands_in_one_state(self, manager):
        for stage in Stage:
            CommunityFactory(stage=stage)
        LifeQuestionFactory(step=LifeStep.DORMANT)
        for state in ProposalState:
            ProposalFactory(state=state)
        assert counted(manager) == {
            "check": 1, "complete": 2, "sponsor": 1, "preparation": 1, "open": 1, "asleep": 1, "read_only": 1,
            "archived": 1,
        }  # fmt: skip

    @pytest.mark.parametrize(("days", "age"), [(0, "week"), (8, "month"), (31, "quarter"), (91, "more")])
    def test_age_is_that_of_the_state(self, manager, days, age):
        since(CommunityFactory(), days=days)
        (row,) = [row for row in board.board(manager, board.Choice(), timezone.now()) if row.total]
        assert [cell.age for cell in row.cells if cell.count] == [age]

    def test_what_waits_too_long_is_said(self, manager):
        since(ProposalFactory(), days=8)
        since(ProposalFactory(), days=1)
        row = board.board(manager, board.Choice(), timezone.now())[0]
        assert [(cell.age, cell.is_late) for cell in row.cells if cell.count] == [("week", False), ("month", True)]

    def test_filters_hold_for_both(self, manager):
        direction = UnitFactory(direction=True)
        service = UnitFactory(parent=direction)
        CommunityFactory(unit=service, kind=CommunityKind.PROJECT, accompanied_by=manager)
        ProposalFactory(unit=direction, kind=CommunityKind.PROJECT)
        CommunityFactory(kind=CommunityKind.PRACTICE)
        ProposalFactory(kind=CommunityKind.PRACTICE)
        assert counted(manager, unit_path=direction.path) == {"check": 1, "open": 1}
        assert counted(manager, kind=CommunityKind.PROJECT) == {"check": 1, "open": 1}
        assert counted(manager, companion=manager.handle) == {"open": 1}
        assert counted(manager, companion=board.NOBODY) == {"check": 2, "open": 1}

    def test_nobody_else_counts_what_they_do_not_see(self):
        CommunityFactory(confidential=True)
        ProposalFactory()
        assert counted(UserFactory()) == {}


class TestAccompanying:
    def test_is_audited_and_told_to_who_now_does(self, manager):
        other, community = UserFactory(community_manager=True), CommunityFactory()
        accompany_community(actor=manager, community=community, manager=other)
        assert Community.objects.get().accompanied_by == other
        assert AuditEntry.objects.get().data == {"old": None, "new": other.pk}
        deliver_outbox()
        assert set(Notification.objects.values_list("recipient", flat=True)) == {other.pk}

    def test_twice_is_told_once(self, manager):
        community = CommunityFactory()
        for _number in range(2):
            accompany_community(actor=manager, community=community, manager=manager)
        assert AuditEntry.objects.count() == 1

    @pytest.mark.parametrize("who", [None, "ambassador", "sponsor"])
    def test_is_the_managers(self, who):
        with pytest.raises(Forbidden):
            accompany_community(
                actor=UserFactory(**({who: True} if who else {})), community=CommunityFactory(), manager=None
            )

    def test_is_of_a_manager(self, manager):
        with pytest.raises(BusinessRuleError):
            accompany_community(actor=manager, community=CommunityFactory(), manager=UserFactory())


class TestNotes:
    def test_note_on_a_proposal_stays_beside_its_community(self, manager):
        community = CommunityFactory()
        proposal = ProposalFactory(state=ProposalState.VALIDATED, community=community)
        add_note(actor=manager, about=proposal, text="Deux animateurs à former.")
        add_note(actor=manager, about=community, text="Revoir en mars.")
        assert [note.text[:6] for note in ManagerNote.objects.on_community(community)] == ["Revoir", "Deux a"]

    def test_double_click_leaves_one(self, manager):
        community = CommunityFactory()
        for _number in range(2):
            add_note(actor=manager, about=community, text="Revoir.", nonce="n1")
        assert ManagerNote.objects.count() == 1

    @pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
    def test_needs_words(self, manager, text):
        with pytest.raises(BusinessRuleError):
            add_note(actor=manager, about=CommunityFactory(), text=text)

    def test_its_author_alone_takes_it_back(self, manager):
        note = add_note(actor=manager, about=CommunityFactory(), text="Revoir.")
        with pytest.raises(BusinessRuleError):
            delete_note(actor=UserFactory(community_manager=True), note=note)
        delete_note(actor=manager, note=note)
        assert not ManagerNote.objects.exists()

    def test_manager_notes_on_a_proposal_and_its_proposer_reads_none(self, client, manager):
        proposal = ProposalFactory()
        client.force_login(manager)
        assert client.post(f"/proposals/{proposal.pk}/notes/", {"text": "Entre nous"}).status_code == 302
        assert "Entre nous" in client.get(proposal.get_absolute_url()).content.decode()
        client.force_login(proposal.proposed_by)
        assert "Entre nous" not in client.get(proposal.get_absolute_url()).content.decode()

    def test_animators_read_none(self, client, manager):
        community = CommunityFactory()
        add_note(actor=manager, about=community, text="Entre nous")
        client.force_login(member_of(community, Role.ANIMATOR))
        assert client.get(f"{ADDRESS}{community.slug}/").status_code == 403
        assert "Entre nous" not in client.get(community.get_absolute_url()).content.decode()


class TestPages:
    def test_manager_reads_takes_charge_and_notes(self, client, manager):
        community = CommunityFactory()
        client.force_login(manager)
        assert f"{ADDRESS}{community.slug}/" in client.get(f"{ADDRESS}?state=open").content.decode()
        file = f"{ADDRESS}{community.slug}/"
        assert client.post(f"{file}companion/", {"manager": manager.handle}).status_code == 302
        assert client.post(f"{file}notes/", {"text": "Revoir en mars."}).status_code == 302
        assert client.post(f"{file}notes/", {"text": ""}).status_code == 422
        page = client.get(file).content.decode()
        assert "Revoir en mars." in page
        assert Community.objects.get().accompanied_by == manager

    def test_pilots_are_watched(self, client, manager):
        CommunityFactory(is_pilot=True)
        client.force_login(manager)
        page = client.get(ADDRESS)
        assert (len(page.context["pilots"]), page.context["pilots_least"], page.context["pilots_most"]) == (1, 5, 10)

    @pytest.mark.parametrize("count", [3, 30])
    def test_queries_do_not_grow(self, client, manager, count):
        for _number in range(count):
            CommunityFactory(is_pilot=True, accompanied_by=manager)
            ProposalFactory()
        client.force_login(manager)
        with queries_at_most(12, in_templates=1):  # the bell's
            assert client.get(f"{ADDRESS}?state=open").status_code == 200

    def test_a_value_that_means_nothing_narrows_nothing(self, client, manager):
        CommunityFactory()
        client.force_login(manager)
        page = client.get(f"{ADDRESS}?state=nonsense&age=x&unit=x&kind=x&companion=x&page=x")
        assert page.status_code == 200
        assert page.context["lines"].paginator.count == 1


def test_proposals_are_listed_with_their_wait(client, manager):
    proposal = ProposalFactory()
    client.force_login(manager)
    assert proposal.get_absolute_url() in client.get(f"{ADDRESS}?state=check").content.decode()
    assert Proposal.objects.get().manager_notes.count() == 0
