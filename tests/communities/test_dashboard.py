"""The animators' dashboard: next actions first, figures of nobody, the same cost at any size."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from python_calamine import load_workbook

from communities.enums import CommunityKind, MembershipState, MilestoneState, Role, Stage
from communities.facts import Better, Figure, Indicator, Measure, Measured, Period, facts, indicators, read_facts
from communities.facts.frozen import freeze, thaw
from communities.models import Community, Membership, Milestone, Roadmap
from communities.views.dashboard import CHOICES, recent_period
from communities.views.figures import amount, tiles
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, SponsorReportFactory, member_of
from tests.factories.feed import CommentFactory, PostFactory
from tests.factories.moderation import CaseFactory
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def address(community, end=""):
    return f"/communities/{community.slug}/dashboard/{end}"


def joined(community, days_ago, **traits):
    return MembershipFactory(community=community, joined_at=NOW - timedelta(days=days_ago), **traits)


def reading(community, period=None):
    return read_facts(Community.objects.for_page().get(pk=community.pk), period or recent_period())


@pytest.fixture
def old(db):
    """A community of before all the periods that one may look at."""
    community = CommunityFactory(sponsor=UserFactory(sponsor=True))
    Community.objects.update(created_at=NOW - timedelta(days=900))
    return community


class TestPeriods:
    def test_do_not_overlap_and_leave_no_day_out(self):
        periods = [recent_period(number) for number in range(CHOICES)]
        assert periods[0].end == timezone.localdate()
        for later, earlier in zip(periods, periods[1:], strict=False):
            assert later.before == earlier
            assert earlier.end + timedelta(days=1) == later.start

    def test_parts_cover_a_period(self):
        period = Period(timezone.localdate() - timedelta(days=90), timezone.localdate())
        assert period.parts[0][0] == period.start
        assert period.parts[-1][1] == period.end
        for (_start, end), (start, _end) in zip(period.parts, period.parts[1:], strict=False):
            assert end + timedelta(days=1) == start


class TestMembers:
    def left(self, community, days_ago):
        row = joined(community, 400, state=MembershipState.LEFT)
        Membership.objects.filter(pk=row.pk).update(changed_at=NOW - timedelta(days=days_ago))

    def test_are_those_of_the_end_of_the_period(self, old):
        for days in (300, 200, 100, 100, 100, 100, 30, 30, 30, 30, 30, 30):
            joined(old, days)
        self.left(old, 350)
        joined(old, 300, person__closed=True)
        figures = reading(old).figures
        assert figures["members"].now.shown == 12
        assert figures["members"].before.shown == 6
        assert figures["newcomers"].now.shown == 6
        assert [measure.shown for measure in figures["members"].series][-1] == 10, "the curve is rounded to five"
        past = reading(old, recent_period(1)).figures
        assert past["members"].now.shown == 6

    def test_two_who_came_are_not_found_by_comparing(self, old):
        for days in (300, 300, 300, 300, 300, 300, 20, 20):
            joined(old, days)
        figures = reading(old).figures
        assert figures["members"].now.shown == 8
        assert figures["members"].before.is_withheld
        assert figures["newcomers"].now.is_withheld

    def test_who_left_is_not_found_by_comparing(self, old):
        for days in [300] * 8 + [20] * 6:
            joined(old, days)
        self.left(old, 10)
        figures = reading(old).figures
        assert figures["members"].now.shown == 14
        assert figures["members"].before.is_withheld, "9 + 6 - 14 is one person who left"

    def test_a_partner_whose_time_is_over_is_no_member(self, old):
        for days in [300] * 6:
            joined(old, days)
        joined(old, 300, person__external=True, ends_at=NOW - timedelta(hours=1))
        assert reading(old).figures["members"].now.shown == 6

    def test_nothing_is_compared_with_the_time_before_a_community(self, old):
        for _number in range(6):
            joined(old, 20)
        Community.objects.update(created_at=NOW - timedelta(days=40))
        figures = reading(old).figures
        assert figures["members"].now.shown == 6
        assert figures["members"].before.amount is None


class TestMilestones:
    def milestone(self, community, due, done=None):
        roadmap, _made = Roadmap.objects.get_or_create(community=community)
        today = timezone.localdate()
        Milestone.objects.create(
            roadmap=roadmap,
            title="Étape",
            due_on=today - timedelta(days=due),
            state=MilestoneState.PLANNED if done is None else MilestoneState.DONE,
            done_on=None if done is None else today - timedelta(days=done),
        )

    def test_are_kept_missed_or_to_come(self, old):
        self.milestone(old, 20, done=20)
        self.milestone(old, 20, done=30)
        self.milestone(old, 20, done=19)
        self.milestone(old, 5)
        self.milestone(old, 0)
        self.milestone(old, -10)
        self.milestone(old, -30)
        self.milestone(old, 100, done=100)
        read = reading(old)
        assert read.figures["milestones_kept"].now.shown == 2
        assert read.figures["milestones_missed"].now.shown == 2
        assert read.figures["milestones_kept"].before.shown == 1
        assert [action.count for action in read.actions if action.ability == "change_roadmap"] == [1, 2]

    def test_without_any_there_is_no_nought(self, old):
        assert "milestones_kept" not in reading(old).figures


class TestNextActions:
    def texts(self, client, community):
        return [line["href"] for line in client.page(address(community)).select(".todo__line")]

    def test_come_in_the_order_in_which_they_press(self, old, client_of):
        animator = member_of(old, Role.ANIMATOR)
        MembershipFactory(community=old, requested=True)
        PostFactory(community=old, question=True, created_at=NOW - timedelta(days=5))
        joined(old, 2)
        SponsorReportFactory(community=old)
        links = self.texts(client_of(animator), old)
        ends = ["questions/?state=open", "members/#requests", "reports/", "members/?role=new"]
        assert len(links) == 4
        assert all(end in link for end, link in zip(ends, links, strict=True)), links

    def test_show_each_what_they_may_do(self, old, client_of):
        MembershipFactory(community=old, requested=True)
        SponsorReportFactory(community=old)
        assert len(self.texts(client_of(member_of(old, Role.ANIMATOR)), old)) == 2
        assert len(self.texts(client_of(member_of(old, Role.MODERATOR)), old)) == 1
        assert self.texts(client_of(UserFactory(community_manager=True)), old) == []

    def test_begin_with_what_was_reported(self, old, client_of):
        CaseFactory(community=old)
        links = self.texts(client_of(member_of(old, Role.MODERATOR)), old)
        assert links == [f"/communities/{old.slug}/moderation/"]

    def test_lead_to_the_newcomers_alone(self, old, client_of):
        animator = member_of(old, Role.ANIMATOR)
        new, former = joined(old, 2).person, joined(old, 20).person
        page = client_of(animator).page(f"/communities/{old.slug}/members/?role=new")
        assert new.full_name in page.select_one("#member-list").get_text()
        assert former.handle not in str(page.select_one("#member-list"))


class TestPage:
    def test_is_for_the_team_and_for_those_who_steer(self, old, client_of):
        for person in (member_of(old, Role.ANIMATOR), member_of(old, Role.MODERATOR), UserFactory(administrator=True)):
            assert client_of(person).page(address(old)).select(".figure")
        for person in (member_of(old), UserFactory(), old.sponsor, member_of(old, external=True)):
            client_of(person).page(address(old), status=404)
            assert client_of(person).get(address(old, "export/ods/")).status_code == 404

    def test_of_an_extra_professional_community_says_that_it_is_no_work(self, old, client_of):
        Community.objects.update(kind=CommunityKind.EXTRA_PROFESSIONAL)
        words = _("This community is not work: its figures are for its animators alone and enter no indicator.")
        assert words in client_of(member_of(old, Role.ANIMATOR)).page(address(old)).get_text()
        for person in (member_of(old, Role.MODERATOR), UserFactory(community_manager=True)):
            client_of(person).page(address(old), status=404)
        assert list(Community.objects.at_work()) == []

    @pytest.mark.parametrize("query", ["", "?period=3", "?period=9", "?period=x", "?period=-1", "?period=²"])
    def test_takes_any_period_that_is_typed(self, old, client_of, query):
        page = client_of(member_of(old, Role.ANIMATOR)).page(f"{address(old)}{query}")
        assert len(page.select(".chip[aria-current]")) == 1

    def test_says_in_words_what_is_withheld(self, old, client_of):
        animator = member_of(old, Role.ANIMATOR)
        assert _("too few people") in client_of(animator).page(address(old)).select_one("#figure-members").get_text()

    def test_the_chart_has_words_and_a_table(self, old, client_of):
        people = [member_of(old) for _number in range(6)]
        for person in people:
            PostFactory(community=old, author=person)
        page = client_of(member_of(old, Role.ANIMATOR)).page(address(old))
        chart = page.select_one("figure.chart")
        assert chart.select_one("svg[role=img]")["aria-label"]
        assert chart.select_one("figcaption").get_text(strip=True)
        assert len(chart.select("tbody tr")) == 6

    @pytest.mark.parametrize("size", [3, 30])
    def test_asks_the_same_whatever_the_size(self, old, client_of, size):
        animator = member_of(old, Role.ANIMATOR)
        for number in range(size):
            person = joined(old, 3 * number).person
            question = PostFactory(community=old, author=person, question=True)
            CommentFactory(target=question, author=animator)
            MembershipFactory(community=old, requested=True)
        SponsorReportFactory(community=old)
        client = client_of(animator)
        client.get(address(old))
        with queries_at_most(11, in_templates=1):
            client.get(address(old))

    def test_each_fact_asks_once(self, old):
        found = Community.objects.for_page().get(pk=old.pk)
        read_facts(found, recent_period())
        with queries_at_most(len(facts.values())):
            read_facts(found, recent_period())


class TestExport:
    def rows(self, response):
        sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0)
        return sheet.to_python(skip_empty_area=False)

    def test_holds_what_the_page_shows_and_withholds_what_it_withholds(self, old, client_of):
        for _number in range(5):
            joined(old, 300)
        animator = joined(old, 2, role=Role.ANIMATOR).person
        response = client_of(animator).get(address(old, "export/ods/"))
        head, *rows = self.rows(response)
        by_name = {row[0]: row for row in rows}
        assert head[0] == _("Indicator")
        assert by_name[_("Members")][2] == 6
        assert by_name[_("Newcomers")][2] == _("too few people")
        assert all(row[-1] for row in rows), "each with its definition"

    def test_csv_too_and_nothing_else(self, old, client_of):
        client = client_of(member_of(old, Role.ANIMATOR))
        content = b"".join(client.get(address(old, "export/csv/?period=1")).streaming_content)
        assert content.decode("utf-8-sig").startswith(_("Indicator"))
        assert client.get(address(old, "export/xls/")).status_code == 404


class TestWords:
    @pytest.mark.parametrize(
        ("seconds", "words"), [(60, "1 min"), (3720, "1 h 02"), (86400, "1 d"), (100000, "1 d 3 h")]
    )
    def test_of_a_length_of_time(self, seconds, words):
        with translation.override("en"):
            assert amount(seconds, Measured.SECONDS) == words

    @pytest.mark.parametrize(
        ("now", "before", "direction", "mood"),
        [(9, 4, "up", "good"), (4, 9, "down", "bad"), (4, 4, "", ""), (None, 4, "", "")],
    )
    def test_of_a_trend(self, monkeypatch, now, before, direction, mood):
        known = {"x": Indicator("X", "Ce que c’est.")}
        monkeypatch.setattr("communities.views.figures.indicators", lambda: known)
        (tile,) = tiles({"x": Figure(Measure(now), Measure(before))}, recent_period())
        assert (tile.direction, tile.mood) == (direction, mood)

    def test_less_is_better_where_it_is(self, monkeypatch):
        known = {"x": Indicator("X", "Ce que c’est.", Measured.SECONDS, Better.LESS)}
        monkeypatch.setattr("communities.views.figures.indicators", lambda: known)
        with translation.override("en"):
            (tile,) = tiles({"x": Figure(Measure(600), Measure(1200))}, recent_period())
        assert (tile.direction, tile.mood) == ("down", "good")
        assert "better" in tile.trend


def test_what_is_withheld_is_not_even_kept():
    figure = Figure(Measure(3, (3,)), Measure(12, (12,)), (Measure(2, (2,)), Measure(None), Measure(7, (7,))))
    kept = freeze({"x": figure})
    assert kept == {"x": {"now": "few", "before": 12, "series": ["few", None, 7]}}
    back = thaw(kept)["x"]
    assert [measure.shown for measure in (back.now, back.before, *back.series)] == [None, 12, None, None, 7]
    assert back.now.is_withheld


def test_every_indicator_says_what_it_is():
    assert indicators()
    for name, indicator in indicators().items():
        assert len(str(indicator.definition)) > 20, name


def test_stage_of_preparation_has_a_dashboard_too(client_of):
    community = CommunityFactory(stage=Stage.PREPARATION)
    assert client_of(member_of(community, Role.ANIMATOR)).page(address(community))
