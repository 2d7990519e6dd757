"""The pages of a roadmap: what each person finds there, changed in place or page by page, and what it costs."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from python_calamine import load_workbook

from communities.actions.roadmap import start_roadmap
from communities.actions.roadmap_parts import change_milestone
from communities.enums import CommunityKind, MilestoneState, Role, Stage
from communities.models import Community, Milestone, Objective, Roadmap, RoadmapRevision
from communities.roadmaps import due_of, objective_in_words
from core.models import AuditEntry
from core.system import SYSTEM
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, member_of
from tests.support import htmx
from tests.support.pages import parse
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    """What pages say is looked for in the language in which it is written in the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def client_of(client_of):
    def sign_in(person: Any) -> Any:
        type(person).objects.filter(pk=person.pk).update(language="en")
        return client_of(person)

    return sign_in


def in_days(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def fill(community: Community, *, count: int = 3, owner: Any = None) -> Roadmap:
    """A roadmap with `count` parts of each sort, each milestone after the one before."""
    uids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(count)]
    content = {
        "ways": "Une réunion par mois.\nUne réponse sous trois jours.",
        "review_on": in_days(60),
        "objectives": [
            {"title": f"Objectif {n}", "indicator": "questions", "unit": "%", "start": 60, "target": 90, "current": 75}
            for n in range(count)
        ],
        "milestones": [
            {
                "uid": uid,
                "title": f"Étape {n}",
                "due_on": in_days(20 * n - 5),
                "owner": owner.pk if owner else None,
                "depends_on": uids[n - 1 : n] if n else [],
            }
            for n, uid in enumerate(uids)
        ],
        "communication": [{"title": f"Annonce {n}", "channel": "Intranet"} for n in range(count)],
    }
    return start_roadmap(actor=SYSTEM, community=community, content=content)


@pytest.fixture
def community():
    return CommunityFactory(slug="achats")


@pytest.fixture
def animator(community):
    return member_of(community, Role.ANIMATOR)


ROADMAP = "/communities/achats/roadmap/"


def undo_of(response: Any) -> str:
    return json.loads(response.headers["HX-Trigger"])["toast"]["undo"]


class TestReading:
    def test_says_how_far_one_is_without_colour(self, client_of, community):
        member = member_of(community)
        roadmap = fill(community, owner=member)
        Milestone.objects.filter(title="Étape 1").update(state=MilestoneState.DONE, done_on=in_days(-1))
        page = client_of(member).page(ROADMAP)
        steps = [" ".join(step.text.split()) for step in page.select(".timeline__step")]
        assert "Late by 5 days" in steps[0]
        assert "Done on" in steps[1]
        assert "To come" in steps[2]
        # What it waits for is named, with its state.
        assert "Comes after: Étape 1 (done)" in steps[2]
        assert member.full_name in steps[0]
        summary = page.select_one(".roadmap__summary")
        assert "1 milestone done out of 3" in summary.text
        assert "1 late" in summary.text
        bar = summary.select_one("progress")
        assert (bar["value"], bar["max"]) == ("33", "100")
        assert page.find(id=bar["aria-labelledby"]).text
        objective = page.select_one(f"#objective-{roadmap.objectives.all()[0].uid}")
        assert "From 60 to 90\N{NO-BREAK SPACE}%" in objective.text
        assert objective.select_one("progress")["value"] == "50"

    def test_a_reader_has_nothing_to_press(self, client_of, community):
        fill(community)
        page = client_of(UserFactory()).page(ROADMAP)
        assert not page.select("#roadmap [hx-post], #roadmap .menu, .part-add")

    def test_sponsor_reads_the_roadmap_and_not_what_is_said(self, client_of):
        community = CommunityFactory(slug="achats", confidential=True, sponsor=UserFactory())
        fill(community)
        client = client_of(community.sponsor)
        assert "Étape 0" in client.page(ROADMAP).text
        assert client.get("/communities/achats/members/").status_code == 403

    def test_nothing_is_created_by_reading(self, client_of, community):
        page = client_of(member_of(community)).page(ROADMAP)
        assert "No roadmap yet" in page.text
        assert client_of(member_of(community)).get(f"{ROADMAP}history/").status_code == 302
        assert not Roadmap.objects.exists()

    @pytest.mark.parametrize("count", [3, 18])
    def test_costs_the_same_at_any_size(self, client_of, community, animator, count):
        fill(community, count=count, owner=animator)
        client = client_of(animator)
        client.get(ROADMAP)
        with queries_at_most(12, in_templates=1):
            client.page(ROADMAP)

    @pytest.mark.parametrize("count", [3, 18])
    def test_history_costs_the_same_at_any_size(self, client_of, community, animator, count):
        roadmap = fill(community, count=3, owner=animator)
        snapshot = roadmap.revisions.get().snapshot
        RoadmapRevision.objects.bulk_create(
            RoadmapRevision(roadmap=roadmap, number=n, actor=animator, verb="restored", snapshot=snapshot)
            for n in range(2, count)
        )
        Roadmap.objects.update(version=count - 1)
        client = client_of(animator)
        client.get(f"{ROADMAP}history/")
        with queries_at_most(12, in_templates=1):
            client.page(f"{ROADMAP}history/")


