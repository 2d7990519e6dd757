"""The pages of a report: for those who answer for the community, and for nobody else."""

from datetime import date

import pytest
from django.utils import translation

from communities.enums import ReportState, Role
from communities.models import SponsorReport
from core.kinds import kinds
from tests.factories.accounts import DeputyFactory, UserFactory
from tests.factories.communities import CommunityFactory, SponsorReportFactory, member_of
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db):
    """A community, its animator, its sponsor."""
    community = CommunityFactory(sponsor=UserFactory(sponsor=True))
    return community, member_of(community, Role.ANIMATOR), community.sponsor


def address(report, end=""):
    return f"/communities/{report.community.slug}/reports/{report.pk}/{end}"


def who(community):
    manager, administrator = UserFactory(community_manager=True), UserFactory(administrator=True)
    return {
        "sponsor": community.sponsor,
        "deputy": DeputyFactory(sponsor=community.sponsor).deputy,
        "old deputy": DeputyFactory(sponsor=community.sponsor, past=True).deputy,
        "animator": member_of(community, Role.ANIMATOR),
        "moderator": member_of(community, Role.MODERATOR),
        "member": member_of(community),
        "external": member_of(community, external=True),
        "another sponsor": UserFactory(sponsor=True),
        "manager": manager,
        "administrator": administrator,
    }


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        ("prepared", {"animator"}),
        ("sent", {"animator", "sponsor", "deputy", "manager", "administrator"}),
        ("answered", {"animator", "sponsor", "deputy", "manager", "administrator"}),
    ],
)
@pytest.mark.parametrize("confidential", [False, True])
def test_to_others_it_does_not_exist(client_of, state, readers, confidential):
    community = CommunityFactory(sponsor=UserFactory(sponsor=True), confidential=confidential)
    report = SponsorReportFactory(community=community, **{state: True})
    people = who(community)
    found = {name for name, person in people.items() if client_of(person).get(address(report)).status_code == 200}
    assert found == readers
    assert {name for name, p in people.items() if SponsorReport.objects.visible_to(p).exists()} == readers
    for name in people.keys() - readers:
        client = client_of(people[name])
        assert client.get(address(report)).status_code == 404, name
        assert client.post(address(report, "paper/")).status_code == 404, name


def test_sponsor_answers_from_the_page(client_of, place):
    community, animator, sponsor = place
    report = SponsorReportFactory(community=community, sent=True)
    client = client_of(sponsor)
    page = client.page(address(report))
    assert report.word in page.get_text()
    assert client.post(address(report, "answer/"), {"answer": "correct"}).status_code == 422
    assert client.post(address(report, "answer/"), {"answer": "burn"}).status_code == 422
    done = client.post(address(report, "answer/"), {"answer": "correct", "word": "Associez les cadres."})
    assert done.status_code == 302
    page = client.page(address(report))
    assert "Associez les cadres." in page.select_one("#answer-title").parent.get_text()
    assert not page.select("#answer form")


def test_animator_keeps_then_sends_from_the_page(client_of, place):
    community, animator, sponsor = place
    report = SponsorReportFactory(community=community)
    client = client_of(animator)
    client.post(address(report, "write/"), {"word": "Brouillon", "version": "1", "keep": "1"})
    assert client.page(address(report)).select_one("textarea").get_text().strip() == "Brouillon"
    stale = client.post(address(report, "write/"), {"word": "Autre", "version": "1", "send": "1"})
    assert stale.status_code == 409
    assert "Brouillon" in stale.content.decode()
    assert "Autre" in stale.content.decode(), "what was typed is kept"
    client.post(address(report, "write/"), {"word": "Autre", "version": "2", "send": "1"})
    report.refresh_from_db()
    assert (report.state, report.word) == (ReportState.SENT, "Autre")
    assert not client.page(address(report)).select("#write")


