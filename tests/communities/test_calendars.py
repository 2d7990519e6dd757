"""The milestones in one's own calendar: what it shows, and to whom it answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from communities.actions.calendars import digest_of, renew_calendar, revoke_calendar
from communities.actions.roadmap import start_roadmap
from communities.enums import MembershipState, Role, Stage
from communities.models import CalendarToken, Community, Membership, Milestone
from core.models import AuditEntry
from core.system import SYSTEM
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, member_of
from tests.support.pages import parse
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db

LONG = "Atelier « clauses types » ; prix, délais, qualité : " + "ce qui compte vraiment, et pourquoi, " * 3


def in_days(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def fill(community: Community, title: str = "Atelier", days: int = 10, **more: Any) -> None:
    content = {"milestones": [{"title": title, "due_on": in_days(days), **more}]}
    start_roadmap(actor=SYSTEM, community=community, content=content)


def fetch(secret: str, slug: str = "") -> Any:
    """What a calendar program gets: it has no session and no cookie."""
    return Client().get(f"/calendar/{secret}/{slug}.ics" if slug else f"/calendar/{secret}.ics")


def titles(response: Any) -> list[str]:
    assert response.status_code == 200
    return [str(entry["SUMMARY"]) for entry in Calendar.from_ical(response.content).walk("VEVENT")]


@pytest.fixture
def community():
    return CommunityFactory(slug="achats", name="Achats, clauses; prix")


@pytest.fixture
def person(community):
    return member_of(community)


def test_a_milestone_is_a_whole_day_that_makes_nobody_busy(community, person):
    fill(community, LONG, owner=person.pk, note="Salle 3")
    response = fetch(renew_calendar(actor=person))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in response["Cache-Control"]
    [entry] = Calendar.from_ical(response.content).walk("VEVENT")
    milestone = Milestone.objects.get()
    assert str(entry["SUMMARY"]) == LONG.strip()
    assert entry.decoded("DTSTART") == in_days(10)
    assert entry.decoded("DTEND") == in_days(11)
    assert str(entry["UID"]).startswith(f"{milestone.uid}@")
    assert entry["TRANSP"] == "TRANSPARENT"
    for words in (community.name, person.full_name, "Salle 3"):
        assert words in str(entry["DESCRIPTION"])
    assert f"/communities/achats/roadmap/#milestone-{milestone.uid}" in str(entry["URL"])


def test_lines_are_folded_and_commas_escaped(community, person):
    fill(community, LONG)
    raw = fetch(renew_calendar(actor=person)).content
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\\, clauses\\; prix" in raw.replace(b"\r\n ", b"")


def test_a_milestone_put_off_stays_the_same_entry(community, person):
    fill(community)
    secret = renew_calendar(actor=person)
    [before] = Calendar.from_ical(fetch(secret).content).walk("VEVENT")
    Milestone.objects.update(due_on=in_days(30))
    [after] = Calendar.from_ical(fetch(secret).content).walk("VEVENT")
    assert before["UID"] == after["UID"]
    assert after.decoded("DTSTART") == in_days(30)


def test_what_is_done_says_so_and_what_has_no_day_is_not_there(community, person):
    fill(community, "Bilan", days=-2, state="done", done_on=in_days(-1))
    Milestone.objects.create(roadmap=community.roadmap, title="Sans date")
    person.language = "en"
    person.save()
    assert titles(fetch(renew_calendar(actor=person))) == ["Done: Bilan"]


def test_it_shows_my_communities_and_those_i_sponsor(community, person):
    fill(community, "La mienne")
    sponsored = CommunityFactory(confidential=True, sponsor=person)
    fill(sponsored, "Celle que je soutiens")
    fill(CommunityFactory(), "Ouverte où je ne suis pas")
    fill(CommunityFactory(confidential=True), "Cachée")
    assert sorted(titles(fetch(renew_calendar(actor=person)))) == ["Celle que je soutiens", "La mienne"]


@pytest.mark.parametrize("change", ["left", "banned", "ended", "preparation", "archived", "read_only"])
def test_rights_are_asked_at_each_reading(change, person):
    hidden = CommunityFactory(slug="cachee", confidential=True)
    membership = MembershipFactory(community=hidden, person=person)
    fill(hidden)
    secret = renew_calendar(actor=person)
    assert titles(fetch(secret)) == titles(fetch(secret, "cachee")) == ["Atelier"]
    if change in {"left", "banned"}:
        Membership.objects.filter(pk=membership.pk).update(state=MembershipState(change))
    elif change == "ended":
        Membership.objects.filter(pk=membership.pk).update(ends_at=timezone.now())
    else:
        Community.objects.filter(pk=hidden.pk).update(stage=Stage(change))
    response = fetch(secret)
    assert titles(response) == []
    assert hidden.name not in response.content.decode()
    if change not in {"archived", "read_only"}:
        assert fetch(secret, "cachee").status_code == 404


def test_one_community_alone(community, person):
    fill(community, "Achats")
    other = CommunityFactory()
    MembershipFactory(community=other, person=person)
    fill(other, "Autre")
    secret = renew_calendar(actor=person)
    assert titles(fetch(secret, "achats")) == ["Achats"]
    assert fetch(secret, "nulle-part").status_code == 404


def test_wrong_revoked_renewed_and_closed_answer_the_same(community, person):
    fill(community)
    first = renew_calendar(actor=person)
    second = renew_calendar(actor=person)
    assert titles(fetch(second)) == ["Atelier"]
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    closed = fetch(second)
    type(person).objects.filter(pk=person.pk).update(is_active=True)
    revoke_calendar(actor=person)
    answers = [closed, fetch(first), fetch(second), fetch("wrong"), fetch(digest_of(second))]
    assert {answer.status_code for answer in answers} == {404}
    assert all(b"Atelier" not in answer.content for answer in answers)


def test_the_secret_is_kept_nowhere(community, person):
    secret = renew_calendar(actor=person)
    token = CalendarToken.objects.get()
    assert secret not in str(vars(token))
    assert token.digest == digest_of(secret)
    assert secret not in str(list(AuditEntry.objects.values()))


def test_one_address_a_person(person):
    CalendarToken.objects.create(person=person, digest="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarToken.objects.create(person=person, digest="b")


def test_renewing_and_revoking_are_recorded_once_each(person):
    renew_calendar(actor=person)
    revoke_calendar(actor=person)
    revoke_calendar(actor=person)
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["communities.calendar_renewed", "communities.calendar_revoked"]


def test_reading_writes_nothing(community, person):
    fill(community)
    secret = renew_calendar(actor=person)
    before = (AuditEntry.objects.count(), CalendarToken.objects.values().get())
    fetch(secret)
    assert (AuditEntry.objects.count(), CalendarToken.objects.values().get()) == before


def test_address_is_shown_once_then_revoked_from_the_page(client_of, person):
    client = client_of(person)
    assert not client.page("/calendar/").select("#calendar-address")
    page = parse(client.post("/calendar/renew/").content)
    address = page.select_one("#calendar-address")["value"]
    secret = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert fetch(secret).status_code == 200
    own = page.select_one(f"#calendar-{person.memberships.get().community_id}")["value"]
    assert own == address.replace(".ics", "/achats.ics")
    assert secret not in client.get("/calendar/").content.decode()
    assert client.post("/calendar/revoke/").status_code == 302
    assert fetch(secret).status_code == 404


def test_a_person_moves_nobody_else(client_of, person):
    secret = renew_calendar(actor=person)
    client_of(UserFactory()).post("/calendar/revoke/")
    assert fetch(secret).status_code == 200


@pytest.mark.parametrize("count", [3, 30])
def test_costs_the_same_at_any_size(person, count):
    for number in range(count):
        community = CommunityFactory()
        MembershipFactory(community=community, person=person, role=Role.ANIMATOR)
        fill(community, str(number), owner=person.pk)
    secret = renew_calendar(actor=person)
    with queries_at_most(8):
        assert len(titles(fetch(secret))) == count
