"""The list of members as a file: complete, recorded, and nothing in it that a spreadsheet would run."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from communities import limits
from communities.enums import Role
from core.exports import CSV, ODS, as_csv, as_ods
from core.models import AuditEntry
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, member_of

FORMULAS = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "|calc",
    "%0A",
    '=HYPERLINK("https://evil.example")',
]


def sheet(content: bytes):
    return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def lines(content: bytes):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_stays_a_text(text):
    assert sheet(b"".join(as_ods("T", ["a"], [[text]])))[1][0].strip() == text.strip()
    assert lines(b"".join(as_csv(["a"], [[text]])))[1][0][0] == "'"


# On a busy machine the clock says nothing of the code.
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_any_text_makes_a_file_that_opens(row):
    assert len(sheet(b"".join(as_ods("T", ["x"] * len(row), [row])))[0]) == len(row)
    read = lines(b"".join(as_csv(["x"] * len(row), [row])))
    assert len(read[1]) == len(row)
    for written, cell in zip(row, read[1], strict=True):
        assert cell in {written, f"'{written}", "'" + written.replace("|", "\\|")}


def test_types_are_kept():
    moment = datetime(2026, 3, 1, 11, 30, tzinfo=UTC)
    (_head, row) = sheet(b"".join(as_ods("T", ["a", "b", "c"], [[12, moment, None]])))
    assert row == [12.0, datetime(2026, 3, 1, 12, 30), ""], "the hour is that of the reader"
    assert lines(b"".join(as_csv(["a"], [[moment]])))[1] == ["2026-03-01 12:30"]


@pytest.mark.django_db
class TestExport:
    @pytest.fixture(autouse=True)
    def _proved(self, settings):
        """As somebody who has just shown that it is them."""
        settings.DEMO = True

    def export(self, client_of, person, community, kind=ODS):
        return client_of(person).post(f"/communities/{community.slug}/members/export/{kind}/")

    def content(self, response):
        return b"".join(response.streaming_content)

    def test_has_every_member_and_nobody_else(self, client_of):
        community = CommunityFactory()
        animator = member_of(community, Role.ANIMATOR, last_name="=Éluard", unit=UnitFactory(name="Achats"))
        member_of(community, external=True, last_name="Partenaire")
        member_of(community, closed=True)
        UserFactory()
        response = self.export(client_of, animator, community)
        assert response.headers["Content-Disposition"].startswith('attachment; filename="')
        rows = sheet(self.content(response))
        assert [row[0] for row in rows[1:]] == ["=Éluard", "Partenaire"]
        assert [row[3] for row in rows[1:]] == ["Achats", "Association Pont-Neuf"]
        response = self.export(client_of, animator, community, CSV)
        assert [row[0] for row in lines(self.content(response))[1:]] == ["'=Éluard", "Partenaire"]
        entry = AuditEntry.objects.first()
        assert (entry.verb, entry.actor, entry.data) == ("communities.members_exported", animator, {"format": "csv"})

    @pytest.mark.parametrize("who", [Role.MEMBER, Role.MODERATOR, None])
    def test_is_refused_to_others(self, client_of, who):
        community = CommunityFactory()
        person = member_of(community, who) if who else UserFactory()
        assert self.export(client_of, person, community).status_code == 403
        assert not AuditEntry.objects.exists()

    def test_asks_for_a_fresh_proof_whoever_may_and_nobody_else(self, client_of, settings):
        settings.DEMO = False
        community = CommunityFactory()
        response = self.export(client_of, member_of(community, Role.ANIMATOR), community)
        assert (response.status_code, "reauthenticate" in response["Location"]) == (302, True)
        assert self.export(client_of, member_of(community), community).status_code == 403
        assert not AuditEntry.objects.exists()

    def test_unknown_format_and_reading_do_not_exist(self, client_of):
        community = CommunityFactory()
        animator = member_of(community, Role.ANIMATOR)
        assert self.export(client_of, animator, community, "exe").status_code == 404
        assert client_of(animator).get(f"/communities/{community.slug}/members/export/ods/").status_code == 405

    def test_has_its_limit(self, client_of, monkeypatch):
        monkeypatch.setattr(limits, "EXPORT", replace(limits.EXPORT, count=2))
        community = CommunityFactory()
        animator = member_of(community, Role.ANIMATOR)
        statuses = [self.export(client_of, animator, community).status_code for _number in range(3)]
        assert statuses == [200, 200, 302]