class TestLeaks:
    """What one may not see does not exist: 404, no word of it, no count."""

    @pytest.mark.parametrize(
        ("traits", "status"),
        [({"confidential": True}, 404), ({"in_preparation": True}, 404), ({"on_request": True}, 403)],
    )
    def test_outsider_reads_no_roadmap(self, client_of, traits, status):
        fill(CommunityFactory(slug="achats", **traits))
        client = client_of(UserFactory())
        for address in (ROADMAP, f"{ROADMAP}history/"):
            response = client.get(address)
            assert response.status_code == status
            assert "Étape 0" not in response.content.decode()
        for kind in ("ods", "csv", "pdf"):
            assert client.post(f"{ROADMAP}export/{kind}/").status_code == status

    def test_archive_stays_readable_and_comes_no_more(self, client_of, community, animator):
        fill(community)
        Community.objects.update(stage=Stage.ARCHIVED)
        client = client_of(animator)
        page = client.page(ROADMAP)
        assert "Étape 0" in page.text
        assert not page.select("#roadmap [hx-post]")
        assert "Étape" not in client.page("/beside/").text

    def test_next_steps_are_those_of_my_communities_that_i_may_read(self, client_of, community):
        me = member_of(community)
        fill(community)
        left = CommunityFactory(name="Quittée")
        membership = MembershipFactory(community=left, person=me)
        fill(left)
        assert "Quittée" in client_of(me).page("/beside/").text
        membership.delete()
        stranger = CommunityFactory(name="Ouverte à tous")
        fill(stranger)
        preparing = CommunityFactory(name="Chantier", in_preparation=True)
        MembershipFactory(community=preparing, person=me)
        fill(preparing)
        page = client_of(me).page("/beside/").select_one("[aria-labelledby=steps-title]")
        assert "Étape 0" in page.text
        assert "late" in page.text
        for name in ("Quittée", "Ouverte à tous", "Chantier"):
            assert name not in page.text

    def test_part_of_another_community_is_absent(self, client_of, community, animator):
        fill(community)
        elsewhere = fill(CommunityFactory(confidential=True))
        uid = elsewhere.milestones.all()[0].uid
        assert client_of(animator).get(f"{ROADMAP}milestones/{uid}/").status_code == 404


