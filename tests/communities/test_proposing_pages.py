"""The pages of proposing and of deciding: steps that keep what was typed, one page for each who decides, what waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.suggested import as_suggestion, unit_as_suggestion
from communities.actions.words import index_words
from communities.enums import CommunityKind, Joining, ProposalState, ProposalVerb, Stage, Visibility
from communities.models import Community, Proposal
from core.actions.drafts import purge_drafts, warn_of_drafts
from core.actions.outbox import deliver_outbox
from core.models import Draft, Mail, ParameterValue
from notifications.models import Notification
from tests.factories.accounts import DeputyFactory, UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, member_of
from tests.factories.proposals import ProposalFactory
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db
NEW = "/communities/new/"
ESSENTIALS = {
    "name": "Sobriété numérique",
    "purpose": "Réduire l’empreinte de nos équipements.",
    "kind": "professional",
    "difference": "",
}
ROADMAP = {
    "objective_1_title": "Douze services engagés",
    "objective_1_target": "12",
    "milestone_1_title": "Mesurer le parc",
    "milestone_1_due_on": "2027-01-31",
    "ways": "Un atelier par mois.",
}


def walk(client: Any, person: Any, sponsor: Any, query: str = "", **changes: Any) -> Any:
    """Goes through the five steps as a person does; gives the answer to the last."""
    steps = {
        NEW: ESSENTIALS,
        f"{NEW}audience/": {"access": "members", "way": "request", "tags": "énergie, parc"},
        f"{NEW}team/": {"animator": as_suggestion(person)},
        f"{NEW}roadmap/": ROADMAP,
        f"{NEW}sending/": {"sponsor": str(sponsor.pk), "word": "Bonjour.", "nonce": "n1"},
    }
    answer = None
    for address, fields in steps.items():
        fields = {**fields, **{name: value for name, value in changes.items() if name in fields}}
        answer = client.post(f"{address}{query}", fields)
        assert answer.status_code == 302, (address, answer.status_code)
    return answer


class TestSteps:
    def test_lead_without_a_script_to_a_proposal_and_keep_what_was_typed(self, client_of: Any) -> None:
        person, sponsor = UserFactory(), UserFactory(sponsor=True)
        client = client_of(person)
        answer = walk(client, person, sponsor)
        proposal = Proposal.objects.get()
        assert answer.headers["Location"] == proposal.get_absolute_url()
        assert (proposal.name, proposal.joining) == ("Sobriété numérique", Joining.REQUEST)
        assert proposal.tags == ["énergie", "parc"]
        assert proposal.roadmap["milestones"][0]["due_on"] == "2027-01-31"
        assert list(proposal.animators.all()) == [person]
        assert proposal.steps.get().word == "Bonjour."
        assert not Draft.objects.exists()
        # The button pressed twice, or "back": the same proposal.
        again = client.post(f"{NEW}sending/", {"sponsor": str(sponsor.pk), "nonce": "n1"})
        assert again.headers["Location"] == proposal.get_absolute_url()
        assert Proposal.objects.count() == 1

    def test_keep_what_is_wrong_too(self, client_of: Any) -> None:
        client = client_of(UserFactory())
        answer = client.post(NEW, {**ESSENTIALS, "purpose": ""})
        assert answer.status_code == 422
        assert Draft.objects.get().data["name"] == "Sobriété numérique"
        assert client.page(NEW).select_one("#id_name")["value"] == "Sobriété numérique"

    def test_go_back_without_being_complete(self, client_of: Any) -> None:
        client = client_of(UserFactory())
        answer = client.post(f"{NEW}audience/", {"tags": "énergie", "go": "back"})
        assert answer.headers["Location"] == NEW
        assert client.page(f"{NEW}audience/").select_one("#id_tags")["value"] == "énergie"

    def test_saving_one_as_one_types_leaves_the_others(self, client_of: Any) -> None:
        client = client_of(UserFactory())
        client.post(NEW, ESSENTIALS)
        saved = client.post(
            "/drafts/save/", {"place": "proposal:new", "address": f"{NEW}audience/", "data": '{"tags": "énergie"}'}
        ).json()["saved"]
        assert "30" in saved
        assert Draft.objects.get().data["name"] == "Sobriété numérique"
        assert Draft.objects.get().data["tags"] == "énergie"

    def test_lead_back_to_the_one_that_is_wrong(self, client_of: Any) -> None:
        person, sponsor = UserFactory(), UserFactory(sponsor=True)
        client = client_of(person)
        client.post(NEW, ESSENTIALS)
        answer = client.post(f"{NEW}sending/", {"sponsor": str(sponsor.pk), "nonce": "n"})
        assert answer.headers["Location"] == f"{NEW}audience/?check=1"
        page = client.page(f"{NEW}audience/?check=1")
        assert page.select_one(".errors a[href^='#id_access']")

    def test_ask_a_project_for_its_end(self, client_of: Any) -> None:
        client = client_of(UserFactory())
        client.post(NEW, {**ESSENTIALS, "kind": "project"})
        assert client.page(f"{NEW}audience/").select_one("#id_ends_on")
        assert client.post(f"{NEW}audience/", {"access": "open", "tags": ""}).status_code == 422
        day = (timezone.localdate() + timedelta(days=90)).isoformat()
        assert client.post(f"{NEW}audience/", {"access": "open", "ends_on": day}).status_code == 302

    def test_begin_a_roadmap_from_the_model_of_the_kind(self, client_of: Any) -> None:
        client = client_of(UserFactory())
        client.post(NEW, ESSENTIALS)
        assert client.page(f"{NEW}roadmap/").select_one("#id_objective_1_title")["value"]

    def test_are_for_some_where_an_administrator_says_so(self, client_of: Any) -> None:
        ParameterValue.objects.create(name="communities.proposing", value="ambassadors")
        assert client_of(UserFactory()).get(NEW).status_code == 403
        assert client_of(UserFactory(ambassador=True)).get(NEW).status_code == 200
        assert not client_of(UserFactory()).page("/communities/").select(f".page-head a[href='{NEW}']")

    def test_another_try_begins_with_what_was_refused(self, client_of: Any) -> None:
        refused = ProposalFactory(refused=True, name="Premier essai", roadmap={"ways": "Le jeudi."})
        client = client_of(refused.proposed_by)
        answer = client.get(f"/proposals/{refused.pk}/again/")
        page = client.page(answer.headers["Location"])
        assert page.select_one("#id_name")["value"] == "Premier essai"
        walk(client, refused.proposed_by, refused.sponsor, query=f"?from={refused.pk}")
        assert Proposal.objects.get(state=ProposalState.CHECKING).previous == refused
        assert client_of(UserFactory()).get(f"{NEW}?from={refused.pk}").status_code == 404


class TestNear:
    @pytest.fixture
    def near(self) -> Community:
        community = CommunityFactory(name="Sobriété numérique", purpose="Réduire l’empreinte de nos équipements.")
        index_words(community)
        return community

    def test_is_offered_while_one_types(self, near: Community, client_of: Any) -> None:
        fragment = client_of(UserFactory()).get(f"{NEW}near/", ESSENTIALS).content.decode()
        assert f"/communities/{near.slug}/join/" in fragment
        assert "Sobriété numérique" in fragment

    def test_asks_how_this_one_differs(self, near: Community, client_of: Any) -> None:
        client = client_of(UserFactory())
        assert client.post(NEW, ESSENTIALS).status_code == 422
        assert client.post(NEW, {**ESSENTIALS, "difference": "Nous parlons de logiciels."}).status_code == 302

    @pytest.mark.parametrize("hidden", ["confidential", "in_preparation"])
    def test_says_nothing_of_what_one_may_not_see(self, hidden: str, near: Community, client_of: Any) -> None:
        changes = {"stage": Stage.PREPARATION}
        if hidden == "confidential":
            changes = {"visibility": Visibility.CONFIDENTIAL, "joining": Joining.INVITATION}
        Community.objects.update(**changes)
        person, sponsor = UserFactory(), UserFactory(sponsor=True)
        client = client_of(person)
        assert client.get(f"{NEW}near/", ESSENTIALS).content.strip() == b""
        walk(client, person, sponsor)
        proposal = Proposal.objects.get()
        # What the page may say of it is known by its address alone: its name is the proposal's own.
        link = f"/communities/{near.slug}/"
        assert link not in str(client.page(proposal.get_absolute_url()))
        Proposal.objects.update(state=ProposalState.SPONSORING)
        assert link not in str(client_of(sponsor).page(proposal.get_absolute_url()))
        assert link in str(client_of(UserFactory(community_manager=True)).page(proposal.get_absolute_url()))

    def test_counts_colleagues_for_those_who_see_members(self, near: Community, client_of: Any) -> None:
        unit = UnitFactory()
        person = UserFactory(unit=unit, language="en")
        member_of(near, unit=unit)
        client = client_of(person)
        assert ", 1 of your service" in client.get(f"{NEW}near/", ESSENTIALS).content.decode()
        with queries_at_most(12):
            client.get(f"{NEW}near/", ESSENTIALS)


class TestDrafts:
    def test_are_kept_thirty_days_and_announced_before_they_go(self, client_of: Any) -> None:
        person = UserFactory()
        client = client_of(person)
        client.post(NEW, ESSENTIALS)
        Draft.objects.create(person=person, place="community:1:post", address="/x", data={"body": "x"})
        Draft.objects.update(updated_at=timezone.now() - timedelta(days=24))
        warn_of_drafts()
        warn_of_drafts()
        deliver_outbox()
        assert Notification.objects.get(recipient=person).kind == "communities.proposal_draft_ending"
        assert Mail.objects.get().to == person.email
        purge_drafts()
        assert Draft.objects.count() == 2
        Draft.objects.update(updated_at=timezone.now() - timedelta(days=31))
        purge_drafts()
        assert [draft.place for draft in Draft.objects.all()] == ["community:1:post"]

    def test_written_on_are_announced_again(self, client_of: Any) -> None:
        client = client_of(UserFactory())
        client.post(NEW, ESSENTIALS)
        Draft.objects.update(updated_at=timezone.now() - timedelta(days=24))
        warn_of_drafts()
        client.post(NEW, ESSENTIALS)
        assert Draft.objects.get().warned_at is None


class TestDecidingPages:
    def test_the_sponsor_validates_in_one_click(self, client_of: Any) -> None:
        proposal = ProposalFactory(sponsoring=True, matches=[])
        client = client_of(proposal.sponsor)
        page = client.page(proposal.get_absolute_url())
        form = page.select_one("#validate")
        assert form["action"] == f"/proposals/{proposal.pk}/validate/"
        client.post(form["action"], {"version": "1", "word": "Allez-y."})
        proposal.refresh_from_db()
        assert proposal.state == ProposalState.VALIDATED
        assert proposal.community.stage == Stage.PREPARATION
        assert "Allez-y." in client.page(proposal.get_absolute_url()).text

    def test_the_deputy_is_told_for_whom_they_decide(self, client_of: Any) -> None:
        proposal = ProposalFactory(sponsoring=True)
        deputy = DeputyFactory(sponsor=proposal.sponsor).deputy
        page = client_of(deputy).page(proposal.get_absolute_url())
        assert proposal.sponsor.full_name in page.select_one(".decide .notice").text

    def test_a_refusal_without_a_word_keeps_the_page(self, client_of: Any) -> None:
        proposal = ProposalFactory(sponsoring=True)
        answer = client_of(proposal.sponsor).post(f"/proposals/{proposal.pk}/refuse/", {"version": "1", "word": " "})
        assert answer.status_code == 422
        assert Proposal.objects.get().state == ProposalState.SPONSORING

    def test_whoever_comes_second_reads_what_was_decided(self, client_of: Any) -> None:
        proposal = ProposalFactory(sponsoring=True)
        deputy = DeputyFactory(sponsor=proposal.sponsor).deputy
        client_of(deputy).post(f"/proposals/{proposal.pk}/refuse/", {"version": "1", "word": "Trop tôt."})
        late = client_of(proposal.sponsor)
        answer = late.post(f"/proposals/{proposal.pk}/validate/", {"version": "1"})
        assert answer.status_code == 302
        assert deputy.full_name in late.page(answer.headers["Location"]).text
        assert not Community.objects.exists()

    def test_what_was_not_read_is_not_passed_on(self, client_of: Any) -> None:
        proposal = ProposalFactory(version=3)
        manager = client_of(UserFactory(community_manager=True))
        answer = manager.post(f"/proposals/{proposal.pk}/pass/", {"version": "2", "word": "Mon mot."})
        assert answer.status_code == 409
        assert "Mon mot." in answer.content.decode()

    def test_two_who_save_at_once_are_shown_each_others_text(self, client_of: Any) -> None:
        proposal = ProposalFactory(returned=True, name="Avant")
        client = client_of(proposal.proposed_by)
        fields = {
            **ESSENTIALS, **ROADMAP, "access": "open", "animator": as_suggestion(proposal.proposed_by),
            "sponsor": str(proposal.sponsor_id), "version": "1",
        }  # fmt: skip
        address = f"/proposals/{proposal.pk}/edit/"
        assert client.post(address, {**fields, "name": "Première fenêtre", "save": "1"}).status_code == 302
        answer = client.post(address, {**fields, "name": "Seconde fenêtre", "save": "1"})
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "Première fenêtre" in text
        assert "Seconde fenêtre" in text
        assert Proposal.objects.get().name == "Première fenêtre"
        client.post(address, {**fields, "name": "Seconde fenêtre", "version": "2", "send": "1"})
        current = Proposal.objects.get()
        assert (current.name, current.state) == ("Seconde fenêtre", ProposalState.CHECKING)

    def test_asks_few_queries_whatever_it_holds(self, client_of: Any) -> None:
        proposal = ProposalFactory(sponsoring=True, animators=UserFactory.create_batch(6))
        units = [UnitFactory() for _number in range(5)]
        proposal.meant_for.set(units)
        for community in CommunityFactory.create_batch(5):
            proposal.matches.append({"community": community.pk, "score": 0.5, "was_shown": True})
        proposal.save()
        for number in range(20):
            proposal.steps.create(verb=ProposalVerb.REMIND, actor=UserFactory(), new="sponsoring", word=str(number))
        client = client_of(proposal.sponsor)
        with queries_at_most(12, in_templates=1):
            client.get(proposal.get_absolute_url())


class TestWhatWaits:
    def test_each_finds_what_is_theirs_to_do(self, client_of: Any) -> None:
        manager, other = UserFactory(community_manager=True), UserFactory(community_manager=True)
        checking = ProposalFactory()
        accompanied = ProposalFactory(accompanied_by=other)
        sponsoring = ProposalFactory(sponsoring=True)
        deputy = DeputyFactory(sponsor=sponsoring.sponsor).deputy
        returned = ProposalFactory(returned=True)

        def found(person: Any) -> set[int]:
            links = client_of(person).page("/validations/").select("main a[href^='/proposals/']")
            return {int(link["href"].split("/")[2]) for link in links}

        assert found(manager) == {checking.pk}
        assert found(other) == {checking.pk, accompanied.pk}
        assert found(sponsoring.sponsor) == found(deputy) == {sponsoring.pk}
        assert found(returned.proposed_by) == {returned.pk}
        assert found(UserFactory()) == set()
        beside = client_of(deputy).page("/beside/")
        assert beside.select_one(f"a[href='/proposals/{sponsoring.pk}/']")

    @pytest.mark.parametrize("count", [3, 30])
    def test_asks_few_queries(self, count: int, client_of: Any) -> None:
        manager = UserFactory(community_manager=True, sponsor=True)
        ProposalFactory.create_batch(count)
        ProposalFactory.create_batch(count, sponsoring=True, sponsor=manager)
        client = client_of(manager)
        client.get("/validations/")
        with queries_at_most(12, in_templates=1):
            client.get("/validations/")


class TestLeaks:
    def test_a_draft_and_a_proposal_show_nowhere(self, client_of: Any) -> None:
        proposal = ProposalFactory(name="Zébrures administratives", purpose="Zébrer nos formulaires.")
        client_of(proposal.proposed_by).post(NEW, {**ESSENTIALS, "name": "Zébrures administratives bis"})
        other = client_of(UserFactory())
        for address in (
            "/", "/beside/", "/communities/?q=zebrures", "/search/?q=zebrures", "/validations/", "/drafts/",
            f"{NEW}near/?name=Zébrures administratives&purpose=Zébrer nos formulaires.",
        ):  # fmt: skip
            text = other.get(address).content.decode()
            assert proposal.get_absolute_url() not in text, address
            assert "Zébrures administratives bis" not in text, address
        assert other.get(proposal.get_absolute_url()).status_code == 404
        assert other.get(f"/proposals/{proposal.pk}/edit/").status_code == 404
        assert other.post(f"/proposals/{proposal.pk}/validate/").status_code == 404


class TestDeputies:
    def test_a_sponsor_names_and_withdraws_one_who_is_told(self, client_of: Any) -> None:
        sponsor, person = UserFactory(sponsor=True), UserFactory()
        client = client_of(sponsor)
        today = timezone.localdate()
        ends = today + timedelta(days=7)
        fields = {"person": person.email, "starts_on": today.isoformat(), "ends_on": ends.isoformat()}
        assert client.post("/people/me/deputies/", fields).status_code == 302
        assert client.post("/people/me/deputies/", fields).status_code == 422
        deliver_outbox()
        assert Mail.objects.get().to == person.email
        page = client.page("/people/me/deputies/")
        client.post(page.select_one("form[action$='/withdraw/']")["action"])
        deliver_outbox()
        kinds = set(Notification.objects.filter(recipient=person).values_list("kind", flat=True))
        assert kinds == {"accounts.deputy_named", "accounts.deputy_withdrawn"}
        assert sponsor.full_name in client_of(person).page("/notifications/").text

    @pytest.mark.parametrize("days", [(-9, -2), (3, 1), (0, 900)])
    def test_days_make_sense(self, days: tuple[int, int], client_of: Any) -> None:
        today = timezone.localdate()
        starts, ends = (today + timedelta(days=number) for number in days)
        fields = {"person": UserFactory().email, "starts_on": starts.isoformat(), "ends_on": ends.isoformat()}
        assert client_of(UserFactory(sponsor=True)).post("/people/me/deputies/", fields).status_code == 422

    def test_nobody_else_names_one(self, client_of: Any) -> None:
        client = client_of(UserFactory())
        assert client.get("/people/me/deputies/").status_code == 200
        assert client.post("/people/me/deputies/", {"person": UserFactory().email}).status_code == 403

    def test_the_deputy_cannot_end_it(self, client_of: Any) -> None:
        row = DeputyFactory()
        assert client_of(row.deputy).post(f"/people/me/deputies/{row.pk}/withdraw/").status_code == 403
        assert client_of(UserFactory()).post(f"/people/me/deputies/{row.pk}/withdraw/").status_code == 404


def test_the_page_to_edit_says_the_units_and_the_kind(client_of: Any) -> None:
    unit = UnitFactory()
    proposal = ProposalFactory(returned=True, kind=CommunityKind.PRACTICE)
    proposal.meant_for.set([unit])
    page = client_of(proposal.proposed_by).page(f"/proposals/{proposal.pk}/edit/")
    assert page.select_one("#id_meant_for_1")["value"] == unit_as_suggestion(unit)
    assert page.select_one("input[name=kind][value=practice]").has_attr("checked")