def test_closing_opens_the_way_to_the_stages_for_those_who_may(client_of, place):
    community, animator, sponsor = place
    report = SponsorReportFactory(
        community=community, answered=True, answer="close", answer_word="Son temps est passé."
    )
    settings = f"/communities/{community.slug}/settings/"
    shown = {
        name: bool(client_of(person).page(address(report)).select(f".card--accepted a[href='{settings}']"))
        for name, person in {"animator": animator, "sponsor": sponsor}.items()
    }
    assert shown == {"animator": True, "sponsor": False}


def test_paper_is_tagged_and_says_the_same(client_of, place):
    community, animator, sponsor = place
    report = SponsorReportFactory(community=community, answered=True, answered_by=sponsor)
    response = client_of(sponsor).post(address(report, "paper/"))
    assert response.headers["Content-Type"] == "application/pdf"
    content = response.content
    assert content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in content
    assert b"/Lang" in content


def test_list_keeps_all_of_them_for_those_who_may_read(client_of, place):
    community, animator, sponsor = place
    SponsorReportFactory(community=community)
    answered = SponsorReportFactory(community=community, answered=True, starts_on=date(2025, 1, 1))

    def ids(person):
        page = client_of(person).page(f"/communities/{community.slug}/reports/")
        return {row["id"] for row in page.select("[id^=report-]")}

    assert len(ids(animator)) == 2
    assert ids(sponsor) == {f"report-{answered.pk}"}, "what is being written is not there for the sponsor"
    client_of(member_of(community)).page(f"/communities/{community.slug}/reports/", status=404)


@pytest.mark.parametrize("count", [1, 12])
def test_cost_does_not_grow_with_the_history(client_of, place, count):
    community, animator, sponsor = place
    for number in range(count):
        SponsorReportFactory(community=community, answered=True, starts_on=date(2020, 1, 1 + number), sent_by=animator)
    last = SponsorReportFactory(community=community, sent=True, sent_by=animator)
    client = client_of(sponsor)
    for path in (f"/communities/{community.slug}/reports/", address(last)):
        client.get(path)
        with queries_at_most(10, in_templates=1):
            client.get(path)


def test_words_of_each_kind_in_french(place):
    community, animator, sponsor = place
    report = SponsorReportFactory(community=community, answered=True, answer_word="Bien.")
    with translation.override("fr"):
        for name, kind in kinds.items():
            if kind.model is SponsorReport:
                notice = kind.notice(report, animator, {"due_on": "2026-05-01"})
                assert community.name in notice.text, name
                assert notice.address == report.get_absolute_url()


def test_a_sponsor_whose_account_is_closed_is_not_written_to():
    community = CommunityFactory(sponsor=UserFactory(closed=True))
    report = SponsorReportFactory(community=community, sent=True)
    kind = kinds["communities.report_sent"]
    event = kind.event(report_id=report.pk, actor_id=None, due_on="2026-05-01")
    assert not kind.recipients(event, report).exists(), "a closed account is not written to"


@pytest.mark.parametrize("count", [1, 8])
def test_what_waits_stands_among_what_is_mine_to_do(client_of, count):
    sponsor = UserFactory(sponsor=True)
    animators = []
    for number in range(count):
        community = CommunityFactory(sponsor=sponsor)
        animators.append(member_of(community, Role.ANIMATOR))
        SponsorReportFactory(community=community, sent=True, due_on=date(2020, 1, 1 + number))
        SponsorReportFactory(community=community, starts_on=date(2019, 1, 1))
    SponsorReportFactory(sent=True)

    def links(person):
        return [link["href"] for link in client_of(person).page("/validations/").select(".waiting a")]

    assert len(links(sponsor)) == count
    assert len(links(animators[0])) == 1
    assert links(UserFactory(administrator=True)) == links(UserFactory()) == []
    client = client_of(sponsor)
    client.get("/validations/")
    with queries_at_most(12, in_templates=1):
        client.get("/validations/")