class TestChanging:
    def test_begins_from_the_model_of_its_kind(self, client_of, community, animator):
        Community.objects.update(kind=CommunityKind.PRACTICE)
        client = client_of(animator)
        page = client.page(ROADMAP)
        titles = [item.text for item in page.select(".model li")]
        assert len(titles) > 8
        response = htmx.trigger(client, page, "form[hx-post$='/roadmap/start/']")
        assert response.status_code == 200
        assert len(page.select(".timeline__step")) == len(Milestone.objects.all()) == 5
        assert str(page.select_one("#roadmap .roadmap").text) == client.page(ROADMAP).select_one(".roadmap").text
        assert client.post(undo_of(response)).status_code == 302
        assert not Milestone.objects.exists()

    @pytest.mark.parametrize(
        ("name", "noun", "values"),
        [
            ("objectives", "objective", {"title": "Grandir", "start": "1.5", "target": "12", "current": "3"}),
            ("milestones", "milestone", {"title": "Grandir", "due_on": "2027-01-30", "state": "planned"}),
            ("communication", "communication", {"title": "Grandir", "channel": "Affiche"}),
        ],
    )
    def test_a_part_is_added_in_place_and_taken_back(self, client_of, community, animator, name, noun, values):
        fill(community)
        client = client_of(animator)
        page = client.page(ROADMAP)
        htmx.trigger(client, page, f"#{noun}-new a")
        assert page.select_one(f"#{noun}-new form [data-rse-focus]")
        refused = htmx.trigger(client, page, f"#{noun}-new form", values | {"title": ""})
        assert refused.status_code == 422
        assert page.select_one(f"#{noun}-new .errors")
        response = htmx.trigger(client, page, f"#{noun}-new form", values)
        assert response.status_code == 200
        added = page.select_one("[data-rse-focus]")
        assert "Grandir" in added.text
        assert added["id"].startswith(noun)
        client.post(undo_of(response))
        assert "Grandir" not in client.page(ROADMAP).text

    def test_a_milestone_is_changed_in_place(self, client_of, community, animator):
        roadmap = fill(community)
        member = member_of(community)
        uid = roadmap.milestones.get(title="Étape 1").uid
        client = client_of(animator)
        page = client.page(ROADMAP)
        htmx.trigger(client, page, f"#milestone-{uid} a.menu__item")
        values = {"title": "Atelier", "owner": member.email, "state": "under_way"}
        response = htmx.trigger(client, page, f"#milestone-{uid} form", values)
        assert response.status_code == 200
        changed = page.select_one(f"#milestone-{uid}")
        assert "Atelier" in changed.text
        assert member.full_name in changed.text
        assert "Under way" in changed.text
        assert "Étape 0" in changed.text, "what it waits for was ticked and stays"

    def test_works_without_javascript(self, client_of, community, animator):
        roadmap = fill(community)
        uid = roadmap.milestones.get(title="Étape 1").uid
        client = client_of(animator)
        page = client.page(f"{ROADMAP}milestones/{uid}/")
        form = page.select_one(".part-form form")
        assert not form.has_attr("hx-post")
        data = {"version": "1", "title": "Atelier", "state": "planned", "due_on": "2027-02-01"}
        response = client.post(form["action"], data)
        assert (response.status_code, response["Location"]) == (302, ROADMAP)
        page = client.page(ROADMAP)
        assert "Atelier" in page.text
        client.post(f"{ROADMAP}undo/2/", {"next": ROADMAP})
        assert "Atelier" not in client.page(ROADMAP).select_one("#roadmap .roadmap").text

    def test_two_who_save_are_shown_both_texts(self, client_of, community, animator):
        roadmap = fill(community)
        step = roadmap.milestones.get(title="Étape 1")
        client = client_of(animator)
        page = client.page(ROADMAP)
        htmx.trigger(client, page, f"#milestone-{step.uid} a.menu__item")
        change_milestone(
            actor=member_of(community, Role.ANIMATOR),
            community=community,
            uid=step.uid,
            version=1,
            title="Le titre de l’autre",
            note="",
            owner=None,
            due_on=step.due_on,
            state=MilestoneState.PLANNED,
            depends_on=[before.uid for before in step.depends_on.all()],
        )
        form = page.select_one(f"#milestone-{step.uid} form")
        headers = {"HX-Request": "true", "HX-Target": "roadmap"}
        data = {"version": "1", "title": "Le mien", "state": "planned", "due_on": step.due_on.isoformat()}
        response = client.post(form["hx-post"], data, headers=headers)
        assert response.status_code == 409
        assert response.headers["HX-Retarget"] == f"#milestone-{step.uid}"
        answer = parse(response.content)
        assert "Le titre de l’autre" in answer.select_one(".errors").text
        assert answer.select_one("input[name=title]")["value"] == "Le mien"
        assert answer.select_one("input[name=version]")["value"] == "2"
        assert Milestone.objects.get(pk=step.pk).title == "Le titre de l’autre"
        # Saved once more, it knowingly replaces what the other person wrote.
        assert client.post(form["hx-post"], data | {"version": "2"}, headers=headers).status_code == 200
        assert Milestone.objects.get(pk=step.pk).title == "Le mien"

    def test_a_loop_is_refused_in_words(self, client_of, community, animator):
        roadmap = fill(community)
        first, last = roadmap.milestones.get(title="Étape 0"), roadmap.milestones.get(title="Étape 2")
        data = {"version": "1", "title": "Étape 0", "state": "planned", "depends_on": [str(last.uid)]}
        response = client_of(animator).post(f"{ROADMAP}milestones/{first.uid}/", data)
        assert response.status_code == 422
        assert "“Étape 0” → “Étape 2” → “Étape 1” → “Étape 0”" in parse(response.content).select_one(".errors").text

    def test_who_is_no_member_is_as_absent_as_nobody(self, client_of, community, animator):
        fill(community)
        hidden = UserFactory(email="cachee@demo.example", external=True)
        answers = []
        for typed in (hidden.email, "personne@demo.example"):
            data = {"title": "Atelier", "state": "planned", "owner": typed}
            response = client_of(animator).post(f"{ROADMAP}milestones/new/", data)
            assert response.status_code == 422
            answers.append(parse(response.content).select_one(".field__error").text)
        assert answers[0] == answers[1]

    def test_done_and_undone_are_one_press_each(self, client_of, community, animator):
        roadmap = fill(community)
        uid = roadmap.milestones.get(title="Étape 0").uid
        client = client_of(animator)
        page = client.page(ROADMAP)
        response = htmx.trigger(client, page, f"#milestone-{uid} form[hx-post$='/done/']")
        assert "Done on" in page.select_one(f"#milestone-{uid}").text
        client.post(undo_of(response))
        assert Milestone.objects.get(uid=uid).state == MilestoneState.PLANNED

    def test_undo_takes_back_nothing_of_somebody_else(self, client_of, community, animator):
        roadmap = fill(community)
        uid = roadmap.milestones.get(title="Étape 0").uid
        client = client_of(animator)
        client.post(f"{ROADMAP}milestones/{uid}/done/")
        other = client_of(member_of(community, Role.ANIMATOR))
        other.post(f"{ROADMAP}communication/{roadmap.communication.all()[0].uid}/done/")
        page = parse(client.post(f"{ROADMAP}undo/2/", follow=True).content)
        assert "The roadmap was changed since" in page.text
        assert Milestone.objects.get(uid=uid).is_done

    def test_pressing_twice_offers_no_undo_of_the_first(self, client_of, community, animator):
        roadmap = fill(community)
        address = f"{ROADMAP}milestones/{roadmap.milestones.get(title='Étape 0').uid}/done/"
        client = client_of(animator)
        assert undo_of(client.post(address, headers={"HX-Request": "true"}))
        assert not undo_of(client.post(address, headers={"HX-Request": "true"}))

    def test_objectives_move_and_parts_go(self, client_of, community, animator):
        roadmap = fill(community)
        client = client_of(animator)
        page = client.page(ROADMAP)
        uid = roadmap.objectives.get(title="Objectif 1").uid
        htmx.trigger(client, page, f"#objective-{uid} form[hx-post$='/move/up/']")
        assert [t.text for t in page.select(".parts:first-of-type h3")][:2] == ["Objectif 1", "Objectif 0"]
        response = htmx.trigger(client, page, f"#objective-{uid} form[hx-post$='/remove/']")
        assert "Objectif 1" not in page.select_one(".parts").text
        client.post(undo_of(response))
        assert "Objectif 1" in client.page(ROADMAP).text

    def test_the_ways_of_working_are_changed_in_place(self, client_of, community, animator):
        fill(community)
        client = client_of(animator)
        page = client.page(ROADMAP)
        htmx.trigger(client, page, "#roadmap-frame a")
        htmx.trigger(client, page, "#roadmap-frame form", {"ways": "Deux réunions.", "review_on": "2027-06-01"})
        assert "Deux réunions." in page.select_one("#roadmap-frame").text


class TestHistory:
    def test_compares_two_versions_and_restores_one(self, client_of, community, animator):
        roadmap = fill(community, owner=animator)
        client = client_of(animator)
        step = roadmap.milestones.get(title="Étape 1")
        data = {"version": "1", "title": "Atelier", "state": "planned", "due_on": "2027-02-01"}
        client.post(f"{ROADMAP}milestones/{step.uid}/", data)
        page = client.page(f"{ROADMAP}history/")
        assert page.select_one(".changes strong").text == "Atelier"
        changes = {row.text: row.find_next_sibling("dd").text for row in page.select(".changes dt")}
        assert "Étape 1" in changes["Title"]
        assert animator.full_name in changes["In charge"]
        assert "Étape 0" in changes["Comes after"]
        response = client.post(f"{ROADMAP}restore/", {"number": "1", "version": "2"}, follow=True)
        assert "Version 1 is restored" in parse(response.content).text
        assert Milestone.objects.get(uid=step.uid).title == "Étape 1"
        assert "These two versions say the same." in client.page(f"{ROADMAP}history/?from=1&to=3").text

    def test_a_reader_compares_and_does_not_restore(self, client_of, community):
        fill(community)
        reader = client_of(UserFactory())
        assert not reader.page(f"{ROADMAP}history/").select("form[action$='/restore/']")
        assert reader.post(f"{ROADMAP}restore/", {"number": "0", "version": "1"}).status_code == 403
        assert Milestone.objects.count() == 3

    @pytest.mark.parametrize("data", [{}, {"number": "x", "version": "1"}, {"number": "9", "version": "1"}])
    def test_a_version_that_is_not_there_is_said(self, client_of, community, animator, data):
        fill(community)
        page = parse(client_of(animator).post(f"{ROADMAP}restore/", data, follow=True).content)
        assert "This version is not there any more." in page.text


class TestFiles:
    def test_spreadsheet_holds_each_part_as_text_and_numbers(self, client_of, community):
        member = member_of(community, first_name="=1+1", last_name="Dupont")
        fill(community, owner=member)
        response = client_of(member).post(f"{ROADMAP}export/ods/")
        rows = load_workbook(io.BytesIO(response.getvalue())).get_sheet_by_index(0).to_python()
        assert [row[1] for row in rows[1:4]] == ["Objectif 0", "Objectif 1", "Objectif 2"]
        assert rows[1][8:11] == [60.0, 90.0, 75.0]
        assert rows[4][1] == "Étape 0"
        assert rows[4][3] == "=1+1 Dupont"
        assert rows[5][7] == "Étape 0 (not done yet)"
        assert AuditEntry.objects.get().verb == "communities.roadmap_exported"

    def test_paper_is_a_pdf_for_screen_readers(self, client_of, community):
        member = member_of(community)
        fill(community, owner=member)
        response = client_of(member).post(f"{ROADMAP}export/pdf/")
        assert response["Content-Type"] == "application/pdf"
        assert b"pdfuaid:part" in response.content
        assert b"/StructTreeRoot" in response.content
        assert AuditEntry.objects.get().data == {"format": "pdf"}

    def test_no_other_format_leaves(self, client_of, community):
        fill(community)
        assert client_of(member_of(community)).post(f"{ROADMAP}export/xlsx/").status_code == 404
        assert not AuditEntry.objects.exists()

    def test_an_empty_roadmap_prints(self, client_of, community):
        assert client_of(member_of(community)).post(f"{ROADMAP}export/pdf/").status_code == 200


class TestBeside:
    def test_feed_shows_progress_and_next_milestone(self, client_of, community):
        member = member_of(community)
        fill(community, owner=member)
        side = client_of(member).page("/communities/achats/").select_one("[aria-labelledby=roadmap-title]")
        assert "0 milestones done out of 3" in side.text
        assert "Late by 5 days" in side.text
        assert side.select_one("progress")["value"] == "0"

    def test_only_animators_are_asked_to_begin(self, client_of, community, animator):
        assert "Start the roadmap" in client_of(animator).page("/communities/achats/").text
        assert "Start the roadmap" not in client_of(member_of(community)).page("/communities/achats/").text


def test_days_are_said_in_words():
    today = timezone.localdate()
    said = {days: due_of(today + timedelta(days=days), None, today).words for days in (-1, 0, 1, 14, 15)}
    assert said == {-1: "Late by 1 day", 0: "Today", 1: "In 1 day", 14: "In 14 days", 15: "To come"}
    assert due_of(None, None, today).words == "No date yet"
    assert due_of(today - timedelta(days=9), today, today).tone == "done"


def test_an_objective_without_a_measure_says_so():
    assert objective_in_words(Objective(title="x")) == ""
    assert "not measured yet" in objective_in_words(Objective(title="x", target=5, unit="fiches"))
